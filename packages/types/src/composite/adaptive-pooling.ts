/**
 * Pools that are told how many windows there shall be: window i of n over a size L goes from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉.
 * They work along one axis after the other. Where n divides L the windows are equal parts of the axis; else they overlap,
 * and a mask over the whole axis says what belongs to each.
 */
import { emit, vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { takenDType } from "../shape/dtypes.js";
import { type AdaptivePoolFn, adaptedSizes } from "../shape/pool.js";
import { divideSize, type Size } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";
import { constantOf } from "./create.js";

/** Makes `count` windows of one axis one element each. */
type AlongAxis = (x: TracedTensor, axis: number, count: number) => TracedTensor;

/** The axis as windows and what is in each. */
const cut = (x: TracedTensor, axis: number, count: number, each: Size): TracedTensor =>
  emit("reshape", [x], { shape: x.sizes.toSpliced(axis, 1, count, each) });

/** A size as i32 at every element. */
const sizeValue = (size: Size, shape: readonly Size[]): Value | number =>
  typeof size === "number" ? size : vocabulary().sizeOf({ size, shape });

/**
 * Whether element p belongs to window i: ⌊i·L/n⌋ ≤ p < ⌈(i+1)·L/n⌉, which in whole numbers is i·L < (p+1)·n and
 * p·n < (i+1)·L. Its axes are the windows and the elements, at the given places of a shape.
 */
function membership(shape: readonly Size[], windows: number, elements: number, count: number, length: Size): Value {
  const o = vocabulary();
  const [i, p] = [o.iota({ shape, axis: windows }), o.iota({ shape, axis: elements })];
  const size = sizeValue(length, shape);
  const behindStart = o.less(o.mul(i, size), o.mul(o.add(p, 1), count));
  const beforeEnd = o.less(o.mul(p, count), o.mul(o.add(i, 1), size));
  return o.logicalAnd(behindStart, beforeEnd);
}

/** Every window's share of every element: 1 / (elements of the window) inside, 0 outside. */
function shares(x: TracedTensor, count: number, length: Size): Value {
  const o = vocabulary();
  const shape = [count, length];
  const members = o.cast(membership(shape, 0, 1, count, length), { dtype: x.dtype });
  return o.div(members, o.broadcastTo(o.sum(members, { axes: [1] }), { shape, axes: [0] }));
}

const meanAlong: AlongAxis = (x, axis, count) => {
  const length = x.sizes[axis] ?? 1;
  const each = divideSize(length, count);
  if (each !== undefined) {
    const sums = emit("sum", [cut(x, axis, count, each)], { axes: [axis + 1] });
    return emit("div", [sums, dividing(each, sums)]);
  }
  const labels = [...x.sizes.keys()];
  const window = labels.length;
  const out = labels.with(axis, window);
  return emit("contract", [x, shares(x, count, length)], { left: labels, right: [window, axis], out });
};

const dividing = (size: Size, like: TracedTensor): Value | number =>
  typeof size === "number" ? size : vocabulary().cast(sizeValue(size, like.sizes) as Value, { dtype: like.dtype }); // a name gives a value

const maxAlong: AlongAxis = (x, axis, count) => {
  const length = x.sizes[axis] ?? 1;
  const each = divideSize(length, count);
  if (each !== undefined) return emit("max", [cut(x, axis, count, each)], { axes: [axis + 1] });
  const o = vocabulary();
  const shape = x.sizes.toSpliced(axis, 0, count);
  const axes = [...x.sizes.keys()].map((at) => (at < axis ? at : at + 1));
  const members = membership(shape, axis, axis + 1, count, length);
  const outside = constantOf(shape, Number.NEGATIVE_INFINITY, x.dtype);
  return emit("max", [o.where(members, o.broadcastTo(x, { shape, axes }), outside)], { axes: [axis + 1] });
};

/** From the last axis to the first, so that of equal maxima the first in row-major order is found. */
const adaptive =
  (op: string, rank: number, along: AlongAxis) =>
  (x: AnyTensor, size: number | readonly number[]): TracedTensor => {
    const tensor = asTraced(x, op);
    takenDType(op, "float", tensor.dtype);
    const counts = adaptedSizes(op, rank, tensor.sizes, size);
    return counts.reduceRight((y, count, at) => along(y, at + 2, count), tensor);
  };

/**
 * The mean of `size` windows that together cover the axis.
 *
 * @shapes x: [n, c, l], size: m -> [n, c, m]
 * @formula y[n, c, i] = mean of x[n, c, p] over ⌊i · l / m⌋ ≤ p < ⌈(i + 1) · l / m⌉
 * @derivative dy[n, c, i] = mean of dx[n, c, p] over the same p
 */
export const adaptiveAvgPool1d = publicFunction<AdaptivePoolFn<"adaptiveAvgPool1d", 1>>(
  adaptive("adaptiveAvgPool1d", 1, meanAlong),
);

/**
 * The mean of windows that together cover both axes: `size` is how many there are, along both axes or along each. Size 1 is
 * the mean of each channel.
 *
 * @shapes x: [n, c, h, w], size: [k, l] -> [n, c, k, l]
 * @formula y[n, c, i…] = mean of x[n, c, p…] over ⌊i · h / k⌋ ≤ p < ⌈(i + 1) · h / k⌉ …
 * @derivative dy[n, c, i…] = mean of dx[n, c, p…] over the same p…
 */
export const adaptiveAvgPool2d = publicFunction<AdaptivePoolFn<"adaptiveAvgPool2d", 2>>(
  adaptive("adaptiveAvgPool2d", 2, meanAlong),
);

/**
 * The maximum of `size` windows that together cover the axis.
 *
 * @shapes x: [n, c, l], size: m -> [n, c, m]
 * @formula y[n, c, i] = max x[n, c, p] over ⌊i · l / m⌋ ≤ p < ⌈(i + 1) · l / m⌉
 * @derivative dy = dx at the maximum
 * @conventions Of equal elements the first gets the derivative.
 */
export const adaptiveMaxPool1d = publicFunction<AdaptivePoolFn<"adaptiveMaxPool1d", 1>>(
  adaptive("adaptiveMaxPool1d", 1, maxAlong),
);

/**
 * The maximum of windows that together cover both axes: `size` is how many there are, along both axes or along each. Size 1
 * is the maximum of each channel.
 *
 * @shapes x: [n, c, h, w], size: [k, l] -> [n, c, k, l]
 * @formula y[n, c, i…] = max x[n, c, p…] over ⌊i · h / k⌋ ≤ p < ⌈(i + 1) · h / k⌉ …
 * @derivative dy = dx at the maximum
 * @conventions Of equal elements the first in row-major order gets the derivative.
 */
export const adaptiveMaxPool2d = publicFunction<AdaptivePoolFn<"adaptiveMaxPool2d", 2>>(
  adaptive("adaptiveMaxPool2d", 2, maxAlong),
);
