/** How much a program moves: what one step of each of its loops writes. Invariant: counted from kernels, never measured. */
import { addSize, mulSize, namedSize, productSize, type Size } from "@tapeless/types/compiler";
import { partsOf } from "../../ir/kernel/epilogue.js";
import { innerSteps, type Kernel, type Step } from "../../ir/kernel/nodes.js";

export interface StepTraffic {
  readonly loop: string;
  /** Elements that one iteration writes, inner loops with all of their iterations. */
  readonly stores: Size;
}

/** A reduction stores what it keeps, at most as much as it goes through. */
const storesOf = (kernel: Kernel): Size =>
  partsOf(kernel)
    .map(({ writes, axes }) => mulSize(writes.length, productSize(axes.map(({ size }) => size))))
    .reduce<Size>(addSize, 0);

/** Of a choice those of all branches, although one of them runs. */
function storesOfStep(step: Step): Size {
  switch (step.kind) {
    case "Kernel":
      return storesOf(step);
    case "Repeat":
      return mulSize(step.length, storesIn(step.body));
    case "While": // how often, the run tells
      return mulSize(namedSize(step.index), storesIn(innerSteps(step)));
    case "Choose":
      return step.branches.map(({ steps }) => storesIn(steps)).reduce<Size>(addSize, 0);
  }
}

const storesIn = (steps: readonly Step[]): Size => steps.map(storesOfStep).reduce<Size>(addSize, 0);

const hasLoop = (step: Step): boolean =>
  step.kind === "Repeat" || step.kind === "While" || innerSteps(step).some(hasLoop);

const isInnermost = (loop: Step): boolean => !innerSteps(loop).some(hasLoop);

/** The innermost loops of a program. */
export const storesPerStep = (steps: readonly Step[]): readonly StepTraffic[] =>
  steps.flatMap((step): readonly StepTraffic[] => {
    if (step.kind === "Kernel") return [];
    if (step.kind === "Choose") return step.branches.flatMap(({ steps: inner }) => storesPerStep(inner));
    const inner = innerSteps(step);
    return isInnermost(step) ? [{ loop: step.index, stores: storesIn(inner) }] : storesPerStep(inner);
  });
