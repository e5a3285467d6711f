/**
 * Whole numbers that are indices of loops: what a loop along an `iota` walks is no array, nor are rows of it.
 *
 * Invariant: an element is a polynomial in the indices of the loops around and its own position.
 */
import { addSize, type Index, mulSize } from "@tapeless/types/compiler";

/** An i32 tensor whose element at [i, j, …] is index + i·strides[0] + j·strides[1] + … */
export interface Counter {
  readonly kind: "Counter";
  readonly index: Index;
  readonly strides: readonly Index[];
}

export const countAt = ({ index, strides }: Counter, at: readonly Index[]): Index =>
  strides.reduce((sum, stride, axis) => addSize(sum, mulSize(stride, at[axis] ?? 0)), index);

/** One position along the first axis. */
export const countRow = (counter: Counter, at: Index): Counter => ({
  ...counter,
  index: countAt(counter, [at]),
  strides: counter.strides.slice(1),
});
