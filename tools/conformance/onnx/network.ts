/** ONNX operators of networks: products, convolutions, normalisation, steps of optimisers. */
import * as dsl from "@tapeless/types";
import {
  allAxes,
  type Float,
  type NodeCall,
  type OnnxBuild,
  type OnnxVocabulary,
  sizesOf,
  Unsupported,
} from "./call.js";
import { windowsOf } from "./windows.js";

/** alpha·A'B' + beta·C; C broadcasts. */
function gemm(call: NodeCall): ReturnType<OnnxBuild> {
  const turned = (k: number, name: string): Float => (call.flag(name) ? dsl.transpose(call.float(k)) : call.float(k));
  const product = dsl.mul(call.number("alpha", 1), dsl.matmul(turned(0, "transA"), turned(1, "transB")));
  return call.has(2) ? dsl.add(product, dsl.mul(call.number("beta", 1), call.float(2))) : product;
}

/** A value for each channel, to be broadcast over the other axes. */
const perChannel = (x: Float, rank: number): Float => dsl.reshape(x, [-1, ...allAxes(rank - 2).map(() => 1)]);

interface ConvolutionOptions {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [before: number, after: number])[];
  readonly groups: number;
}

type Convolution = (x: Float, kernel: Float, options: ConvolutionOptions) => Float;

// Lists have an entry for each axis, which types can only say where the number of axes is known.
const convolutions = [dsl.conv1d, dsl.conv2d, dsl.conv3d] as unknown as readonly Convolution[];
const transposed = [dsl.convTranspose1d, dsl.convTranspose2d, dsl.convTranspose3d] as unknown as readonly Convolution[];

function convolutionOf(list: readonly Convolution[], axes: number): Convolution {
  const found = list[axes - 1];
  if (found === undefined) throw new Unsupported(`a convolution over ${axes} axes`);
  return found;
}

function convolution(call: NodeCall): ReturnType<OnnxBuild> {
  const [x, kernel] = [call.float(0), call.float(1)];
  const windows = windowsOf(call, sizesOf(kernel).slice(2));
  const result = convolutionOf(convolutions, windows.length)(x, kernel, {
    stride: windows.map(({ stride }) => stride),
    dilation: windows.map(({ dilation }) => dilation),
    padding: windows.map(({ before, after }) => [before, after]),
    groups: call.number("group", 1),
  });
  return call.has(2) ? dsl.add(result, perChannel(call.float(2), call.rank(0))) : result;
}

/** What is cut off (or, where negative, added) before and behind the whole result, axis by axis. */
function transposedPads(call: NodeCall, full: readonly number[]): readonly (readonly [number, number])[] {
  const [pads, wanted] = [call.numbers("pads", []), call.numbers("output_shape", [])];
  const [extra, strides] = [call.numbers("output_padding", []), call.numbers("strides", [])];
  const mode = call.text("auto_pad", "NOTSET");
  return full.map((size, axis) => {
    const more = extra[axis] ?? 0;
    const same = (call.sizes(0)[axis + 2] ?? 0) * (strides[axis] ?? 1);
    const target = wanted.slice(-full.length)[axis] ?? (mode.startsWith("SAME") ? same : undefined);
    if (target === undefined) return [pads[axis] ?? 0, (pads[axis + full.length] ?? 0) - more];
    const total = size + more - target;
    const [less, rest] = [Math.floor(total / 2), Math.ceil(total / 2)];
    const [before, after] = mode === "SAME_UPPER" ? [less, rest] : [rest, less];
    return [before, after - more];
  });
}

function transposedConvolution(call: NodeCall): ReturnType<OnnxBuild> {
  const [x, kernel] = [call.float(0), call.float(1)];
  const rank = call.rank(0) - 2;
  const ones = allAxes(rank).map(() => 1);
  const [stride, dilation] = [call.numbers("strides", ones), call.numbers("dilations", ones)];
  const groups = call.number("group", 1);
  const padding = ones.map((): readonly [number, number] => [0, 0]);
  const full = convolutionOf(transposed, rank)(x, kernel, { stride, dilation, padding, groups });
  const pads = transposedPads(call, sizesOf(full).slice(2));
  const grown = dsl.pad(full, [[0, 0], [0, 0], ...pads.map(([a, b]) => [Math.max(0, -a), Math.max(0, -b)] as const)]);
  const cut = pads.reduce((y, [before, after], axis) => {
    const size = sizesOf(y)[axis + 2] ?? 0;
    return dsl.slice(y, axis + 2, Math.max(0, before), size - Math.max(0, after));
  }, grown);
  return call.has(2) ? dsl.add(cut, perChannel(call.float(2), call.rank(0))) : cut;
}

