/** LoopIR to TypeScript: `emitModule` and what it is given. */
export * from "./module-input.js";
export { emitModule, hashOf, inspectModule } from "./module-shell.js";
export { reservedNames } from "./prelude.js";
