/** What a model file imports, and the types that generated modules name: the one package that users install. */
export type { Bool, F32, F64, I32 } from "@tapeless/runtime";
export * from "@tapeless/types";
