/** Pools: the maximum or the mean of windows, which are read through and never an array. */
import { emit, vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { takenDType } from "../shape/dtypes.js";
import { type AvgPoolFn, type MaxPoolFn, type PoolOptions, poolWindows } from "../shape/pool.js";
import type { AxisWindows } from "../shape/spatial.js";
import type { AnyTensor } from "../shape/tensor.js";
import { windowsOver } from "./convolution.js";
import { constantOf } from "./create.js";
import { framed } from "./pad.js";

type Options = Omit<PoolOptions, "kernel">;

const placesOf = (windows: TracedTensor, rank: number): readonly number[] =>
  Array.from({ length: rank }, (_, axis) => windows.sizes.length - rank + axis);

const maxPool =
  (op: string, rank: number) =>
  (x: AnyTensor, kernel: number | readonly number[], options: Options = {}) => {
    const tensor = asTraced(x, op);
    takenDType(op, "float", tensor.dtype);
    const along = poolWindows(op, rank, tensor.sizes, { ...options, kernel });
    const windows = windowsOver(tensor, along, Number.NEGATIVE_INFINITY);
    return emit("max", [windows], { axes: placesOf(windows, rank) });
  };

/** How many elements each window along one axis has: of the operand, and of the padding where that counts. */
function countsAlong(x: TracedTensor, axis: number, along: AxisWindows, padding: boolean): Value {
  const ones = constantOf([x.sizes[axis] ?? 1], 1, x.dtype);
  const { before, after } = along;
  const counted = padding ? framed(ones, [[before, after]], 1) : ones;
  const rest = padding ? { ...along, before: 0, after: 0 } : along;
  return vocabulary().sum(windowsOver(counted, [rest]), { axes: [1] });
}

/** Sums of windows divided by how many elements each has, one axis after the other. */
function dividedByCounts(
  x: TracedTensor,
  sums: TracedTensor,
  along: readonly AxisWindows[],
  padding: boolean,
): TracedTensor {
  const lead = sums.sizes.length - along.length;
  return along.reduce((y, each, at) => {
    const axis = lead + at;
    if (each.extra === 0 && (padding || (each.before === 0 && each.after === 0))) return emit("div", [y, each.kernel]);
    const counts = countsAlong(x, axis, each, padding);
    return emit("div", [y, emit("broadcastTo", [counts], { shape: y.sizes, axes: [axis] })]);
  }, sums);
}

/** Where every window is full, all elements are counted at once. */
function meanOfWindows(
  x: TracedTensor,
  sums: TracedTensor,
  along: readonly AxisWindows[],
  padding: boolean,
): TracedTensor {
  const full = along.every(({ before, after, extra }) => extra === 0 && (padding || (before === 0 && after === 0)));
  if (!full) return dividedByCounts(x, sums, along, padding);
  return emit("div", [sums, along.reduce((area, { kernel }) => area * kernel, 1)]);
}

const avgPool =
  (op: string, rank: number) =>
  (
    x: AnyTensor,
    kernel: number | readonly number[],
    { countIncludePad = true, ...options }: Options & { readonly countIncludePad?: boolean } = {},
  ) => {
    const tensor = asTraced(x, op);
    takenDType(op, "float", tensor.dtype);
    const along = poolWindows(op, rank, tensor.sizes, { ...options, kernel });
    const windows = windowsOver(tensor, along);
    const sums = emit("sum", [windows], { axes: placesOf(windows, rank) });
    return meanOfWindows(tensor, sums, along, countIncludePad);
  };

/**
 * The maximum of each window along one axis.
 *
 * @shapes x: [n, c, l], kernel -> [n, c, ⌊(l + padding - dilation · (kernel - 1) - 1) / stride⌋ + 1]
 * @formula y[n, c, p] = max x[n, c, p · stride + q · dilation - before] over q
 * @derivative dy = dx at the maximum
 * @conventions Of equal elements the first gets the derivative. Padding never wins. NaN propagates.
 */
export const maxPool1d = publicFunction<MaxPoolFn<"maxPool1d", 1>>(maxPool("maxPool1d", 1));

/**
 * The maximum of each window along two axes. Kernel, stride, padding and dilation are one number for both axes or a list; a
 * padding may be `[before, after]`.
 *
 * @shapes x: [n, c, h, w], kernel -> [n, c, ⌊(h + padding - dilation · (kernel - 1) - 1) / stride⌋ + 1, …]
 * @formula y[n, c, p…] = max x[n, c, p · stride + q · dilation - before…] over q…
 * @derivative dy = dx at the maximum
 * @conventions Of equal elements the first in row-major order gets the derivative. Padding never wins. NaN propagates.
 */
export const maxPool2d = publicFunction<MaxPoolFn<"maxPool2d", 2>>(maxPool("maxPool2d", 2));

/**
 * The maximum of each window along three axes, otherwise as `maxPool2d`.
 *
 * @shapes x: [n, c, d, h, w], kernel -> [n, c, ⌊(d + padding - dilation · (kernel - 1) - 1) / stride⌋ + 1, …]
 * @formula y[n, c, p…] = max x[n, c, p · stride + q · dilation - before…] over q…
 * @derivative dy = dx at the maximum
 * @conventions Of equal elements the first in row-major order gets the derivative. Padding never wins. NaN propagates.
 */
export const maxPool3d = publicFunction<MaxPoolFn<"maxPool3d", 3>>(maxPool("maxPool3d", 3));

/**
 * The mean of each window along one axis.
 *
 * @shapes x: [n, c, l], kernel -> [n, c, ⌊(l + padding - dilation · (kernel - 1) - 1) / stride⌋ + 1]
 * @formula y[n, c, p] = Σ x[n, c, p · stride + q · dilation - before] / kernel over q
 * @derivative dy[n, c, p] = Σ dx[n, c, p · stride + q · dilation - before] / kernel
 * @conventions Zeros of the padding count as elements unless `countIncludePad` is false; what ceil mode adds never does.
 */
export const avgPool1d = publicFunction<AvgPoolFn<"avgPool1d", 1>>(avgPool("avgPool1d", 1));

/**
 * The mean of each window along two axes. Kernel, stride, padding and dilation are one number for both axes or a list; a
 * padding may be `[before, after]`.
 *
 * @shapes x: [n, c, h, w], kernel -> [n, c, ⌊(h + padding - dilation · (kernel - 1) - 1) / stride⌋ + 1, …]
 * @formula y[n, c, p…] = Σ x[n, c, p · stride + q · dilation - before…] / |kernel| over q…
 * @derivative dy[n, c, p…] = Σ dx[n, c, p · stride + q · dilation - before…] / |kernel|
 * @conventions Zeros of the padding count as elements unless `countIncludePad` is false; what ceil mode adds never does.
 */
export const avgPool2d = publicFunction<AvgPoolFn<"avgPool2d", 2>>(avgPool("avgPool2d", 2));

/**
 * The mean of each window along three axes, otherwise as `avgPool2d`.
 *
 * @shapes x: [n, c, d, h, w], kernel -> [n, c, ⌊(d + padding - dilation · (kernel - 1) - 1) / stride⌋ + 1, …]
 * @formula y[n, c, p…] = Σ x[n, c, p · stride + q · dilation - before…] / |kernel| over q…
 * @derivative dy[n, c, p…] = Σ dx[n, c, p · stride + q · dilation - before…] / |kernel|
 * @conventions Zeros of the padding count as elements unless `countIncludePad` is false; what ceil mode adds never does.
 */
export const avgPool3d = publicFunction<AvgPoolFn<"avgPool3d", 3>>(avgPool("avgPool3d", 3));
