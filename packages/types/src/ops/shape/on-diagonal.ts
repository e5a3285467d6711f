/** Matrices that are zero but for one diagonal: what `diag` makes, and what a diagonal's cotangent becomes. */
import type { Value, Vocabulary } from "../../graph/op.js";
import { addSize, equalShape, type Size, subSize } from "../../shape/size.js";

/** `v` in front of and behind which zeros are put, so that it has one element for every row. */
function forEachRow(o: Vocabulary, v: Value, k: number, rows: Size): Value {
  const batch = v.sizes.slice(0, -1);
  const before = Math.max(0, -k);
  const after = subSize(rows, addSize(v.sizes.at(-1) ?? 0, before));
  if (equalShape([...batch, rows], v.sizes)) return v;
  const none = batch.map(() => 0);
  return o.pad(v, { before: [...none, before], after: [...none, after], value: 0 });
}

/** The matrices of the given shape with `v` on their `k`-th diagonal: y[i, j] = v[i - max(0, -k)] where j - i = k. */
export function onDiagonal(o: Vocabulary, v: Value, k: number, shape: readonly Size[]): Value {
  const rank = shape.length;
  const rows = forEachRow(o, v, k, shape[rank - 2] ?? 0);
  const spread = o.broadcastTo(rows, { shape, axes: Array.from({ length: rank - 1 }, (_, axis) => axis) });
  const number = o.sub(o.iota({ shape, axis: rank - 1 }), o.iota({ shape, axis: rank - 2 }));
  return o.where(o.equal(number, k), spread, zerosOf(o, v, shape));
}

/** Zeros of a dtype; `where` of a bool would take a literal for f32. */
const zerosOf = (o: Vocabulary, { dtype }: Value, shape: readonly Size[]): Value =>
  o.broadcastTo(0, { shape, axes: [], dtype });
