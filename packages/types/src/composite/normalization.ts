/**
 * Layers that take mean and variance away, and their parameters.
 *
 * Invariant: the variance is that of the population, over deviations from the mean (two passes), never Σx² − (Σx)².
 */
import { asTraced, userShape } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { add } from "../ops/elementwise/add.op.js";
import { div } from "../ops/elementwise/div.op.js";
import { maximum } from "../ops/elementwise/maximum.op.js";
import { mul } from "../ops/elementwise/mul.op.js";
import { sqrt } from "../ops/elementwise/sqrt.op.js";
import { stopGradient } from "../ops/elementwise/stop-gradient.op.js";
import { sub } from "../ops/elementwise/sub.op.js";
import { reshape } from "../ops/shape/reshape.op.js";
import {
  type BatchNormFn,
  channelAxis,
  type GroupNormFn,
  groupSize,
  type InstanceNormFn,
  type LayerNormFn,
  type NormOptions,
  type RmsNormFn,
  type RunningStatisticsFn,
  type Statistics,
  type TrailingOptions,
  trailingAxes,
} from "../shape/normalization.js";
import type { Optional } from "../shape/parameter.js";
import { numberWithin } from "../shape/ranges.js";
import { productSize } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";
import { sizeValue } from "./size-value.js";
import { mean, square } from "./statistics.js";

type Given = Optional | undefined;

const sizeOf = (op: string, parameter: Given) => (parameter ? operandSize(op, parameter) : undefined);

const kept = { keepDims: true } as const;

interface Centred {
  /** x − mean. */
  readonly deviation: AnyTensor;
  readonly mean: AnyTensor;
  readonly variance: AnyTensor;
}

/**
 * Mean, variance and deviations over axes, which are kept with size 1.
 *
 * A mean is rounded, to an ulp of x and not of its spread: of [1e8, 1e8 + 1, 1e8 + 1] the deviations from it are wrong in
 * the ninth digit. The mean δ of those deviations is just that error, so it is taken off them, and the variance is
 * Σ(x − m)²/n − δ² (Chan, Golub & LeVeque 1983, "Algorithms for computing the sample variance", the corrected two-pass
 * algorithm). Of exact numbers δ is 0 for every x: nothing is to be differentiated through it.
 */
function centred(x: AnyTensor, axes: readonly number[]): Centred {
  const first = mean(x, axes, kept);
  const rough = sub(x, first);
  const rest = stopGradient(mean(rough, axes, kept));
  return {
    deviation: sub(rough, rest),
    mean: add(first, rest),
    variance: sub(mean(square(rough), axes, kept), square(rest)),
  };
}

/** 1/√(variance + ε) */
const inverseDeviation = (variance: AnyTensor, eps: number): AnyTensor => div(1, sqrt(add(variance, eps)));

/** (x − mean)/√(variance + ε) over the axes. */
function normalised(x: AnyTensor, axes: readonly number[], eps: number): AnyTensor {
  const { deviation, variance } = centred(x, axes);
  return mul(deviation, inverseDeviation(variance, eps));
}

/** x·w + b for parameters that broadcast as they are. */
function affine(x: AnyTensor, w: Given, b: Given): AnyTensor {
  const scaled = w ? mul(x, w) : x;
  return b ? add(scaled, b) : scaled;
}

/** A parameter of the channels as x broadcasts it: size 1 at all axes behind theirs. */
function alongChannels(x: AnyTensor, axis: number, parameter: AnyTensor): AnyTensor {
  const channels = asTraced(parameter, "reshape").shape;
  return reshape(parameter, [...channels, ...x.shape.slice(axis + 1).map(() => 1)]);
}

/** x·w + b for parameters of the channels. */
const affineOfChannels = (x: AnyTensor, axis: number, w: Given, b: Given): AnyTensor =>
  affine(x, w && alongChannels(x, axis, w), b && alongChannels(x, axis, b));

function checkedEps(op: string, eps: number): number {
  numberWithin(op, "eps", eps, { min: 0 });
  return eps;
}

