/** How much a program moves: what one step of each of its loops writes. Invariant: counted from kernels, never measured. */
import { addSize, mulSize, productSize, type Size } from "@tapeless/types/compiler";
import type { Kernel, Repeat, Step } from "../../ir/kernel/nodes.js";

export interface StepTraffic {
  readonly loop: string;
  /** Elements that one iteration writes, inner loops with all of their iterations. */
  readonly stores: Size;
}

/** A reduction stores what it keeps, at most as much as it goes through. */
const storesOf = (kernel: Kernel): Size =>
  mulSize(kernel.writes.length, productSize(kernel.axes.map(({ size }) => size)));

/** Of a choice those of all branches, although one of them runs. */
function storesOfStep(step: Step): Size {
  switch (step.kind) {
    case "Kernel":
      return storesOf(step);
    case "Repeat":
      return mulSize(step.length, storesIn(step.body));
    case "Choose":
      return step.branches.map(({ steps }) => storesIn(steps)).reduce<Size>(addSize, 0);
  }
}

const storesIn = (steps: readonly Step[]): Size => steps.map(storesOfStep).reduce<Size>(addSize, 0);

const hasLoop = (step: Step): boolean =>
  step.kind === "Repeat" || (step.kind === "Choose" && step.branches.some(({ steps }) => steps.some(hasLoop)));

const isInnermost = (loop: Repeat): boolean => !loop.body.some(hasLoop);

/** The innermost loops of a program. */
export const storesPerStep = (steps: readonly Step[]): readonly StepTraffic[] =>
  steps.flatMap((step): readonly StepTraffic[] => {
    if (step.kind === "Kernel") return [];
    if (step.kind === "Choose") return step.branches.flatMap(({ steps: inner }) => storesPerStep(inner));
    return isInnermost(step) ? [{ loop: step.index, stores: storesIn(step.body) }] : storesPerStep(step.body);
  });
