/** Picking and placing at indices, made of `gather`, `scatterAdd` and `addAlongAxis`. */
import { vocabulary } from "../graph/emit.js";
import type { Value, Vocabulary } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { filled } from "../ops/filled.js";
import {
  type GatherNDFn,
  gatherNDSize,
  type PlaceAlongAxisFn,
  placeAlongAxisIndex,
  type ScatterNDFn,
  type ScatterNDOptions,
  scatterNDSize,
  type TakeFn,
  takeAxis,
} from "../shape/along-axis.js";
import { productSize } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";
import { axisBack, axisFirst } from "./along.js";

/**
 * The slices of a tensor at indices of an axis. `gather` is the same along the first axis.
 *
 * @shapes x: [...a, n, ...b], indices: i32 [...i], axis of size n -> [...a, ...i, ...b]
 * @formula y[a…, i…, b…] = x[a…, indices[i…], b…]
 * @derivative dy[a…, i…, b…] = dx[a…, indices[i…], b…]; a slice taken twice gets both cotangents
 * @conventions indices run from 0 to n - 1: an input outside of it is an error in the call, a computed index picks zeros
 */
export const take = publicFunction<TakeFn>((x: AnyTensor, indices: AnyTensor, axis: number) => {
  const [from, at] = [asTraced(x, "take"), asTraced(indices, "take")];
  const index = takeAxis(operandSize("take", x), operandSize("take", indices), axis);
  return axisBack(vocabulary().gather(axisFirst(from, index), at), index, at.sizes.length);
});

/**
 * A copy of `x` with the source's elements in the places of the indices along an axis (the last when left out). No place
 * may be given twice (their sum would stand there).
 *
 * @shapes x: [...s], indices: i32 [...i], of the rank of x and nowhere larger but along the axis, source: [...i] -> [...s]
 * @formula y = x, then y[… indices[…i…] …] = source[…i…] for every place i
 * @derivative dy = putAlongAxis(dx, indices, dsource): what is overwritten has derivative 0
 * @conventions indices run from 0 to n - 1: an input outside of it is an error in the call, a computed one is dropped
 */
export const putAlongAxis = publicFunction<PlaceAlongAxisFn<"putAlongAxis">>(
  (into: AnyTensor, indices: AnyTensor, put: AnyTensor, axis = -1) => {
    const op = "putAlongAxis";
    const [x, at, source] = [asTraced(into, op), asTraced(indices, op), asTraced(put, op)];
    const sizes = [operandSize(op, into), operandSize(op, indices), operandSize(op, put)] as const;
    const attrs = { axis: placeAlongAxisIndex(op, ...sizes, axis) };
    const o = vocabulary();
    const hits = o.addAlongAxis(filled(o, 0, x.sizes, "i32"), at, filled(o, 1, at.sizes, "i32"), attrs);
    return o.addAlongAxis(o.where(o.greater(hits, 0), 0, x), at, source, attrs);
  },
);

/** Rows of a tensor whose first `count` axes are made one, and the row that each list of coordinates means. */
interface Rows {
  readonly table: Value;
  readonly at: Value;
}

/** The row of coordinates, counted in row-major order; -1 where one of them is out of range. */
function rowOf(o: Vocabulary, x: Value, indices: TracedTensor, count: number): Value {
  const outer = indices.sizes.slice(0, -1);
  const zero = filled(o, 0, outer, "i32");
  let [row, inside] = [zero, o.equal(zero, 0)];
  for (let axis = 0; axis < count; axis++) {
    const start = indices.sizes.map((_, k) => (k === outer.length ? axis : 0));
    const coordinate = o.reshape(o.slice(indices, { start, shape: [...outer, 1] }), { shape: outer });
    const size = x.sizes[axis] ?? 1;
    const bound = typeof size === "number" ? size : o.sizeOf({ size, shape: outer });
    row = axis === 0 ? coordinate : o.add(o.mul(row, bound), coordinate);
    inside = o.logicalAnd(inside, o.logicalAnd(o.greaterEqual(coordinate, 0), o.less(coordinate, bound)));
  }
  return o.where(inside, row, -1);
}

function rows(o: Vocabulary, x: TracedTensor, indices: TracedTensor): Rows {
  const count = Number(indices.sizes.at(-1)); // a literal, as the shape rule says
  const table = o.reshape(x, { shape: [productSize(x.sizes.slice(0, count)), ...x.sizes.slice(count)] });
  // Of one coordinate the row is that: reshaped, an input is still known and checked in the call.
  const outer = indices.sizes.slice(0, -1);
  return { table, at: count === 1 ? o.reshape(indices, { shape: outer }) : rowOf(o, x, indices, count) };
}

/**
 * Elements, or slices of the last axes, by their coordinates on the first `k` axes.
 *
 * @shapes x: [n₁, …, nₖ, ...r], indices: i32 [...i, k] -> [...i, ...r]
 * @formula y[i…, r…] = x[indices[i…, 0], …, indices[i…, k - 1], r…]
 * @derivative that of the elements picked; an element picked twice gets both cotangents
 * @conventions coordinates run from 0 to n - 1; one outside of it picks zeros (for k = 1, an input outside is an error in the call)
 */
export const gatherND = publicFunction<GatherNDFn>((x: AnyTensor, indices: AnyTensor) => {
  gatherNDSize("gatherND", operandSize("gatherND", x), operandSize("gatherND", indices));
  const o = vocabulary();
  const { table, at } = rows(o, asTraced(x, "gatherND"), asTraced(indices, "gatherND"));
  return o.gather(table, at);
});

/**
 * A copy of `base` with elements, or slices of the last axes, replaced at the given coordinates on the first `k` axes. No
 * place may be given twice, but with `{ add: true }`: then the updates are added to what is there.
 *
 * @shapes base: [n₁, …, nₖ, ...r], indices: i32 [...i, k], updates: [...i, ...r] -> [n₁, …, nₖ, ...r]
 * @formula y = base, then y[indices[i…, 0], …, indices[i…, k - 1], r…] = updates[i…, r…] for every i…
 * @derivative dy = scatterND(dbase, indices, dupdates): what is overwritten has derivative 0
 * @conventions coordinates run from 0 to n - 1; updates outside of it are dropped (for k = 1, an input outside is an error in the call)
 */
export const scatterND = publicFunction<ScatterNDFn>(
  (base: AnyTensor, indices: AnyTensor, updates: AnyTensor, options: ScatterNDOptions = {}) => {
    const op = "scatterND";
    scatterNDSize(op, operandSize(op, base), operandSize(op, indices), operandSize(op, updates));
    const [x, source] = [asTraced(base, op), asTraced(updates, op)];
    const o = vocabulary();
    const { table, at } = rows(o, x, asTraced(indices, op));
    if (options.add === true) return o.reshape(o.scatterAdd(table, at, source), { shape: x.sizes });
    const ones = filled(o, 1, source.sizes, "i32");
    const hits = o.scatterAdd(filled(o, 0, table.sizes, "i32"), at, ones);
    return o.reshape(o.scatterAdd(o.where(o.greater(hits, 0), 0, table), at, source), { shape: x.sizes });
  },
);
