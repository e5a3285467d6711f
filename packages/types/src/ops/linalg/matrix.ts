/** Matrices inside rules and lowerings: masks by position, products, constants. Shapes are core shapes, rank 2 or 1. */
import type { RuleOperand, Value, Vocabulary } from "../../graph/op.js";
import type { Size } from "../../shape/size.js";
import type { DType } from "../../shape/tensor.js";

/** The transposed matrix. */
export const turned = (o: Vocabulary, a: Value): Value => o.permute(a, { perm: [1, 0] });

/** a · b of matrices. */
export const product = (o: Vocabulary, a: Value, b: Value): Value =>
  o.contract(a, b, { left: [0, 1], right: [1, 2], out: [0, 2] });

/** The positions 0 … n - 1. */
export const positions = (o: Vocabulary, n: Size): Value => o.iota({ shape: [n], axis: 0 });

type Compare = "less" | "lessEqual" | "equal" | "greater" | "greaterEqual";

/** Where row index and column index of a matrix compare so. */
export const wherePositions = (o: Vocabulary, compare: Compare, shape: readonly Size[]): Value =>
  o[compare](o.iota({ shape, axis: 0 }), o.iota({ shape, axis: 1 }));

/** The elements at which row and column compare so, and a constant elsewhere. */
export const part = (o: Vocabulary, compare: Compare, a: Value, elsewhere: RuleOperand = 0): Value =>
  o.where(wherePositions(o, compare, a.sizes), a, elsewhere);

export const identity = (o: Vocabulary, n: Size, dtype: DType): Value =>
  o.cast(wherePositions(o, "equal", [n, n]), { dtype });

/** A vector repeated along the columns: element i in all of row i. */
export const inRows = (o: Vocabulary, v: Value, shape: readonly Size[]): Value =>
  o.broadcastTo(v, { shape, axes: [0] });

/** A vector repeated along the rows: element j in all of column j. */
export const inColumns = (o: Vocabulary, v: Value, shape: readonly Size[]): Value =>
  o.broadcastTo(v, { shape, axes: [1] });

/** The elements at row = column. */
export const diagonalOf = (o: Vocabulary, a: Value): Value => o.diagonal(a, { k: 0 });

/** Element i, j is that at i + down, j + right, beyond the last again from the first. The sizes are known. */
export function rolled(o: Vocabulary, a: Value, down: number, right: number): Value {
  const byAxis = (x: Value, axis: number, by: number): Value => {
    const size = Number(x.sizes[axis]);
    const start = x.sizes.map(() => 0);
    const box = (from: number, count: number): Value =>
      o.slice(x, { start: start.with(axis, from), shape: x.sizes.with(axis, count) });
    return by % size === 0 ? x : o.concat(box(by % size, size - (by % size)), box(0, by % size), { axis });
  };
  return byAxis(byAxis(a, 0, down), 1, right);
}
