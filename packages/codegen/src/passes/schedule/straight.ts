/** Which programs can be written out without any loop. */
import { namesOf } from "@tapeless/types/compiler";
import { buffersOf, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import type { KernelProgram } from "../../ir/kernel/nodes.js";
import { allKernels } from "./work.js";

/**
 * No loop or choice, all buffers of known size, and nothing but inputs read or written at places that data decides: temporaries
 * are scalars then, and scalars have no address.
 */
export function canRunStraight(program: KernelProgram): boolean {
  const buffers = buffersOf(program);
  if (program.steps.some((step) => step.kind !== "Kernel")) return false;
  if (program.buffers.some((buffer) => buffer.shape.some((size) => typeof size !== "number"))) return false;
  return allKernels(program).every((kernel) => {
    const axes = new Set(kernel.axes.map((axis) => axis.name));
    for (const node of kernelLanguage.walk(kernel)) {
      if (node.kind !== "Load" && node.kind !== "Write") continue;
      const byData = node.index.flatMap(namesOf).some((name) => !axes.has(name));
      if (byData && (node.kind === "Write" || wholeOf(buffers, node.buffer).space !== "input")) return false;
    }
    return true;
  });
}
