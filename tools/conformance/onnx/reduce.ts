/** ONNX reductions and scans. Axes are an input or an attribute; none at all are all, or none where that is asked for. */
import * as dsl from "@tapeless/types";
import {
  allAxes,
  axesOf,
  axisOf,
  countOf,
  type Float,
  type NodeCall,
  type OnnxBuild,
  type OnnxVocabulary,
  sizesOf,
} from "./call.js";

interface Options {
  readonly keepDims: boolean;
}

type Reduction = (x: Float, axes: readonly number[], options: Options) => Float;

const over =
  (f: Reduction): OnnxBuild =>
  (call) => {
    const x = call.float(0);
    const given = axesOf(call.knownOr(1, call.numbers("axes", [])), call.rank(0));
    if (given.length === 0 && call.flag("noop_with_empty_axes")) return x;
    return f(x, given.length > 0 ? given : allAxes(call.rank(0)), { keepDims: call.flag("keepdims", true) });
  };

/** The largest of nothing is an error here and the identity there, so nothing is summed and that added. */
const extremum =
  (f: Reduction, identity: number): Reduction =>
  (x, axes, options) => {
    const count = countOf(axes.map((axis) => sizesOf(x)[axis] ?? 1));
    return count === 0 ? dsl.add(dsl.sum(x, axes, options), identity) : f(x, axes, options);
  };

const reductions: OnnxVocabulary = {
  ReduceL1: over((x, axes, options) => dsl.norm(x, axes, { ...options, ord: 1 })),
  ReduceL2: over((x, axes, options) => dsl.norm(x, axes, { ...options, ord: 2 })),
  ReduceLogSum: over((x, axes, options) => dsl.log(dsl.sum(x, axes, options))),
  ReduceLogSumExp: over(dsl.logSumExp),
  ReduceMax: over(extremum(dsl.max, Number.NEGATIVE_INFINITY)),
  ReduceMean: over(dsl.mean),
  ReduceMin: over(extremum(dsl.min, Number.POSITIVE_INFINITY)),
  ReduceProd: over(dsl.prod),
  ReduceSum: over(dsl.sum),
  ReduceSumSquare: over((x, axes, options) => dsl.sum(dsl.square(x), axes, options)),
};

/** The first or the last of equal elements: the last is the first of those turned round. */
const position =
  (f: (x: Float, axis: number, options: Options) => dsl.Tensor<dsl.Shape, "i32">): OnnxBuild =>
  (call) => {
    const axis = axisOf(call.number("axis", 0), call.rank(0));
    const options = { keepDims: call.flag("keepdims", true) };
    if (!call.flag("select_last_index")) return f(call.float(0), axis, options);
    const last = (call.sizes(0)[axis] ?? 1) - 1;
    return dsl.sub(last, f(dsl.flip(call.float(0), axis), axis, options));
  };

const scan =
  (
    f: (x: Float, axis: number, options: { readonly reverse: boolean; readonly exclusive: boolean }) => Float,
  ): OnnxBuild =>
  (call) =>
    f(call.float(0), axisOf(call.scalar(1), call.rank(0)), {
      reverse: call.flag("reverse"),
      exclusive: call.flag("exclusive"),
    });

/** 1 at the first largest element of the axis, 0 elsewhere. */
function hardmax(call: NodeCall): ReturnType<OnnxBuild> {
  const x = call.float(0);
  const axis = axisOf(call.number("axis", -1), call.rank(0));
  const hot = dsl.oneHot(dsl.argmax(x, axis), call.sizes(0)[axis] ?? 1, x.dtype);
  return dsl.transpose(hot, lastAxisAt(axis, call.rank(0)));
}

/** The order of axes that puts the last one in the place of another. */
export function lastAxisAt(axis: number, rank: number): readonly number[] {
  return allAxes(rank - 1).toSpliced(axis, 0, rank - 1);
}

/** x divided by its norm along an axis; 0 where the norm is 0. */
function normalised(call: NodeCall): ReturnType<OnnxBuild> {
  const [x, axis] = [call.float(0), call.number("axis", -1)];
  const size = dsl.norm(x, axis, { ord: call.number("p", 2), keepDims: true });
  const zero = dsl.equal(size, 0);
  return dsl.where(zero, 0, dsl.div(x, dsl.where(zero, 1, size)));
}

/** (x - mean)/(deviation + 1e-9) over the given axes, as its function in the ONNX documentation says. */
function standardised(call: NodeCall): ReturnType<OnnxBuild> {
  const x = call.float(0);
  const axes = call.numbers("axes", [0, 2, 3]);
  const centred = dsl.sub(x, dsl.mean(x, axes, { keepDims: true }));
  return dsl.div(centred, dsl.add(dsl.std(x, axes, { keepDims: true }), 1e-9));
}

/** The k largest (or smallest) and where they are. */
function topK(call: NodeCall): ReturnType<OnnxBuild> {
  const axis = axisOf(call.number("axis", -1), call.rank(0));
  const { values, indices } = dsl.topK(call.float(0), call.scalar(1), axis, { largest: call.flag("largest", true) });
  return [values, indices];
}

export const reduce: OnnxVocabulary = {
  ...reductions,
  ArgMax: position(dsl.argmax),
  ArgMin: position(dsl.argmin),
  CumProd: scan(dsl.cumprod),
  CumSum: scan(dsl.cumsum),
  Hardmax: hardmax,
  LogSoftmax: (call) => dsl.logSoftmax(call.float(0), call.number("axis", -1)),
  LpNormalization: normalised,
  MeanVarianceNormalization: standardised,
  Softmax: (call) => dsl.softmax(call.float(0), call.number("axis", -1)),
  TopK: topK,
};
