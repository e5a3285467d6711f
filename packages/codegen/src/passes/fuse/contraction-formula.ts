/**
 * A contraction as people write it: which operand stands left, and which is transposed.
 *
 * Invariant: for vectors and matrices with at most one summed axis the product read as matrices has the contraction's
 * meaning; batches and anything richer are written without transposes.
 */
import { type Eqn, intsAttr } from "@tapeless/types/compiler";

export interface ProductFormula {
  /** Positions of the operands, left one first. */
  readonly order: readonly [number, number];
  /** By position in `order`. */
  readonly transposed: readonly [boolean, boolean];
}

const plain: ProductFormula = { order: [0, 1], transposed: [false, false] };

/** The product of two vectors without a sum: a column times a row. */
const outer = (left: number | undefined, out: readonly number[]): ProductFormula => ({
  order: out[0] === left ? [0, 1] : [1, 0],
  transposed: [false, true],
});

/**
 * The operand whose own axis comes first in the result stands left; a vector stands on the side of the axis that it
 * meets.
 */
export function productFormula(eqn: Eqn): ProductFormula {
  const [left, right, out] = [intsAttr(eqn.attrs, "left"), intsAttr(eqn.attrs, "right"), intsAttr(eqn.attrs, "out")];
  const summed = left.filter((label) => right.includes(label) && !out.includes(label));
  const shared = left.some((label) => right.includes(label) && out.includes(label));
  if (shared || eqn.batch.length > 0 || left.length > 2 || right.length > 2 || summed.length > 1) return plain;
  const [label] = summed;
  if (label === undefined) return left.length === 1 && right.length === 1 ? outer(left[0], out) : plain;
  const swapped = left.length === 1 ? right.length === 2 && right[1] === label : right.includes(out[0] ?? Number.NaN);
  const [first, second] = swapped ? [right, left] : [left, right];
  const transposed = [first.length === 2 && first[0] === label, second.length === 2 && second[1] === label] as const;
  return { order: swapped ? [1, 0] : [0, 1], transposed };
}
