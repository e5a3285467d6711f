/** Median and other quantiles: elements of the order, and points on the line between two of them. */
import { vocabulary } from "../graph/emit.js";
import type { Value, Vocabulary } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { axesOf, chosenShape, keptAxes, type ReduceOptions, withKept } from "../ops/reduce/reduction.js";
import type { Axes } from "../shape/axes.js";
import { takenDType } from "../shape/dtypes.js";
import { type QuantileFn, quantilePart, type ReduceFn } from "../shape/reduce.js";
import { productSize, type Size } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";
import { isNumber } from "./is-number.js";
import { sorted } from "./order.js";

/** The row of a table at one index, the same everywhere. */
function row(o: Vocabulary, table: Value, index: Value): Value {
  const shape = table.sizes.slice(1);
  return o.reshape(o.gather(table, index), { shape });
}

/** Where a quantile lies in the order: after so many elements, and so far to the next. */
interface Place {
  readonly below: Value;
  readonly above: Value;
  /** From 0 to 1, in the shape of a row. */
  readonly part: Value;
}

/** The index of the last row. A size known only in the call is checked there: of nothing there is no quantile. */
function lastOf(o: Vocabulary, op: string, size: Size): number | Value {
  return typeof size === "number" ? size - 1 : o.sub(o.sizeOf({ size, shape: [], neededBy: op }), 1);
}

function placeOf(o: Vocabulary, table: Value, last: number | Value, q: number): Place {
  const [, ...shape] = table.sizes;
  const { dtype } = table;
  const scalar = (value: number): Value => o.broadcastTo(value, { shape: [], axes: [], dtype: "i32" });
  const filled = (value: number): Value => o.broadcastTo(value, { shape, axes: [], dtype });
  if (typeof last === "number") {
    const whole = Math.floor(q * last);
    return { below: scalar(whole), above: scalar(Math.min(whole + 1, last)), part: filled(q * last - whole) };
  }
  const at = o.mul(o.cast(last, { dtype }), q);
  const below = o.cast(at, { dtype: "i32" });
  const part = o.broadcastTo(o.sub(at, o.cast(below, { dtype })), { shape, axes: [] });
  return { below, above: o.minimum(o.add(below, 1), last), part };
}

/** The quantile along the first axis. */
function quantileOfRows(o: Vocabulary, op: string, table: Value, q: number): Value {
  const order = sorted(table, 0);
  const last = lastOf(o, op, table.sizes[0] ?? 1);
  const { below, above, part } = placeOf(o, table, last, q);
  const [a, b] = [row(o, order, below), row(o, order, above)];
  // Strong zeros: at an element its neighbour has no say, also where it is infinite.
  const between = o.add(o.mulZero(a, o.sub(1, part), { keep: true }), o.mulZero(b, part, { keep: true }));
  const end = typeof last === "number" ? o.broadcastTo(last, { shape: [], axes: [], dtype: "i32" }) : last;
  const largest = row(o, order, end);
  return o.where(isNumber(o, largest), between, largest); // NaN stands last
}

function quantileWith(op: string, x: AnyTensor, q: number, axes: Axes, options: ReduceOptions): TracedTensor {
  const tensor = asTraced(x, op);
  takenDType(op, "float", tensor.dtype);
  const attrs = axesOf(op, tensor, axes);
  const shape = chosenShape(op, tensor.sizes, attrs);
  const o = vocabulary();
  const count = productSize(attrs.axes.map((axis) => tensor.sizes[axis] ?? 1));
  const perm = [...attrs.axes, ...keptAxes(tensor.sizes.length, attrs)];
  const table = o.reshape(o.permute(tensor, { perm }), { shape: [count, ...shape] });
  return withKept(op, asTraced(quantileOfRows(o, op, table, q), op), tensor, axes, options);
}

/**
 * The value below which a part `q` of the elements lies, over one axis, several, or all: an element of the order, or a
 * point on the line between two.
 *
 * @shapes x: [...], q between 0 and 1 -> [... without the axes]
 * @formula y = (1 - t) x₍ₖ₎ + t x₍ₖ₊₁₎, x in order, k + t = q(n - 1)
 * @derivative dy = (1 - t) dx₍ₖ₎ + t dx₍ₖ₊₁₎
 * @conventions of equal elements the first counts as smaller; NaN where there is a NaN; of nothing it is an error, or NaN for a named size
 */
export const quantile = publicFunction<QuantileFn>(
  (x: AnyTensor, q: number, axes?: Axes, options: ReduceOptions = {}) =>
    quantileWith("quantile", x, quantilePart("quantile", q), axes, options),
);

/**
 * The middle element over one axis, several, or all; the mean of the two in the middle where their number is even.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = the quantile of 1/2
 * @derivative dy = dx of the middle element, or half of both
 * @conventions of equal elements the first counts as smaller; NaN where there is a NaN; of nothing it is an error, or NaN for a named size
 */
export const median = publicFunction<ReduceFn<"median", "float">>(
  (x: AnyTensor, axes?: Axes, options: ReduceOptions = {}) => quantileWith("median", x, 0.5, axes, options),
);
