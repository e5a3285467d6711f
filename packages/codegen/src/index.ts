/** The compiler for tools that have a model in hand: functions in, the text of their module out. The CLI is `./cli`. */
export type { LoadedExport, LoadedModel } from "./load/loaded-model.js";
export { compileModule } from "./pipeline/compile-module.js";
export type { CompiledFunction, CompiledModel } from "./pipeline/compiled-model.js";
