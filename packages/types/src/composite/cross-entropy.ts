/** Log-softmax and the losses over classes, stable for logits of any size. */
import { vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { largestFinite } from "../ops/reduce/log-sum-exp.op.js";
import { largestIfAny, spread } from "../ops/reduce/reduction.js";
import {
  type CrossEntropyFn,
  checkClassWeights,
  checkIgnoreIndex,
  classAxis,
  type NllFn,
} from "../shape/class-loss.js";
import { takenDType } from "../shape/dtypes.js";
import { type AxisFn, alongAxis } from "../shape/reduce.js";
import type { AnyTensor } from "../shape/tensor.js";
import { type ReductionOptions, reducedLoss } from "./reduction.js";
import { meanOver } from "./statistics.js";

/** Logits less the largest of them, that one, and the logarithm of the sum of the exponentials of the differences. */
interface Shifted {
  readonly logits: Value;
  readonly largest: Value;
  readonly logTotal: Value;
}

/**
 * All that is asked for are differences of logits, and they stay what they are when all logits are shifted. So the shift
 * comes first: Σ eˣ as a logarithm of its own would be rounded like the largest logit, and 1e4 leaves no more than 12
 * digits. As nothing changes with the shift, nothing is differentiated through it.
 */
function shifted(x: Value, axis: number): Shifted {
  const o = vocabulary();
  const attrs = { axes: [axis] };
  const finite = largestFinite(x.dtype); // of nothing but -Infinity the differences would be NaN
  const largest = o.stopGradient(o.minimum(o.maximum(largestIfAny(o, x, attrs), -finite), finite));
  const logits = o.sub(x, spread(o, largest, x.sizes, attrs));
  return { logits, largest, logTotal: o.log(o.sum(o.exp(logits), attrs)) };
}

/** x - log Σ eˣ along one axis. */
function normalised(x: Value, axis: number): Value {
  if (x.sizes[axis] === 0) return x;
  const o = vocabulary();
  const { logits, logTotal } = shifted(x, axis);
  return o.sub(logits, spread(o, logTotal, x.sizes, { axes: [axis] }));
}

/**
 * The logarithm of the softmax along an axis, the last when left out; stable for logits of any size.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x - ln Σ eˣ
 * @derivative dy = dx - Σ softmax(x) dx
 */
export const logSoftmax = publicFunction<AxisFn<"logSoftmax">>((x: AnyTensor, axis?: number) => {
  const tensor = asTraced(x, "logSoftmax");
  takenDType("logSoftmax", "float", tensor.dtype);
  return normalised(tensor, alongAxis("logSoftmax", tensor.sizes, axis));
});

interface ClassLossOptions extends ReductionOptions {
  readonly axis?: number;
  readonly ignoreIndex?: number;
  readonly classWeights?: AnyTensor;
  readonly labelSmoothing?: number;
}

/** A loss over classes: the scores of all of them, which axis they are on, and what each of them counts. */
interface Classes {
  readonly scores: TracedTensor;
  readonly labels: TracedTensor;
  readonly axis: number;
  /** Spread over all scores. */
  readonly weights: Value | undefined;
}

function classesOf(
  op: string,
  scores: AnyTensor,
  labels: AnyTensor,
  options: ClassLossOptions,
  what?: string,
): Classes {
  const size = operandSize(op, scores);
  const axis = classAxis(op, size, operandSize(op, labels), options.axis ?? -1, what);
  const [x, y] = [asTraced(scores, op), asTraced(labels, op)];
  checkIgnoreIndex(op, y.dtype, options.ignoreIndex);
  const { classWeights } = options;
  if (classWeights === undefined) return { scores: x, labels: y, axis, weights: undefined };
  checkClassWeights(op, size, operandSize(op, classWeights), axis);
  const weights = vocabulary().broadcastTo(asTraced(classWeights, op), { shape: x.sizes, axes: [axis] });
  return { scores: x, labels: y, axis, weights };
}

/**
 * 1 at the class of each example, 0 elsewhere, along the axis of the classes. Labels that come from an input are checked
 * in the call, but where some are ignored any number may be one of those.
 */
function hits({ scores, axis }: Classes, labels: Value): Value {
  const o = vocabulary();
  const hit = o.oneHot(labels, { depth: scores.sizes[axis] ?? 1, dtype: scores.dtype, checked: true });
  const last = scores.sizes.length - 1;
  if (axis === last) return hit;
  return o.permute(hit, { perm: [...scores.sizes.keys()].map((k) => (k === axis ? last : k < axis ? k : k - 1)) });
}

/** Losses of examples with one class each, and what each of them counts in a mean. */
interface Weighted {
  readonly losses: Value;
  readonly weights: Value | undefined;
}

/** The loss of each example, given how to choose a value of its class, and the weight of its class. */
type ExampleLoss = (chosen: (values: Value) => Value, weight: Value | undefined) => Value;

/** Losses of examples with one class each. Ignored ones lose nothing, and their weight is 0. */
function perExample(classes: Classes, ignoreIndex: number | undefined, loss: ExampleLoss): Weighted {
  const o = vocabulary();
  const { scores, labels, axis, weights } = classes;
  const ignored = ignoreIndex === undefined ? undefined : o.equal(labels, ignoreIndex);
  const hit = hits(classes, ignored === undefined ? labels : o.where(ignored, 0, labels));
  // A strong zero, to keep: a score of -Infinity in another class must not turn the sum into NaN.
  const chosen = (values: Value): Value => o.sum(o.mulZero(hit, values, { keep: true }), { axes: [axis] });
  const weight = weights === undefined ? undefined : chosen(weights);
  const losses = loss(chosen, weight);
  if (ignored === undefined) return { losses, weights: weight };
  const counted = o.cast(o.logicalNot(ignored), { dtype: scores.dtype });
  return { losses: o.where(ignored, 0, losses), weights: weighted(weight, counted) };
}

const weighted = (weight: Value | undefined, x: Value): Value =>
  weight === undefined ? x : vocabulary().mul(weight, x);

/** Losses with a part of each target spread over all classes evenly: those lose the mean of -w log q. */
function smoothed({ scores, axis, weights }: Classes, losses: Value, smoothing: number): Value {
  if (smoothing === 0) return losses;
  const o = vocabulary();
  const ofAll = meanOver(weighted(weights, o.neg(normalised(scores, axis))), [axis]);
  return o.add(o.mul(1 - smoothing, losses), o.mul(smoothing, ofAll));
}

/** -log q[t] = log Σ e^(x - m) - (x[t] - m), m the largest logit. */
function withClasses(classes: Classes, { labelSmoothing = 0, ignoreIndex }: ClassLossOptions): Weighted {
  const o = vocabulary();
  const { scores, axis } = classes;
  const { largest, logTotal } = shifted(scores, axis);
  return perExample(classes, ignoreIndex, (chosen, weight) => {
    const loss = o.sub(logTotal, o.sub(chosen(scores), largest));
    return smoothed(classes, weighted(weight, loss), labelSmoothing);
  });
}

/** -Σ w p log q; a class of probability 0 contributes nothing, also where its logit is -Infinity. */
function withProbabilities(classes: Classes, { labelSmoothing = 0 }: ClassLossOptions): Weighted {
  const o = vocabulary();
  const { scores, labels, axis, weights } = classes;
  const terms = o.mulZero(weighted(weights, labels), normalised(scores, axis), { keep: true });
  const losses = o.neg(o.sum(terms, { axes: [axis] }));
  return { losses: smoothed(classes, losses, labelSmoothing), weights: undefined };
}

/**
 * Cross entropy of logits with classes `[...]` (i32) or probabilities `[..., C]`; one loss for every example unless
 * `reduction` says otherwise. Stable for logits of any size.
 *
 * @shapes logits: [..., C], labels: i32 [...] or [..., C] -> [...]
 * @formula y = w[t] (ln Σ eˣ - x[t]), or -Σ w p ln softmax(x); with smoothing s: (1 - s) y - (s/C) Σ w ln softmax(x)
 * @derivative dy = Σ (softmax(x) - p) dx, where p is 1 at the class of the example; times the weight
 * @conventions the mean divides by the sum of the weights of the classes that are not ignored, with probabilities by the
 *   number of examples; of no example it is NaN. A class of probability 0 adds 0, also where its logit is -Infinity. With
 *   `ignoreIndex` a label that is no class counts as one whose logit is 0.
 */
export const crossEntropy = publicFunction<CrossEntropyFn>(
  (logits: AnyTensor, labels: AnyTensor, options: ClassLossOptions = {}) => {
    const classes = classesOf("crossEntropy", logits, labels, options);
    const { losses, weights } = (classes.labels.dtype === "i32" ? withClasses : withProbabilities)(classes, options);
    return reducedLoss(losses, options.reduction ?? "none", weights);
  },
);

/**
 * Negative logarithm of the probability of a class, from logarithms of probabilities (`logSoftmax`); one loss for every
 * example unless `reduction` says otherwise.
 *
 * @shapes logp: [..., C], labels: i32 [...] -> [...]
 * @formula y = -w[t] logp[t]
 * @derivative dy = -w[t] d logp[t]
 * @conventions the mean divides by the sum of the weights of the classes that are not ignored; of no example it is NaN
 */
export const nll = publicFunction<NllFn>((logp: AnyTensor, labels: AnyTensor, options: ClassLossOptions = {}) => {
  takenDType("nll", "integer", operandSize("nll", labels).dtype, "labels");
  const classes = classesOf("nll", logp, labels, options, "logp");
  const { neg } = vocabulary();
  const { losses, weights } = perExample(classes, options.ignoreIndex, (chosen, weight) =>
    weighted(weight, neg(chosen(classes.scores))),
  );
  return reducedLoss(losses, options.reduction ?? "none", weights);
});