/** With the given statistics, or in training mode with those of the batch; then also the running ones. */
function batchNormalization(call: NodeCall): ReturnType<OnnxBuild> {
  const rank = call.rank(0);
  const [x, scale, bias] = [call.float(0), perChannel(call.float(1), rank), perChannel(call.float(2), rank)];
  const axes = allAxes(rank).filter((axis) => axis !== 1);
  const training = call.flag("training_mode");
  const [mean, variance] = training ? [dsl.mean(x, axes), dsl.variance(x, axes)] : [call.float(3), call.float(4)];
  const deviation = dsl.sqrt(dsl.add(perChannel(variance, rank), call.number("epsilon", 1e-5)));
  const y = dsl.add(dsl.mul(dsl.div(dsl.sub(x, perChannel(mean, rank)), deviation), scale), bias);
  const kept = call.number("momentum", 0.9);
  const running = (old: Float, now: Float): Float => dsl.add(dsl.mul(kept, old), dsl.mul(1 - kept, now));
  return training ? [y, running(call.float(3), mean), running(call.float(4), variance)] : y;
}

/** Inputs after the rate and the count of steps, in groups of one kind: all tensors, all gradients, all states. */
function groupsOf(call: NodeCall, kinds: number): readonly (readonly Float[])[] {
  const each = (call.count - 2) / kinds;
  return Array.from({ length: each }, (_, k) =>
    Array.from({ length: kinds }, (_, kind) => call.float(2 + k + kind * each)),
  );
}

/** Results in the order of the operator: first all of the first kind. */
const inKinds = (results: readonly (readonly Float[])[]): readonly Float[] =>
  (results[0] ?? []).flatMap((_, kind) => results.flatMap((result) => result[kind] ?? []));

const regularised = (call: NodeCall, x: Float, gradient: Float): Float =>
  dsl.add(dsl.mul(call.number("norm_coefficient", 0), x), gradient);

function adagrad(call: NodeCall): ReturnType<OnnxBuild> {
  const steps = dsl.cast(call.index(1), "f32") as unknown as Float; // of the dtype of the tensors
  const rate = dsl.div(call.float(0), dsl.add(1, dsl.mul(call.number("decay_factor", 0), steps)));
  const results = groupsOf(call, 3).map(([x, gradient, squares]) => {
    if (x === undefined || gradient === undefined || squares === undefined)
      throw new Error("Adagrad: inputs are missing");
    const g = regularised(call, x, gradient);
    const sum = dsl.add(squares, dsl.mul(g, g));
    const scale = dsl.add(dsl.sqrt(sum), call.number("epsilon", 1e-6));
    return [dsl.sub(x, dsl.div(dsl.mul(rate, g), scale)), sum];
  });
  return inKinds(results);
}

function momentum(call: NodeCall): ReturnType<OnnxBuild> {
  const [rate, alpha] = [call.float(0), call.number("alpha", 1)];
  // The first step takes the whole gradient.
  const beta = dsl.where(dsl.greater(call.index(1), 0), call.number("beta", 1), 1) as unknown as Float; // f32 as they are
  const results = groupsOf(call, 3).map(([x, gradient, velocity]) => {
    if (x === undefined || gradient === undefined || velocity === undefined)
      throw new Error("Momentum: inputs are missing");
    const g = regularised(call, x, gradient);
    const next = dsl.add(dsl.mul(alpha, velocity), dsl.mul(beta, g));
    const step = call.text("mode", "standard") === "nesterov" ? dsl.add(g, dsl.mul(alpha, next)) : next;
    return [dsl.sub(x, dsl.mul(rate, step)), next];
  });
  return inKinds(results);
}

export const network: OnnxVocabulary = {
  Adagrad: adagrad,
  BatchNormalization: batchNormalization,
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  Det: (call) => dsl.det(call.float(0)),
  Gemm: gemm,
  MatMul: (call) => dsl.matmul(call.float(0), call.float(1)),
  Momentum: momentum,
};
