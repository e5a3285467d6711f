/**
 * Activations that are linear in pieces, and those that are linear on the right only. Each is a choice between its
 * pieces, so its derivative at a kink is that of the piece the kink belongs to; the docs of each say which.
 */
import { vocabulary } from "../graph/emit.js";
import type { RuleOperand, Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { broadcastOperands, publicFunction } from "../ops/define.js";
import type { AlphaFn, RangeFn, ShrinkFn, SlopeFn } from "../shape/activation.js";
import { takenDType } from "../shape/dtypes.js";
import type { BinaryFn, UnaryFn } from "../shape/elementwise.js";
import type { AnyTensor } from "../shape/tensor.js";
import { clipped } from "./clip.js";

/** A tensor of floats under the name of the function that asks for it. */
export function floats(op: string, x: AnyTensor): TracedTensor {
  const tensor = asTraced(x, op);
  takenDType(op, "float", tensor.dtype);
  return tensor;
}

/** x where it is positive, else the other piece; the kink and NaN belong to that one. */
function positiveOr(x: RuleOperand, otherwise: RuleOperand): Value {
  const o = vocabulary();
  return o.where(o.greater(x, 0), x, otherwise);
}

/**
 * Rectifier that lets a part of what is negative through.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x for x > 0, else slope · x
 * @derivative dy = dx for x > 0, else slope · dx
 * @conventions the derivative at 0 is the slope, as in PyTorch
 */
export const leakyRelu = publicFunction<SlopeFn<"leakyRelu">>((x: AnyTensor, slope = 0.01) => {
  const tensor = floats("leakyRelu", x);
  return positiveOr(tensor, vocabulary().mul(slope, tensor));
});

/**
 * `leakyRelu` with slopes that are learnt; they broadcast with `x`, so slopes per channel of `[n, c, h, w]` are `[c, 1, 1]`.
 *
 * @shapes x, slope: broadcast -> broadcast
 * @formula y = x for x > 0, else slope · x
 * @derivative dy = dx for x > 0, else slope · dx + x · d slope
 * @conventions the derivative at 0 is the slope, as in PyTorch
 */
export const prelu = publicFunction<BinaryFn<"prelu", "float">>((x: AnyTensor, slope: AnyTensor | number) => {
  const [value = Number.NaN, factor = Number.NaN] = broadcastOperands("prelu", "float", [asTraced(x, "prelu"), slope]);
  return positiveOr(value, vocabulary().mul(factor, value));
});

/**
 * Exponential linear unit.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x for x > 0, else alpha (eˣ - 1)
 * @derivative dy = dx for x > 0, else alpha eˣ dx
 * @conventions the derivative at 0 is alpha, as in PyTorch
 */
export const elu = publicFunction<AlphaFn<"elu">>((x: AnyTensor, alpha = 1) => {
  const [o, tensor] = [vocabulary(), floats("elu", x)];
  return positiveOr(tensor, o.mul(alpha, o.expm1(tensor)));
});

// Klambauer and others, Self-Normalizing Neural Networks, section 2: with these, mean 0 and variance 1 are kept.
const selfNormalizing = { scale: 1.0507009873554805, scaledAlpha: 1.7580993408473768 };

/**
 * Exponential linear unit, scaled so that mean 0 and variance 1 are kept from layer to layer.
 *
 * @shapes x: [...] -> [...]
 * @formula y = λx for x > 0, else λα (eˣ - 1), λ = 1.0507009873554805, α = 1.6732632423543772
 * @derivative dy = λ dx for x > 0, else λα eˣ dx
 * @conventions the derivative at 0 is λα, as in PyTorch
 */
export const selu = publicFunction<UnaryFn<"selu">>((x: AnyTensor) => {
  const [o, tensor] = [vocabulary(), floats("selu", x)];
  const { scale, scaledAlpha } = selfNormalizing;
  return o.where(o.greater(tensor, 0), o.mul(scale, tensor), o.mul(scaledAlpha, o.expm1(tensor)));
});

/**
 * Exponential linear unit whose derivative has no jump, whatever alpha is.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x for x > 0, else alpha (e^(x/alpha) - 1)
 * @derivative dy = dx for x > 0, else e^(x/alpha) dx
 */
export const celu = publicFunction<AlphaFn<"celu">>((x: AnyTensor, alpha = 1) => {
  const [o, tensor] = [vocabulary(), floats("celu", x)];
  return positiveOr(tensor, o.mul(alpha, o.expm1(o.div(tensor, alpha))));
});

/**
 * Rectifier that ends at 6.
 *
 * @shapes x: [...] -> [...]
 * @formula y = min(max(x, 0), 6)
 * @derivative dy = dx for 0 < x ≤ 6, else 0
 * @conventions the derivative is 0 at 0, as that of relu, and 1 at 6, as that of clip
 */
export const relu6 = publicFunction<UnaryFn<"relu6">>((x: AnyTensor) => {
  const o = vocabulary();
  const rectified = o.relu(floats("relu6", x));
  return o.where(o.greater(rectified, 6), 6, rectified);
});

/**
 * `x` where it is above a threshold, else 0.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x for x > alpha, else 0
 * @derivative dy = dx for x > alpha, else 0
 * @conventions value and derivative at the threshold are 0; NaN propagates
 */
export const thresholdedRelu = publicFunction<AlphaFn<"thresholdedRelu">>((x: AnyTensor, alpha = 1) => {
  const [o, tensor] = [vocabulary(), floats("thresholdedRelu", x)];
  return o.where(o.lessEqual(tensor, alpha), 0, tensor);
});

/**
 * `x` kept between two numbers, -1 and 1 when left out.
 *
 * @shapes x: [...] -> [...]
 * @formula y = min(max(x, min), max)
 * @derivative dy = dx for min ≤ x ≤ max, else 0
 * @conventions the derivative at the bounds is 1, as that of clip
 */
export const hardTanh = publicFunction<RangeFn<"hardTanh">>((x: AnyTensor, min = -1, max = 1) =>
  clipped(floats("hardTanh", x), min, max),
);

/**
 * Logistic function in three straight pieces.
 *
 * @shapes x: [...] -> [...]
 * @formula y = min(max((x + 3) / 6, 0), 1)
 * @derivative dy = dx / 6 for -3 ≤ x ≤ 3, else 0
 * @conventions the derivative at -3 and 3 is 1/6, as that of clip
 */
export const hardSigmoid = publicFunction<UnaryFn<"hardSigmoid">>((x: AnyTensor) => {
  const o = vocabulary();
  return o.div(clipped(o.add(floats("hardSigmoid", x), 3), 0, 6), 6);
});

/**
 * `x` where it is larger than `lambda` in size, else 0.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x for |x| > lambda, else 0
 * @derivative dy = dx for |x| > lambda, else 0
 * @conventions value and derivative at ±lambda are 0; NaN propagates
 */
export const hardShrink = publicFunction<ShrinkFn<"hardShrink">>((x: AnyTensor, lambda = 0.5) => {
  const [o, tensor] = [vocabulary(), floats("hardShrink", x)];
  return o.where(o.lessEqual(o.abs(tensor), lambda), 0, tensor);
});

/**
 * `x` brought nearer to 0 by `lambda`, and 0 where it is not larger than that.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x - min(max(x, -lambda), lambda)
 * @derivative dy = dx for |x| > lambda, else 0
 * @conventions the derivative at ±lambda is 0; NaN propagates
 */
export const softShrink = publicFunction<ShrinkFn<"softShrink">>((x: AnyTensor, lambda = 0.5) => {
  const tensor = floats("softShrink", x);
  return vocabulary().sub(tensor, clipped(tensor, -lambda, lambda));
});
