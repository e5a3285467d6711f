/** Scaled dot-product attention and rotary embedding. */
import { vocabulary } from "../graph/emit.js";
import { asTraced, userShape } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { add } from "../ops/elementwise/add.op.js";
import { cast } from "../ops/elementwise/cast.op.js";
import { cos } from "../ops/elementwise/cos.op.js";
import { div } from "../ops/elementwise/div.op.js";
import { greaterEqual } from "../ops/elementwise/greater-equal.op.js";
import { mul } from "../ops/elementwise/mul.op.js";
import { pow } from "../ops/elementwise/pow.op.js";
import { sin } from "../ops/elementwise/sin.op.js";
import { sqrt } from "../ops/elementwise/sqrt.op.js";
import { sub } from "../ops/elementwise/sub.op.js";
import { where } from "../ops/elementwise/where.op.js";
import { softmax } from "../ops/reduce/softmax.op.js";
import { concat } from "../ops/shape/concat.op.js";
import { reshape } from "../ops/shape/reshape.op.js";
import { slice } from "../ops/shape/slice.op.js";
import {
  type AttentionFn,
  type AttentionOptions,
  attentionScores,
  type RotaryFn,
  rotaryPairs,
} from "../shape/attention.js";
import type { Size } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";
import { matmul } from "./matmul.js";
import { stack, transpose, unsqueeze } from "./shapes.js";
import { sizeValue } from "./size-value.js";

export interface GivenAttention extends AttentionOptions {
  readonly mask?: AnyTensor;
}

/** Positions along an axis, as i32. */
const positionsAlong = (shape: readonly Size[], axis: number): AnyTensor =>
  asTraced(vocabulary().iota({ shape, axis }), "iota");

/** Whether a query may see a key that stands not behind it, `[n, m]`. */
function causalMask(scores: readonly Size[]): AnyTensor {
  const shape = scores.slice(-2);
  return greaterEqual(positionsAlong(shape, 0), positionsAlong(shape, 1));
}

/** 1/√d */
function defaultScale(q: AnyTensor): AnyTensor | number {
  const features = sizeValue(asTraced(q, "attention").sizes.at(-1) ?? 1, q.dtype);
  return typeof features === "number" ? 1 / Math.sqrt(features) : div(1, sqrt(features));
}

/**
 * The weights of the keys for each query. Of a query that sees no key at all softmax would be 0/0; its weights are 0, and
 * so is its gradient.
 */
function weights(scores: AnyTensor, { causal = false, mask }: GivenAttention): AnyTensor {
  const added = mask === undefined || mask.dtype === "bool" ? scores : add(scores, mask);
  const seen = causal ? where(causalMask(asTraced(added, "attention").sizes), added, Number.NEGATIVE_INFINITY) : added;
  if (mask?.dtype !== "bool") return softmax(seen, -1);
  return where(mask, softmax(where(mask, seen, Number.NEGATIVE_INFINITY), -1), 0);
}

/** Attention of operands that are checked. */
export function attend(q: AnyTensor, k: AnyTensor, v: AnyTensor, options: GivenAttention): AnyTensor {
  const scale = options.scale ?? defaultScale(q);
  return matmul(weights(mul(matmul(q, transpose(k)), scale), options), v);
}

/**
 * Scaled dot-product attention: for every query the values, weighted by how well their keys go with it. `mask` is bool,
 * true where a query may see a key, or numbers to add to the scores; with `causal` query i sees the keys j ≤ i.
 *
 * @shapes q: [..., n, d], k: [..., m, d], v: [..., m, e], mask: broadcasts to [..., n, m] -> [..., n, e]
 * @formula y = softmax(scale · q kᵀ) v, over the keys that the query sees
 * @derivative that of softmax and of the two products
 * @conventions scale is 1/√d; a query to which a bool mask shows no key gives 0, with gradient 0
 */
export const attention = publicFunction<AttentionFn>(
  (q: AnyTensor, k: AnyTensor, v: AnyTensor, options: GivenAttention = {}) => {
    const op = "attention";
    const size = (x: AnyTensor) => operandSize(op, x);
    attentionScores(op, { q: size(q), k: size(k), v: size(v), mask: options.mask && size(options.mask) });
    return attend(q, k, v, options);
  },
);

interface RotaryOptions {
  readonly base?: number;
  readonly positions?: AnyTensor;
  readonly interleaved?: boolean;
}

/**
 * Angles of the pairs at each position, position · base^(−2j/d). In f64 whatever x is: an angle of f32 at position 10⁵ is
 * wrong in its third digit.
 */
function angles(positions: AnyTensor, pairs: Size, base: number): AnyTensor {
  const exponents = div(cast(positionsAlong([pairs], 0), "f64"), sizeValue(pairs, "f64"));
  return mul(unsqueeze(cast(positions, "f64"), -1), div(1, pow(base, exponents)));
}

/** The two elements of each pair turned by the angle of their row. */
function turned(x: AnyTensor, pairs: Size, interleaved: boolean): readonly [AnyTensor, AnyTensor] {
  const shape = asTraced(x, "rotaryEmbedding").sizes;
  const [half] = userShape([pairs]);
  if (half === undefined) throw new Error("bug: rotaryEmbedding without pairs");
  const paired = userShape(interleaved ? [...shape.slice(0, -1), pairs, 2] : [...shape.slice(0, -1), 2, pairs]);
  const split = reshape(x, paired);
  const axis = interleaved ? -1 : -2;
  const element = (at: number): AnyTensor => reshape(slice(split, axis, at, at + 1), [...x.shape.slice(0, -1), half]);
  return [element(0), element(1)];
}

/**
 * Rotary position embedding (Su et al. 2021, "RoFormer"): pairs of features are turned by an angle that grows with the
 * position of their row, so that products of a query and a key depend on the distance of their rows.
 *
 * @shapes x: [..., n, d], positions: broadcasts to [..., n] -> [..., n, d]
 * @formula (a, b) of pair j at position p becomes (a cos t − b sin t, b cos t + a sin t), t = p · base^(−2j/d)
 * @derivative linear in x; the transpose turns back
 * @conventions base is 10000; pairs are (j, j + d/2), or (2j, 2j + 1) with interleaved; d is even
 */
export const rotaryEmbedding = publicFunction<RotaryFn>(
  (x: AnyTensor, { base = 10000, positions, interleaved = false }: RotaryOptions = {}) => {
    const op = "rotaryEmbedding";
    const pairs = rotaryPairs(op, operandSize(op, x), positions && operandSize(op, positions));
    const rows = asTraced(x, op).sizes.at(-2) ?? 1;
    const angle = angles(positions ?? positionsAlong([rows], 0), pairs, base);
    const [c, s] = [cast(cos(angle), x.dtype), cast(sin(angle), x.dtype)];
    const [a, b] = turned(x, pairs, interleaved);
    const [first, second] = [sub(mul(a, c), mul(b, s)), add(mul(b, c), mul(a, s))];
    return interleaved ? reshape(stack([first, second], -1), x.shape) : concat([first, second], -1);
  },
);
