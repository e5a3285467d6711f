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

const storesIn = (steps: readonly Step[]): Size =>
  steps.reduce<Size>(
    (sum, step) => addSize(sum, step.kind === "Kernel" ? storesOf(step) : mulSize(step.length, storesIn(step.body))),
    0,
  );

const isInnermost = (loop: Repeat): boolean => loop.body.every((step) => step.kind === "Kernel");

/** The innermost loops of a program. */
export const storesPerStep = (steps: readonly Step[]): readonly StepTraffic[] =>
  steps.flatMap((step): readonly StepTraffic[] => {
    if (step.kind === "Kernel") return [];
    return isInnermost(step) ? [{ loop: step.index, stores: storesIn(step.body) }] : storesPerStep(step.body);
  });