/**
 * Layer normalisation over the last axes, those that `w` has; over the last one where there is no `w`.
 *
 * @shapes x: [..., f...], w: [f...], b: [f...] -> [..., f...]
 * @formula y = (x − mean) / √(variance + eps) · w + b, with the population's variance
 * @derivative dx̂ = (dx − mean(dx) − x̂ · mean(x̂ dx)) / √(variance + eps) of x̂ = (x − mean) / √(variance + eps)
 * @conventions eps is 1e-5; w and b may be left out, or null; squares of deviations are not kept from overflowing, so in f64
 *   elements that differ by more than 1e154 give 0
 */
export const layerNorm = publicFunction<LayerNormFn>(
  (x: AnyTensor, w?: Given, b?: Given, { eps = 1e-5, rank }: TrailingOptions = {}) => {
    const op = "layerNorm";
    const axes = trailingAxes(op, operandSize(op, x), { w: sizeOf(op, w), b: sizeOf(op, b) }, rank);
    return affine(normalised(x, axes, checkedEps(op, eps)), w, b);
  },
);

/**
 * Root mean square normalisation over the last axes, those that `w` has; over the last one where there is no `w`.
 *
 * @shapes x: [..., f...], w: [f...] -> [..., f...]
 * @formula y = x / √(mean(x²) + eps) · w
 * @derivative dx̂ = (dx − x̂ · mean(x̂ dx)) / √(mean(x²) + eps) of x̂ = x / √(mean(x²) + eps)
 * @conventions eps is 1e-6; w may be left out, or null
 */
export const rmsNorm = publicFunction<RmsNormFn>(
  (x: AnyTensor, w?: Given, { eps = 1e-6, rank }: TrailingOptions = {}) => {
    const op = "rmsNorm";
    const axes = trailingAxes(op, operandSize(op, x), { w: sizeOf(op, w) }, rank);
    const squares = mean(square(x), axes, kept);
    return affine(mul(x, inverseDeviation(squares, checkedEps(op, eps))), w, null);
  },
);

interface BatchNormOptions extends NormOptions {
  readonly axis?: number;
  readonly statistics?: Statistics<AnyTensor>;
}

const otherAxes = (x: AnyTensor, axis: number): readonly number[] => x.shape.map((_, k) => k).filter((k) => k !== axis);

/**
 * Batch normalisation. In training every channel is normalised over all other axes, and differentiated through its
 * statistics; `runningStatistics` gathers them. At inference `statistics` are handed in: `{ mean, variance }`.
 *
 * @shapes x: [n, c, ...], w: [c], b: [c] -> [n, c, ...]
 * @formula y = (x − mean) / √(variance + eps) · w + b, with the batch's population variance or the given statistics
 * @derivative as layerNorm, over all axes but the channels; with statistics dy = dx · w / √(variance + eps)
 * @conventions eps is 1e-5, axis is 1; w and b may be left out, or null
 */
export const batchNorm = publicFunction<BatchNormFn>(
  (x: AnyTensor, w?: Given, b?: Given, { axis = 1, eps = 1e-5, statistics }: BatchNormOptions = {}) => {
    const op = "batchNorm";
    const given = { w: sizeOf(op, w), b: sizeOf(op, b) };
    const told = { mean: sizeOf(op, statistics?.mean), variance: sizeOf(op, statistics?.variance) };
    const at = channelAxis(op, operandSize(op, x), { ...given, ...told }, axis);
    checkedEps(op, eps);
    if (statistics === undefined) return affineOfChannels(normalised(x, otherAxes(x, at), eps), at, w, b);
    const centre = alongChannels(x, at, statistics.mean);
    const scale = inverseDeviation(statistics.variance, eps);
    const scaled = mul(sub(x, centre), alongChannels(x, at, w ? mul(scale, w) : scale));
    return affineOfChannels(scaled, at, null, b);
  },
);

