/** Multi-head attention: linear layers around `attention`, whose features are shared out to heads. */
import { asTraced, userShape } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { permute } from "../ops/shape/permute.op.js";
import { reshape } from "../ops/shape/reshape.op.js";
import { type MultiHeadFn, type MultiHeadParameters, multiHeadSizes, type Projection } from "../shape/multi-head.js";
import type { Size } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";
import { attend, type GivenAttention } from "./attention.js";
import { linearLayer } from "./linear.js";
import { unsqueeze } from "./shapes.js";

const op = "multiHeadAttention";

/** The axes of `[..., n, heads, d]` and `[..., heads, n, d]` exchanged. */
function exchanged(x: AnyTensor): AnyTensor {
  const rank = x.shape.length;
  return permute(x, [...Array(rank - 3).keys(), rank - 2, rank - 3, rank - 1]);
}

/** A projection, `[..., n, heads · d]` as `[..., heads, n, d]`. */
function projected(x: AnyTensor, { w, b }: Projection, heads: number, features: Size): AnyTensor {
  const y = linearLayer(x, w, b);
  const { sizes } = asTraced(y, op);
  return exchanged(reshape(y, userShape([...sizes.slice(0, -1), heads, features])));
}

/** What the heads give, `[..., heads, n, d]` as `[..., n, heads · d]`. */
function joined(x: AnyTensor, features: AnyTensor): AnyTensor {
  const y = exchanged(x);
  return reshape(y, [...y.shape.slice(0, -2), ...features.shape.slice(0, 1)]);
}

/** A mask with axes of batches gets one for the heads, behind them. */
const overHeads = (mask: AnyTensor): AnyTensor => (mask.shape.length > 2 ? unsqueeze(mask, -3) : mask);

interface MultiHeadOptions extends GivenAttention {
  readonly heads: number;
}

/**
 * Multi-head attention (Vaswani et al. 2017): queries, keys and values go through a linear layer each, every head attends
 * with its part of the features, and what the heads give goes through a last linear layer. Self-attention is
 * `multiHeadAttention(x, x, x, params, { heads: 8 })`.
 *
 * @shapes q: [..., n, a], k: [..., m, b], v: [..., m, c], params: { q: { w: [d, a], b: [d] }, k: { w: [d, b], b: [d] },
 *   v: { w: [e, c], b: [e] }, out: { w: [o, e], b: [o] } }, mask: broadcasts to [..., n, m] -> [..., n, o]
 * @formula y = concat over heads of attention(q Wqᵀ, k Wkᵀ, v Wvᵀ) · Woutᵀ
 * @derivative that of attention and of the linear layers
 * @conventions every bias may be left out; scale is 1/√(d / heads); the rest as for attention
 */
export const multiHeadAttention = publicFunction<MultiHeadFn>(
  (q: AnyTensor, k: AnyTensor, v: AnyTensor, params: MultiHeadParameters, options: MultiHeadOptions) => {
    const { heads, mask, ...rest } = options;
    const size = (x: AnyTensor) => operandSize(op, x);
    const layer = ({ w, b }: Projection) => ({ w: size(w), b: b && size(b) });
    const layers = { q: layer(params.q), k: layer(params.k), v: layer(params.v), out: layer(params.out) };
    const given = { q: size(q), k: size(k), v: size(v), mask: mask && size(mask), params: layers };
    const { features, values } = multiHeadSizes(op, heads, given);
    const y = attend(
      projected(q, params.q, heads, features),
      projected(k, params.k, heads, features),
      projected(v, params.v, heads, values),
      { ...rest, ...(mask === undefined ? {} : { mask: overHeads(mask) }) },
    );
    return linearLayer(joined(y, asTraced(params.v.w, op)), params.out.w, params.out.b);
  },
);
