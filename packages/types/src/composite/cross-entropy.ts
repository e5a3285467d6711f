/** Log-softmax and the losses over classes. Both go through logSumExp, which is stable for logits of any size. */
import { vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { spread } from "../ops/reduce/reduction.js";
import { takenDType } from "../shape/dtypes.js";
import { type CrossEntropyFn, crossEntropySize } from "../shape/loss.js";
import { type AxisFn, alongAxis } from "../shape/reduce.js";
import type { AnyTensor } from "../shape/tensor.js";

/** x - log Σ eˣ along one axis. */
function normalised(op: string, x: AnyTensor, axis: number | undefined): Value {
  const tensor = asTraced(x, op);
  takenDType(op, "float", tensor.dtype);
  const attrs = { axes: [alongAxis(op, tensor.sizes, axis)] };
  const o = vocabulary();
  return o.sub(tensor, spread(o, o.logSumExp(tensor, attrs), tensor.sizes, attrs));
}

/** log(eˣ / Σ eˣ) along an axis (the last when left out), stable. */
export const logSoftmax = publicFunction<AxisFn<"logSoftmax">>((x: AnyTensor, axis?: number) =>
  normalised("logSoftmax", x, axis),
);

/** -log p[label] = log Σ eˣ - x[label], without subtracting in every class. */
function withClasses(logits: TracedTensor, labels: TracedTensor): Value {
  const o = vocabulary();
  const axes = [logits.sizes.length - 1];
  const hit = o.oneHot(labels, { depth: logits.sizes.at(-1) ?? 1, dtype: logits.dtype, checked: true });
  // A strong zero, to keep: a logit of -Infinity in another class must not turn the sum into NaN.
  const chosen = o.sum(o.mulZero(hit, logits, { keep: true }), { axes });
  return o.sub(o.logSumExp(logits, { axes }), chosen);
}

/** -Σ p log q; a class of probability 0 contributes nothing, also where its logit is -Infinity. */
function withProbabilities(logits: TracedTensor, target: TracedTensor): Value {
  const o = vocabulary();
  const axes = [logits.sizes.length - 1];
  return o.neg(o.sum(o.mulZero(target, normalised("crossEntropy", logits, -1), { keep: true }), { axes }));
}

/**
 * Cross entropy of logits `[..., C]` with classes `[...]` (i32) or probabilities `[..., C]`: one loss for every example.
 */
export const crossEntropy = publicFunction<CrossEntropyFn>((logits: AnyTensor, labels: AnyTensor) => {
  crossEntropySize("crossEntropy", operandSize("crossEntropy", logits), operandSize("crossEntropy", labels));
  const [x, target] = [asTraced(logits, "crossEntropy"), asTraced(labels, "crossEntropy")];
  return target.dtype === "i32" ? withClasses(x, target) : withProbabilities(x, target);
});
