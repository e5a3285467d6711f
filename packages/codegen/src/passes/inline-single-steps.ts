/**
 * A loop of one step is its body: what a checkpoint computes again (adr/0007) has its place in the order of steps by now, and the
 * passes that follow see one list of kernels.
 *
 * Invariant: the steps run as before, with 0 for the index.
 */
import { type Size, substituteSize } from "@tapeless/types/compiler";
import { type Kernel, type KernelProgram, mapInner, type Step } from "../ir/kernel/nodes.js";
import { renameExpr, renameIndex } from "./lower-loops/rename.js";

type Indices = Readonly<Record<string, Size>>;

function inBody<Body extends Pick<Kernel, "lets" | "writes">>(body: Body, indices: Indices): Body {
  const renaming = { indices, scalars: {} };
  return {
    ...body,
    lets: body.lets.map((each) => ({ ...each, value: renameExpr(each.value, renaming) })),
    writes: body.writes.map((write) => ({
      ...write,
      index: write.index.map((index) => renameIndex(index, renaming)),
      value: renameExpr(write.value, renaming),
    })),
  };
}

const inKernel = (kernel: Kernel, indices: Indices): Kernel => ({
  ...inBody(kernel, indices),
  axes: kernel.axes.map((axis) => ({ ...axis, size: substituteSize(axis.size, indices) })),
  ...(kernel.epilogue === undefined ? {} : { epilogue: inBody(kernel.epilogue, indices) }),
});

/** A step in which some indices are known. */
function withIndices(step: Step, indices: Indices): Step {
  const inner = (steps: readonly Step[]): readonly Step[] => steps.map((each) => withIndices(each, indices));
  switch (step.kind) {
    case "Kernel":
      return inKernel(step, indices);
    case "Repeat":
      return mapInner({ ...step, length: substituteSize(step.length, indices) }, inner);
    case "While": {
      const bound = step.bound === undefined ? {} : { bound: substituteSize(step.bound, indices) };
      return mapInner({ ...step, ...bound }, inner);
    }
    case "Choose":
      return mapInner({ ...step, selector: renameExpr(step.selector, { indices, scalars: {} }) }, inner);
  }
}

export function inlineSingleSteps(program: KernelProgram): KernelProgram {
  const known: Record<string, Size> = {};
  const inSteps = (steps: readonly Step[]): readonly Step[] =>
    steps.flatMap((step) => {
      const inside = mapInner(step, inSteps);
      if (inside.kind !== "Repeat" || inside.length !== 1) return [inside];
      known[inside.index] = 0;
      return inside.body;
    });
  const steps = inSteps(program.steps);
  if (Object.keys(known).length === 0) return program;
  const buffers = program.buffers.map((buffer) => ({
    ...buffer,
    ...(buffer.offset === undefined ? {} : { offset: substituteSize(buffer.offset, known) }),
  }));
  return { ...program, buffers, steps: steps.map((step) => withIndices(step, known)) };
}
