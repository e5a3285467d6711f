/** Names that a program has given away. */
import { kernelLanguage } from "./language.js";
import type { KernelProgram } from "./nodes.js";

/** Of its buffers, kernels, axes, scalars, loops and sizes. */
export const takenNames = (program: KernelProgram): readonly string[] =>
  kernelLanguage
    .walk(program)
    .flatMap((node) => [
      ...("name" in node ? [node.name] : []),
      ...("index" in node && typeof node.index === "string" ? [node.index] : []),
      ...(node.kind === "KernelProgram" ? node.sizes : []),
    ]);
