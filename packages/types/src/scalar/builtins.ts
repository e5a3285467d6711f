/**
 * The closed scalar vocabulary: every kernel body at every level is made of these functions and nothing else. A builtin
 * is a primitive of the target or a function that is defined by other builtins.
 *
 * Invariant: a function is defined by builtins alone and by none that needs it, so all comes down to primitives.
 */
import { functions } from "./functions/index.js";
import type { BuiltinName } from "./names.js";
import { type JsForm, type Primitive, primitives, type ResultRule } from "./primitives.js";
import type { FunctionDefinition } from "./vocabulary.js";

export type { BuiltinName } from "./names.js";
export type { JsForm } from "./primitives.js";

/** What primitives and functions have in common. */
export interface Builtin {
  readonly arity: 1 | 2 | 3;
  readonly result: ResultRule;
  /** Largest error of the result in units in the last place, given exact operands. */
  readonly ulps: number;
  /** How JavaScript writes it; a function is called by its name. */
  readonly js: JsForm | { readonly form: "function" };
  readonly i32?: Primitive["i32"];
  /** The bytes that V8 inlines for a call; 0 for a primitive, and for a function that it does not inline. */
  readonly bytecode?: number;
}

/**
 * Bytes of bytecode that V8 inlines into one function (its `max_inlined_bytecode_size_cumulative`). A call that it does not
 * inline gives its result in an object.
 */
export const inlinedAtMost = 920;

/** Bytes of bytecode that V8 inlines for calls of a builtin. */
export const bytecodeOf = (name: BuiltinName): number => builtins[name].bytecode ?? 0;

const described = (definition: FunctionDefinition): Builtin => ({
  arity: definition.arity,
  result: definition.result ?? "same",
  ulps: definition.ulps,
  js: { form: "function" },
  bytecode: definition.bytecode ?? 0,
});

export const builtins: Readonly<Record<BuiltinName, Builtin>> = {
  ...primitives,
  // The keys stay as they are.
  ...(Object.fromEntries(Object.entries(functions).map(([name, each]) => [name, described(each)])) as Record<
    keyof typeof functions,
    Builtin
  >),
};

export const isBuiltin = (name: string): name is BuiltinName => Object.hasOwn(builtins, name);

export const builtin = (name: BuiltinName): Builtin => builtins[name];
