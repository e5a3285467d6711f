/** A transformer of twelve blocks with masked attention, 64 features, 4 heads: loss and gradient in 194 arrays, to measure the compiler on. */
import { add, f32, fn, gelu, layerNorm, linear, mean, multiHeadAttention, square, sub, valueAndGrad } from "tapeless";

const [width, inner] = [64, 256] as const;

const norm = { w: f32([width]), b: f32([width]) };
const weights = { w: f32([width, width]), b: f32([width]) };
const block = {
  before: norm,
  attention: { q: weights, k: weights, v: weights, out: weights },
  between: norm,
  up: { w: f32([inner, width]), b: f32([inner]) },
  down: { w: f32([width, inner]), b: f32([width]) },
};
const tokens = f32(["batch", 64, width]);

const layer = fn({ params: block, x: tokens }, ({ params: { before, attention, between, up, down }, x }) => {
  const u = layerNorm(x, before.w, before.b);
  const y = add(x, multiHeadAttention(u, u, u, attention, { heads: 4, causal: true }));
  const v = layerNorm(y, between.w, between.b);
  return add(y, linear(gelu(linear(v, up.w, up.b)), down.w, down.b));
});

const params = { blocks: Array.from({ length: 12 }, () => block), last: norm };

const loss = fn({ params, x: tokens, y: tokens }, ({ params: { blocks, last }, x, y }) => {
  const h = blocks.reduce((before, block) => layer({ params: block, x: before }), x);
  return mean(square(sub(layerNorm(h, last.w, last.b), y)));
});

export const lossAndGrad = valueAndGrad(loss, "params");
