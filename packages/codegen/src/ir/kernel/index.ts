/** KernelIR in five words: nodes, print and parse, verify, eval. */
export { KernelBug } from "./bug.js";
export { countKernels, type KernelCounts } from "./count.js";
export { evalKernels, type KernelInputs } from "./eval.js";
export { kernelLanguage } from "./language.js";
export type * from "./nodes.js";
export { verifyKernels } from "./verify.js";
