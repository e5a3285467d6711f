/** W10: a block of a transformer, 64 features, 4 heads, 64 positions, a batch of 4, against a target. */
import {
  add,
  f32,
  fn,
  layerNorm,
  matmul,
  mean,
  mul,
  permute,
  relu,
  reshape,
  softmax,
  square,
  sub,
  transpose,
  valueAndGrad,
} from "tapeless";

const [rows, features] = [256, 64] as const;
const square64 = f32([features, features]);
const vector = f32([features]);

const params = {
  Wq: square64,
  Wk: square64,
  Wv: square64,
  Wo: square64,
  g1: vector,
  c1: vector,
  g2: vector,
  c2: vector,
  Wa: f32([features, 256]),
  ba: f32([256]),
  Wb: f32([256, features]),
  bb: vector,
};

/** Rows to [batch, head, position, feature of the head]. */
const heads = fn({ y: f32([rows, features]) }, ({ y }) => permute(reshape(y, [4, 64, 4, 16]), [0, 2, 1, 3]));

const attended = fn({ q: f32([4, 4, 64, 16]), k: f32([4, 4, 64, 16]), v: f32([4, 4, 64, 16]) }, ({ q, k, v }) => {
  const weights = softmax(mul(matmul(q, transpose(k)), 1 / Math.sqrt(16)), -1);
  return reshape(permute(matmul(weights, v), [0, 2, 1, 3]), [rows, features]);
});

const loss = fn({ ...params, x: f32([rows, features]), t: f32([rows, features]) }, ({ x, t, ...p }) => {
  const h = layerNorm(x, p.g1, p.c1);
  const [q, k, v] = [p.Wq, p.Wk, p.Wv].map((w) => heads({ y: matmul(h, w) }));
  const y = add(x, matmul(attended({ q: q!, k: k!, v: v! }), p.Wo)); // three came out of three
  const u = relu(add(matmul(layerNorm(y, p.g2, p.c2), p.Wa), p.ba));
  return mean(square(sub(add(y, add(matmul(u, p.Wb), p.bb)), t)));
});

export const lossAndGrad = valueAndGrad(loss, ["Wq", "Wk", "Wv", "Wo", "g1", "c1", "g2", "c2", "Wa", "ba", "Wb", "bb"]);
