/** Values kept between two bounds. */
import { vocabulary } from "../graph/emit.js";
import type { RuleOperand, Value, Vocabulary } from "../graph/op.js";
import { asTraced } from "../graph/tensor.js";
import { broadcastOperands, publicFunction } from "../ops/define.js";
import type { ClipFn } from "../shape/activation.js";
import type { AnyTensor } from "../shape/tensor.js";

/** Where the bound takes the place of x: beyond it, and where a bound that is a tensor holds NaN. */
function isTaken(o: Vocabulary, beyond: Value, bound: RuleOperand): Value {
  if (typeof bound === "number" || bound.dtype === "i32") return beyond;
  return o.logicalOr(beyond, o.notEqual(bound, bound));
}

/** x between two numbers, of one dtype; `min` first, so that `max` wins where they cross. */
export function clipped(x: RuleOperand, min: RuleOperand, max: RuleOperand): Value {
  const o = vocabulary();
  const raised = o.where(isTaken(o, o.less(x, min), min), min, x);
  return o.where(isTaken(o, o.greater(raised, max), max), max, raised);
}

/**
 * `x` kept between `min` and `max`, which are numbers or tensors that broadcast with it.
 *
 * @shapes x, min, max: broadcast -> broadcast
 * @formula y = min(max(x, lower), upper)
 * @derivative dy = dx where lower ≤ x ≤ upper; d lower where it is taken; d upper where it is taken
 * @conventions the derivative in x is 1 at the bounds; NaN propagates; the upper bound wins where they cross
 */
export const clip = publicFunction<ClipFn>((x: AnyTensor, min: AnyTensor | number, max: AnyTensor | number) => {
  const [value = Number.NaN, lower = Number.NaN, upper = Number.NaN] = broadcastOperands("clip", "numeric", [
    asTraced(x, "clip"),
    min,
    max,
  ]);
  return clipped(value, lower, upper);
});
