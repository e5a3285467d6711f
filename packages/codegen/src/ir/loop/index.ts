/** LoopIR for its users: nodes, text, checks, meaning, counts. */
export { LoopBug } from "./bug.js";
export * from "./build.js";
export { countLoops, type LoopCounts } from "./count.js";
export { evalProgram, type LoopInputs, type LoopOutputs } from "./eval.js";
export { loopLanguage } from "./language.js";
export { elementBytes, type Storage } from "./memory.js";
export { namesInSizes } from "./mentions.js";
export type * from "./nodes.js";
export { passedParams, verifyProgram } from "./verify.js";
