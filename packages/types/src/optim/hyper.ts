/**
 * Hyperparameters: numbers fixed when the model is built, or scalars of the graph, as for a schedule.
 *
 * Invariant: whatever is computed from them alone is computed in f64 and rounded to a leaf's dtype only where it meets
 * the leaf. 1 − 0.999^t in f32 would be wrong in the fifth digit at t = 1.
 */

import type { Leaf } from "../graph/tree-types.js";
import { cast } from "../ops/elementwise/cast.op.js";
import { mul } from "../ops/elementwise/mul.op.js";
import { sub } from "../ops/elementwise/sub.op.js";
import type { FloatDType, Tensor } from "../shape/tensor.js";

/** A number, or a float scalar of the graph. */
export type Hyper = number | Tensor<[], FloatDType>;

/** The same in the precision that scalars are computed in. */
export type Double = number | Tensor<[], "f64">;

export const asDouble = (x: Hyper): Double => (typeof x === "number" ? x : cast(x, "f64"));

/** 1 − x */
export const oneMinus = (x: Double): Double => (typeof x === "number" ? 1 - x : sub(1, x));

/** a·b */
export const times = (a: Double, b: Double): Double => {
  if (typeof a === "number") return typeof b === "number" ? a * b : mul(a, b);
  return mul(a, b);
};

/** A scalar as an operand for a leaf: in its dtype. A number literal takes that by itself. */
export const beside = <D extends FloatDType>(x: Double, leaf: Leaf<D>): number | Tensor<[], D> =>
  typeof x === "number" ? x : cast(x, leaf.dtype);

/** Numbers are judged when the model is built; of scalars of the graph nothing is known then. */
export function checkHyper(optimiser: string, name: string, value: Hyper, below: number): void {
  if (typeof value !== "number" || (value >= 0 && value < below)) return;
  const range = below === Number.POSITIVE_INFINITY ? "0 or more" : `from 0 up to, but not, ${below}`;
  throw new RangeError(`${optimiser}: ${name} must be ${range}, got ${value}`);
}
