/** Angles between vectors. */
import { vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { publicFunction } from "../ops/define.js";
import { largestIfAny, spread } from "../ops/reduce/reduction.js";
import type { SimilarityFn } from "../shape/loss.js";
import { alongAxis } from "../shape/reduce.js";
import type { AnyTensor } from "../shape/tensor.js";
import { alike } from "./losses.js";

/** Vectors over their largest element, so that no square over- or underflows, and which of them are zero. */
function scaledVectors(x: Value, axis: number): { readonly vectors: Value; readonly zero: Value } {
  const o = vocabulary();
  const attrs = { axes: [axis] };
  // The angle does not depend on the scale, so that its derivatives do not go through the scale is no approximation.
  const largest = o.stopGradient(largestIfAny(o, o.abs(x), attrs));
  const zero = o.equal(largest, 0);
  return { vectors: o.div(x, spread(o, o.where(zero, 1, largest), x.sizes, attrs)), zero };
}

/**
 * Cosine of the angle between vectors along an axis, the last when left out.
 *
 * @shapes a: [..., n], b: [..., n] -> [...]
 * @formula y = Σ a b / √(Σ a² Σ b²)
 * @derivative dy = Σ (b/|b| - y a/|a|) da/|a| + Σ (a/|a| - y b/|b|) db/|b|
 * @conventions where one of the vectors is 0 the cosine is 0, and so are its derivatives
 */
export const cosineSimilarity = publicFunction<SimilarityFn>((a: AnyTensor, b: AnyTensor, axis?: number) => {
  const o = vocabulary();
  const [x, y] = alike("cosineSimilarity", a, b);
  const along = alongAxis("cosineSimilarity", x.sizes, axis);
  const [left, right] = [scaledVectors(x, along), scaledVectors(y, along)];
  const dot = (u: Value, v: Value): Value => o.sum(o.mul(u, v), { axes: [along] });
  const zero = o.logicalOr(left.zero, right.zero);
  const squares = o.mul(dot(left.vectors, left.vectors), dot(right.vectors, right.vectors));
  return o.where(zero, 0, o.div(dot(left.vectors, right.vectors), o.sqrt(o.where(zero, 1, squares))));
});