/** n/(n − 1), which makes the population's variance the sample's; 1 for a single element. */
function sampleCorrection(x: AnyTensor, axes: readonly number[]): AnyTensor | number {
  const sizes = asTraced(x, "runningStatistics").sizes;
  const n = sizeValue(productSize(axes.map((axis) => sizes[axis] ?? 1)), x.dtype);
  if (typeof n === "number") return n / Math.max(n - 1, 1);
  return div(n, maximum(sub(n, 1), 1));
}

/**
 * The running statistics after a batch: what `batchNorm` takes at inference. They share all work with a `batchNorm` of
 * the same `x`, and nothing is differentiated through them; start with mean 0 and variance 1.
 *
 * @shapes x: [n, c, ...], running: { mean: [c], variance: [c] } -> { mean: [c], variance: [c] }
 * @formula new = (1 − momentum) · running + momentum · batch, with the sample variance of the batch
 * @derivative 0 in x; 1 − momentum in running
 * @conventions momentum is 0.1, axis is 1; the variance of a single element is 0
 */
export const runningStatistics = publicFunction<RunningStatisticsFn>(
  (
    x: AnyTensor,
    running: Statistics<AnyTensor>,
    options: { readonly axis?: number; readonly momentum?: number } = {},
  ) => {
    const op = "runningStatistics";
    const { axis = 1, momentum = 0.1 } = options;
    const given = { mean: sizeOf(op, running.mean), variance: sizeOf(op, running.variance) };
    const at = channelAxis(op, operandSize(op, x), given, axis);
    numberWithin(op, "momentum", momentum, { min: 0, max: 1 });
    const axes = otherAxes(x, at);
    const batch = centred(x, axes);
    const moved = (old: AnyTensor, fresh: AnyTensor): AnyTensor =>
      add(mul(1 - momentum, old), mul(momentum, stopGradient(reshape(fresh, old.shape))));
    return {
      mean: moved(running.mean, batch.mean),
      variance: moved(running.variance, mul(batch.variance, sampleCorrection(x, axes))),
    };
  },
);

/** The axes from one on. */
const axesFrom = (x: AnyTensor, axis: number): readonly number[] => x.shape.map((_, k) => k).filter((k) => k >= axis);

/**
 * Group normalisation: the channels of an example in groups, each normalised over its channels and all further axes.
 *
 * @shapes x: [n, c, ...], w: [c], b: [c] -> [n, c, ...]
 * @formula y = (x − mean) / √(variance + eps) · w + b, with mean and variance of each group of c / groups channels
 * @derivative as layerNorm, over each group
 * @conventions eps is 1e-5; w and b may be left out, or null
 */
export const groupNorm = publicFunction<GroupNormFn>(
  (x: AnyTensor, groups: number, w?: Given, b?: Given, { eps = 1e-5 }: NormOptions = {}) => {
    const op = "groupNorm";
    channelAxis(op, operandSize(op, x), { w: sizeOf(op, w), b: sizeOf(op, b) }, 1, 2);
    const [batch = 1, channels = 1, ...rest] = asTraced(x, op).sizes;
    const each = groupSize(op, "channels", channels, groups);
    const grouped = reshape(x, userShape([batch, groups, each, ...rest]));
    const y = normalised(grouped, axesFrom(grouped, 2), checkedEps(op, eps));
    return affineOfChannels(reshape(y, x.shape), 1, w, b);
  },
);

/**
 * Instance normalisation: every channel of every example over its further axes.
 *
 * @shapes x: [n, c, ...], w: [c], b: [c] -> [n, c, ...]
 * @formula y = (x − mean) / √(variance + eps) · w + b, with mean and variance of each channel of each example
 * @derivative as layerNorm, over all axes behind the channels
 * @conventions eps is 1e-5; w and b may be left out, or null
 */
export const instanceNorm = publicFunction<InstanceNormFn>(
  (x: AnyTensor, w?: Given, b?: Given, { eps = 1e-5 }: NormOptions = {}) => {
    const op = "instanceNorm";
    channelAxis(op, operandSize(op, x), { w: sizeOf(op, w), b: sizeOf(op, b) }, 1, 3);
    return affineOfChannels(normalised(x, axesFrom(x, 2), checkedEps(op, eps)), 1, w, b);
  },
);
