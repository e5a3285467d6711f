/** Layers that users write, generic over dims and dtypes: what they return keeps its shape, and their bodies type-check. */
import type { Use } from "../harness.js";

const dense = `function dense<N extends Dim, I extends Dim, O extends Dim>(x: Tensor<[N, I]>, p: { w: Tensor<[I, O]>; b: Tensor<[O]> }) {
  return relu(add(matmul(x, p.w), p.b));
}`;

const denseOf = `function dense<N extends Dim, I extends Dim, O extends Dim, D extends FloatDType>(x: Tensor<[N, I], D>, w: Tensor<[I, O], D>, b: Tensor<[O], D>) {
  return tanh(add(mul(0.5, matmul(x, w)), b, 1));
}`;

const layerNorm = `function layerNorm<N extends Dim, F extends Dim, D extends FloatDType>(x: Tensor<[N, F], D>, scale: Tensor<[F], D>) {
  const centred = sub(x, mean(x, -1, { keepDims: true }));
  return mul(div(centred, add(l2Norm(centred, -1, { keepDims: true }), 1e-6)), scale);
}`;

const attention = `function attention<B extends Dim, T extends Dim, C extends Dim>(q: Tensor<[B, T, C]>, k: Tensor<[B, T, C]>, v: Tensor<[B, T, C]>) {
  return matmul(softmax(matmul(q, transpose(k))), v);
}`;

export const layers: readonly Use[] = [
  { setup: dense, code: "dense(f32([32, 784]), { w: f32([784, 10]), b: f32([10]) })", shape: "[32, 10]" },
  {
    setup: dense,
    code: 'dense(dense(f32(["batch", 784]), { w: f32([784, 128]), b: f32([128]) }), { w: f32([128, 10]), b: f32([10]) })',
    shape: '["batch", 10]',
  },
  { setup: denseOf, code: "dense(f64([2, 3]), f64([3, 4]), f64([4]))", shape: "[2, 4]", dtype: "f64" },
  { setup: denseOf, code: 'dense(f32(["n", 3]), f32([3, 4]), f32([4]))', shape: '["n", 4]' },
  { setup: layerNorm, code: 'layerNorm(f64(["n", 64]), f64([64]))', shape: '["n", 64]', dtype: "f64" },
  {
    setup: attention,
    code: 'attention(f32(["b", 16, 64]), f32(["b", 16, 64]), f32(["b", 16, 64]))',
    shape: '["b", 16, 64]',
  },
  {
    setup: `function residual<S extends Shape>(x: Tensor<S>) { return add(x, relu(x)); }`,
    code: 'residual(f32(["n", 3]))',
    shape: '["n", 3]',
  },
  {
    setup: `function scaled<S extends Shape, D extends FloatDType>(x: Tensor<S, D>) { return mul(2, exp(x)); }`,
    code: "scaled(f64([3, 4]))",
    shape: "[3, 4]",
    dtype: "f64",
  },
  {
    setup: `function embed<V extends Dim, C extends Dim, N extends Dim>(table: Tensor<[V, C]>, ids: Tensor<[N], "i32">) {
  return unsqueeze(gather(table, ids), 0);
}`,
    code: 'embed(f32([100, 8]), i32(["n"]))',
    shape: '[1, "n", 8]',
  },
  {
    setup: `function heads<B extends Dim, T extends Dim>(x: Tensor<[B, T, 64]>) {
  return permute(reshape(x, [x.shape[0], x.shape[1], 8, -1]), [0, 2, 1, 3]);
}`,
    code: 'heads(f32(["b", 16, 64]))',
    shape: '["b", 8, 16, 8]',
  },
  // of any rank
  {
    setup: `function leaky<S extends Shape, D extends FloatDType>(x: Tensor<S, D>) { return where(greater(x, 0), x, mul(0.01, x)); }`,
    code: 'leaky(f64(["n", 3]))',
    shape: '["n", 3]',
    dtype: "f64",
  },
  {
    setup: `function huber<S extends Shape>(x: Tensor<S>, y: Tensor<S>) { return mean(softmax(mul(sub(x, y), sub(x, y), 0.5))); }`,
    code: "huber(f32([4, 5]), f32([4, 5]))",
    shape: "[]",
  },
  {
    setup: `function gelu<S extends Shape, D extends FloatDType>(x: Tensor<S, D>) {
  return mul(0.5, mul(x, add(1, tanh(mul(0.7978845608, add(x, mul(0.044715, mul(x, x), x)))))));
}`,
    code: 'gelu(gelu(f32(["b", 16, 64])))',
    shape: '["b", 16, 64]',
  },
  // mistakes inside a layer
  {
    setup: `function mixed<N extends Dim, I extends Dim, O extends Dim>(x: Tensor<[N, I]>, w: Tensor<[I, O]>) { return [x, w] as const; }
const [x, w] = mixed(f32([2, 3]), f32([3, 4]));`,
    code: "matmul(w, x)",
    error: "matmul: inner dimensions 4 and 2 differ",
    at: "x",
  },
  {
    setup: `function shortcut<N extends Dim>(x: Tensor<[N, 3]>) { return matmul(x, f32([4, 5])); }`,
    code: "shortcut(f32([2, 3]))",
    error: "matmul: inner dimensions 3 and 4 differ",
    at: "f32([4, 5])",
  },
  {
    setup: `function counted<N extends Dim>(x: Tensor<[N]>, n: Tensor<[N], "i32">) { return div(x, n); }`,
    code: "counted(f32([2]), i32([2]))",
    error: "div: f32 and i32 differ; cast one of them",
    at: "n",
  },
];
