/** Losses of two tensors of one shape. They do not broadcast: a `[32, 1]` beside a `[32]` is a mistake. */
import { vocabulary } from "../graph/emit.js";
import type { RuleOperand, Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { broadcastOperand, operandSize, publicFunction } from "../ops/define.js";
import { dividedByCount } from "../ops/reduce/reduction.js";
import { broadcastToShape } from "../shape/broadcast.js";
import { commonDType, takenDType } from "../shape/dtypes.js";
import { type DivergenceFn, type HuberFn, type LogitsLossFn, type PairLossFn, sameShape } from "../shape/loss.js";
import { shapeError } from "../shape/messages.js";
import type { AnyTensor } from "../shape/tensor.js";
import { clipped } from "./clip.js";
import { type ReductionOptions, reducedLoss, total } from "./reduction.js";

/** Two tensors of floats that are alike. */
export function alike(op: string, a: AnyTensor, b: AnyTensor, what?: string): readonly [TracedTensor, TracedTensor] {
  const [x, y] = [asTraced(a, op), asTraced(b, op)];
  takenDType(op, "float", x.dtype, what);
  commonDType(op, "float", [x.dtype, y.dtype]);
  sameShape(op, x.sizes, y.sizes);
  return [x, y];
}

/** A loss of which every pair of elements has one. */
const pairLoss =
  (op: string, loss: (x: Value, y: Value) => Value, what?: string) =>
  (a: AnyTensor, b: AnyTensor, { reduction = "mean" }: ReductionOptions = {}): Value =>
    reducedLoss(loss(...alike(op, a, b, what)), reduction);

/**
 * Squared error, by default its mean over all elements.
 *
 * @shapes prediction: [...], target: [...] -> [], or [...] with reduction "none"
 * @formula y = mean (a - b)²
 * @derivative dy = mean 2 (a - b) (da - db)
 */
export const mse = publicFunction<PairLossFn<"mse">>(
  pairLoss("mse", (x, y) => {
    const o = vocabulary();
    const difference = o.sub(x, y);
    return o.mul(difference, difference);
  }),
);

/**
 * Absolute error, by default its mean over all elements.
 *
 * @shapes prediction: [...], target: [...] -> [], or [...] with reduction "none"
 * @formula y = mean |a - b|
 * @derivative dy = mean sign(a - b) (da - db)
 * @conventions the derivative where a = b is 0
 */
export const l1Loss = publicFunction<PairLossFn<"l1Loss">>(
  pairLoss("l1Loss", (x, y) => {
    const o = vocabulary();
    return o.abs(o.sub(x, y));
  }),
);

/** With c = clip(d, -delta, delta) both pieces are c (d - c/2), and the derivative is c. */
function huberOf(x: Value, y: Value, delta: number): Value {
  const o = vocabulary();
  const difference = o.sub(x, y);
  const near = clipped(difference, -delta, delta);
  return o.mul(near, o.sub(difference, o.mul(0.5, near)));
}

interface HuberOptions extends ReductionOptions {
  readonly delta?: number;
}

/**
 * Squared error up to a distance of `delta` (1 when left out), from there on straight; by default its mean.
 *
 * @shapes prediction: [...], target: [...] -> [], or [...] with reduction "none"
 * @formula y = mean d²/2 for |d| ≤ delta, else delta (|d| - delta/2), with d = a - b
 * @derivative dy = mean clip(d, -delta, delta) dd
 */
export const huber = publicFunction<HuberFn>((a: AnyTensor, b: AnyTensor, options: HuberOptions = {}) =>
  pairLoss("huber", (x, y) => huberOf(x, y, options.delta ?? 1))(a, b, options),
);

/**
 * Margin loss of scores whose targets are -1 and 1; by default its mean.
 *
 * @shapes prediction: [...], target: [...] -> [], or [...] with reduction "none"
 * @formula y = mean max(1 - target · prediction, 0)
 * @derivative dy = -mean (target · d prediction + prediction · d target) where target · prediction < 1, else 0
 * @conventions the derivative at the margin is 0, as that of relu at 0
 */
export const hinge = publicFunction<PairLossFn<"hinge">>(
  pairLoss("hinge", (score, target) => {
    const o = vocabulary();
    return o.relu(o.sub(1, o.mul(target, score)));
  }),
);

// ---- probabilities of two classes

/** t ln p, where p = 0 and t = 0 meet 0: what is not there is kept away from the logarithm. */
function part(t: Value, p: Value, logarithm: (p: Value) => Value, empty: number): Value {
  const o = vocabulary();
  const absent = o.logicalAnd(o.equal(t, 0), o.equal(p, empty));
  return o.mul(t, logarithm(o.where(absent, 1 - empty, p)));
}

/**
 * Cross entropy of probabilities of an event with targets from 0 to 1; by default its mean. From logits
 * `binaryCrossEntropyWithLogits` is better: it does not saturate.
 *
 * @shapes prediction: [...], target: [...] -> [], or [...] with reduction "none"
 * @formula y = -mean t ln p + (1 - t) ln(1 - p)
 * @derivative dy = mean (p - t) / (p (1 - p)) dp
 * @conventions a part whose weight is 0 adds 0, also where its logarithm is infinite; nothing is clamped
 */
export const binaryCrossEntropy = publicFunction<PairLossFn<"binaryCrossEntropy">>(
  pairLoss("binaryCrossEntropy", (p, t) => {
    const o = vocabulary();
    const present = part(t, p, (x) => o.log(x), 0);
    const absent = part(o.sub(1, t), p, (x) => o.log1p(o.neg(x)), 1);
    return o.neg(o.add(present, absent));
  }),
);

interface LogitsLossOptions extends ReductionOptions {
  readonly posWeight?: AnyTensor | number;
}

/** The weight of positive examples in the shape of the logits; 1 when left out. */
function positiveWeight(op: string, x: TracedTensor, weight: AnyTensor | number | undefined): RuleOperand {
  if (weight === undefined || typeof weight === "number") return weight ?? 1;
  const { shape, dtype } = operandSize(op, weight);
  commonDType(op, "float", [x.dtype, dtype]);
  broadcastToShape(shape, x.sizes, op);
  return broadcastOperand(op, weight, x.sizes);
}

/**
 * Cross entropy of logits of an event with targets from 0 to 1; by default its mean. Stable for logits of any size: the
 * two parts are not written softplus(x) - x t, which cancels where a target is met.
 *
 * @shapes logits: [...], target: [...] -> [], or [...] with reduction "none"
 * @formula y = mean w t softplus(-x) + (1 - t) softplus(x)
 * @derivative dy = mean ((1 - t) sigmoid(x) - w t sigmoid(-x)) dx
 */
export const binaryCrossEntropyWithLogits = publicFunction<LogitsLossFn>(
  (logits: AnyTensor, target: AnyTensor, options: LogitsLossOptions = {}) => {
    const op = "binaryCrossEntropyWithLogits";
    return pairLoss(
      op,
      (x, t) => {
        const o = vocabulary();
        const positive = o.mul(positiveWeight(op, asTraced(logits, op), options.posWeight), t);
        return o.add(o.mul(positive, o.softplus(o.neg(x))), o.mul(o.sub(1, t), o.softplus(x)));
      },
      "logits",
    )(logits, target, options);
  },
);

// ---- divergence

interface DivergenceOptions {
  readonly reduction?: "none" | "sum" | "mean" | "batchmean";
}

/** The sum divided by the size of the first axis. */
function batchMean(op: string, losses: Value): Value {
  if (losses.sizes.length === 0) throw shapeError("minimumRank", { op, what: "logq", shape: "[]", expected: 1 });
  return dividedByCount(vocabulary(), total(losses), losses, { axes: [0] });
}

/**
 * Kullback-Leibler divergence of probabilities `p` from logarithms of probabilities `logq`; by default the mean over all
 * elements, with `batchmean` the sum over the size of the first axis.
 *
 * @shapes logq: [...], p: [...] -> [], or [...] with reduction "none"
 * @formula y = mean p (ln p - logq)
 * @derivative dy = mean (ln p - logq + 1) dp - p d logq
 * @conventions an element with p = 0 adds 0, whatever logq is, and its derivatives are 0
 */
export const klDivergence = publicFunction<DivergenceFn>(
  (logq: AnyTensor, p: AnyTensor, { reduction = "mean" }: DivergenceOptions = {}) => {
    const o = vocabulary();
    const [x, y] = alike("klDivergence", logq, p);
    const losses = o.where(o.equal(y, 0), 0, o.mul(y, o.sub(o.log(y), x)));
    return reduction === "batchmean" ? batchMean("klDivergence", losses) : reducedLoss(losses, reduction);
  },
);
