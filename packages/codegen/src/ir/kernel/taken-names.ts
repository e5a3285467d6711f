/** Names that a program has given away. */
import { kernelLanguage } from "./language.js";
import type { KernelProgram } from "./nodes.js";

/** Of its buffers, kernels, axes, scalars, loops and sizes. */
export function takenNames(program: KernelProgram): ReadonlySet<string> {
  const names = new Set(program.sizes);
  for (const node of kernelLanguage.walk(program)) {
    if ("name" in node) names.add(node.name);
    if ("index" in node && typeof node.index === "string") names.add(node.index);
  }
  return names;
}
