/**
 * Convolutions: windows of the padded operand, contracted with the kernel. The contraction reads through the windows, so
 * they are never an array; a transposed convolution is the same read backwards.
 */
import { emit } from "../graph/emit.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import {
  type ConvFn,
  type ConvOptions,
  type ConvTransposeFn,
  type ConvTransposeOptions,
  checkBias,
  checkRank,
  convTransposeWindows,
  convWindows,
  groupOf,
  type UpWindows,
} from "../shape/conv.js";
import { commonDType } from "../shape/dtypes.js";
import { equalShape, mulSize, type Size } from "../shape/size.js";
import type { AxisWindows } from "../shape/spatial.js";
import type { AnyTensor } from "../shape/tensor.js";
import { framed } from "./pad.js";

/** Labels of contractions: batch, group, channels in, channels out; then positions, then places in the window. */
const [batch, group, inside, outside] = [0, 1, 2, 3] as const;
const first = 4;
const positions = (rank: number): readonly number[] => Array.from({ length: rank }, (_, k) => first + k);
const places = (rank: number): readonly number[] => Array.from({ length: rank }, (_, k) => first + rank + k);

/** One axis as two: the groups, and what is in each. */
const inGroups = (x: TracedTensor, axis: number, groups: number, each: Size): TracedTensor =>
  emit("reshape", [x], { shape: x.sizes.toSpliced(axis, 1, groups, each) });

/** Two axes, the groups and what is in each, as one. */
const outOfGroups = (x: TracedTensor, axis: number): TracedTensor =>
  emit("reshape", [x], { shape: x.sizes.toSpliced(axis, 2, mulSize(x.sizes[axis] ?? 1, x.sizes[axis + 1] ?? 1)) });

/** All windows of `x` over its last axes, padded with one value. */
export function windowsOver(x: TracedTensor, along: readonly AxisWindows[], value = 0): TracedTensor {
  const lead = x.sizes.length - along.length;
  const padding = x.sizes.map((_, axis) => {
    const { before = 0, after = 0, extra = 0 } = along[axis - lead] ?? {};
    return [before, after + extra] as const;
  });
  return emit("windows", [framed(x, padding, value)], {
    kernel: along.map(({ kernel }) => kernel),
    count: along.map(({ count }) => count),
    stride: along.map(({ stride }) => stride),
    dilation: along.map(({ dilation }) => dilation),
    ...(along.some(({ orNone }) => orNone === true) ? { orNone: true } : {}),
  });
}

function withBias(op: string, y: TracedTensor, bias: AnyTensor | undefined): TracedTensor {
  if (bias === undefined) return y;
  const b = asTraced(bias, op);
  commonDType(op, "float", [y.dtype, b.dtype]);
  checkBias(op, b.sizes, y.sizes[1] ?? 1);
  return emit("add", [y, emit("broadcastTo", [b], { shape: y.sizes, axes: [1] })]);
}

interface Operands {
  readonly x: TracedTensor;
  readonly w: TracedTensor;
}

function operands(op: string, rank: number, left: AnyTensor, right: AnyTensor): Operands {
  const [x, w] = [asTraced(left, op), asTraced(right, op)];
  checkRank(op, "the operand", x.sizes, rank + 2);
  commonDType(op, "float", [x.dtype, w.dtype]);
  checkRank(op, "the kernel", w.sizes, rank + 2);
  return { x, w };
}

type WithBias<T> = T & { readonly bias?: AnyTensor };

const convolution =
  (op: string, rank: number) =>
  (left: AnyTensor, right: AnyTensor, { bias, ...options }: WithBias<ConvOptions> = {}) => {
    const { x, w } = operands(op, rank, left, right);
    const { groups = 1 } = options;
    const along = convWindows(op, x.sizes, w.sizes, options);
    const one = groups === 1;
    const grouped = one ? x : inGroups(x, 1, groups, w.sizes[1] ?? 1);
    const kernels = one ? w : inGroups(w, 0, groups, groupOf(op, "kernels", w.sizes[0] ?? 1, groups));
    const [at, within] = [positions(rank), places(rank)];
    const only = one ? [] : [group];
    const y = emit("contract", [windowsOver(grouped, along), kernels], {
      left: [batch, ...only, inside, ...at, ...within],
      right: [...only, outside, inside, ...within],
      out: [batch, ...only, outside, ...at],
    });
    return withBias(op, one ? y : outOfGroups(y, 1), bias);
  };

/** Windows laid down and added up, and what the padding leaves of the sum. */
function laidDown(windows: TracedTensor, along: readonly UpWindows[]): TracedTensor {
  const sum = emit("overlapAdd", [windows], {
    stride: along.map(({ stride }) => stride),
    dilation: along.map(({ dilation }) => dilation),
    shape: along.map((axis) => axis.sum),
  });
  const lead = sum.sizes.slice(0, -along.length);
  const shape = [...lead, ...along.map(({ count }) => count)];
  if (equalShape(shape, sum.sizes)) return sum;
  return emit("slice", [sum], { start: [...lead.map(() => 0), ...along.map(({ start }) => start)], shape });
}

