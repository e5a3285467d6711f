/** What a way of computing a workload is, in the process that runs it. */
import { digestAll } from "../measure/agreement.js";
import type { Measurable } from "../measure/serve.js";
import type { Arrays } from "./data.js";

/** Computes the loss, and leaves the gradients in the arrays of `gradients`. */
export interface Computation {
  run(): number;
  readonly gradients: readonly ArrayLike<number>[];
}

/** From the data of a workload, or `undefined` where there is none for it. */
export type Implementation = (data: Arrays) => Computation;

export const measurable = ({ run, gradients }: Computation): Measurable => ({
  run,
  check: () => digestAll(run(), gradients),
});