const transposedConvolution =
  (op: string, rank: number) =>
  (left: AnyTensor, right: AnyTensor, { bias, ...options }: WithBias<ConvTransposeOptions> = {}) => {
    const { x, w } = operands(op, rank, left, right);
    const { groups = 1 } = options;
    const along = convTransposeWindows(op, x.sizes, w.sizes, options);
    const one = groups === 1;
    const each = groupOf(op, "channels", x.sizes[1] ?? 1, groups);
    const [grouped, kernels] = one ? [x, w] : [inGroups(x, 1, groups, each), inGroups(w, 0, groups, each)];
    const [at, within] = [positions(rank), places(rank)];
    const only = one ? [] : [group];
    const windows = emit("contract", [grouped, kernels], {
      left: [batch, ...only, inside, ...at],
      right: [...only, inside, outside, ...within],
      out: [batch, ...only, outside, ...at, ...within],
    });
    const y = laidDown(windows, along);
    return withBias(op, one ? y : outOfGroups(y, 1), bias);
  };

/**
 * Convolution along one axis (a cross-correlation: the kernel is not reversed), with zeros at the borders.
 *
 * @shapes x: [n, c, l], kernel: [o, c / groups, k] -> [n, o, ⌊(l + padding - dilation · (k - 1) - 1) / stride⌋ + 1]
 * @formula y[n, o, p] = bias[o] + Σ x[n, c, p · stride + q · dilation - before] · kernel[o, c, q] over c and q
 * @derivative dy = conv(dx, kernel) + conv(x, dkernel) + dbias
 * @conventions padding "same" gives ⌈l / stride⌉ positions, the larger half of the zeros behind; "valid" is none.
 */
export const conv1d = publicFunction<ConvFn<"conv1d", 1>>(convolution("conv1d", 1));

/**
 * Convolution along two axes (a cross-correlation: the kernel is not reversed), with zeros at the borders. Stride, padding
 * and dilation are one number for both axes or a list; a padding may be `[before, after]`.
 *
 * @shapes x: [n, c, h, w], kernel: [o, c / groups, k, l] -> [n, o, ⌊(h + padding - dilation · (k - 1) - 1) / stride⌋ + 1, …]
 * @formula y[n, o, p…] = bias[o] + Σ x[n, c, p · stride + q · dilation - before…] · kernel[o, c, q…] over c and q…
 * @derivative dy = conv(dx, kernel) + conv(x, dkernel) + dbias
 * @conventions padding "same" gives ⌈h / stride⌉ positions, the larger half of the zeros behind; "valid" is none.
 */
export const conv2d = publicFunction<ConvFn<"conv2d", 2>>(convolution("conv2d", 2));

/**
 * Convolution along three axes, otherwise as `conv2d`.
 *
 * @shapes x: [n, c, d, h, w], kernel: [o, c / groups, k…] -> [n, o, ⌊(d + padding - dilation · (k - 1) - 1) / stride⌋ + 1, …]
 * @formula y[n, o, p…] = bias[o] + Σ x[n, c, p · stride + q · dilation - before…] · kernel[o, c, q…] over c and q…
 * @derivative dy = conv(dx, kernel) + conv(x, dkernel) + dbias
 */
export const conv3d = publicFunction<ConvFn<"conv3d", 3>>(convolution("conv3d", 3));

/**
 * Transposed convolution along one axis: the adjoint of `conv1d` in its operand.
 *
 * @shapes x: [n, c, l], kernel: [c, o / groups, k] -> [n, o, (l - 1) · stride - padding + dilation · (k - 1) + outputPadding + 1]
 * @formula y[n, o, p] = bias[o] + Σ x[n, c, i] · kernel[c, o, q] over c and i · stride + q · dilation - before = p
 * @derivative dy = convTranspose(dx, kernel) + convTranspose(x, dkernel) + dbias
 */
export const convTranspose1d = publicFunction<ConvTransposeFn<"convTranspose1d", 1>>(
  transposedConvolution("convTranspose1d", 1),
);

/**
 * Transposed convolution along two axes: the adjoint of `conv2d` in its operand.
 *
 * @shapes x: [n, c, h, w], kernel: [c, o / groups, k, l] -> [n, o, (h - 1) · stride - padding + dilation · (k - 1) + outputPadding + 1, …]
 * @formula y[n, o, p…] = bias[o] + Σ x[n, c, i…] · kernel[c, o, q…] over c and i · stride + q · dilation - before = p
 * @derivative dy = convTranspose(dx, kernel) + convTranspose(x, dkernel) + dbias
 */
export const convTranspose2d = publicFunction<ConvTransposeFn<"convTranspose2d", 2>>(
  transposedConvolution("convTranspose2d", 2),
);

/**
 * Transposed convolution along three axes, otherwise as `convTranspose2d`.
 *
 * @shapes x: [n, c, d, h, w], kernel: [c, o / groups, k…] -> [n, o, (d - 1) · stride - padding + dilation · (k - 1) + outputPadding + 1, …]
 * @formula y[n, o, p…] = bias[o] + Σ x[n, c, i…] · kernel[c, o, q…] over c and i · stride + q · dilation - before = p
 * @derivative dy = convTranspose(dx, kernel) + convTranspose(x, dkernel) + dbias
 */
export const convTranspose3d = publicFunction<ConvTransposeFn<"convTranspose3d", 3>>(
  transposedConvolution("convTranspose3d", 3),
);
