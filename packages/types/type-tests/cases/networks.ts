/** Uses of the layers of networks, and of random numbers. */
import type { Use } from "../harness.js";

const norms: readonly Use[] = [
  { code: 'layerNorm(f32(["n", 64]), f32([64]), f32([64]))', shape: '["n", 64]' },
  { code: "layerNorm(f64([8, 3, 4]), f64([3, 4]), null, { eps: 1e-6 })", shape: "[8, 3, 4]", dtype: "f64" },
  { code: 'layerNorm(f32(["b", "n"]), f32(["n"]))', shape: '["b", "n"]' },
  { code: 'layerNorm(f32(["n", 3, 4]), null, null, { rank: 2 })', shape: '["n", 3, 4]' },
  { code: "layerNorm(f32([5]))", shape: "[5]" },
  {
    code: "layerNorm(f32([8, 64]), f32([32]))",
    error: "layerNorm: w must have shape [64], not [32]",
    at: "f32([32])",
  },
  {
    code: "layerNorm(f32([8, 64]), f32([64]), f32([8, 64]))",
    error: "layerNorm: b must have shape [64], not [8, 64]",
    at: "f32([8, 64])",
  },
  {
    code: 'layerNorm(f32([8, "n"]), f32(["m"]))',
    error: "layerNorm: w must have shape [n], not [m]",
    at: 'f32(["m"])',
  },
  {
    code: "layerNorm(f32([8, 64]), f64([64]))",
    error: "layerNorm: f32 and f64 differ; cast one of them",
    at: "f64([64])",
  },
  { code: "layerNorm(f32([8, 64]), f32([]))", error: "layerNorm: w [] must have rank 1 or more", at: "f32([])" },
  { code: "layerNorm(f32([]))", error: "layerNorm: the operand [] must have rank 1 or more", at: "f32([])" },
  {
    code: "layerNorm(i32([8]))",
    error: "layerNorm: the operand must be f32 or f64, not i32; cast first",
    at: "i32([8])",
  },
  { code: 'rmsNorm(f32(["n", 64]), f32([64]))', shape: '["n", 64]' },
  { code: "rmsNorm(f32([4]), f32([2, 4]))", error: "rmsNorm: w must have shape [4], not [2, 4]", at: "f32([2, 4])" },
  { code: 'batchNorm(f32(["n", 3, 8, 8]), f32([3]), f32([3]))', shape: '["n", 3, 8, 8]' },
  { code: 'batchNorm(f32(["n", 8, 3]), f32([3]), null, { axis: -1 })', shape: '["n", 8, 3]' },
  {
    code: 'batchNorm(f32(["n", 3]), f32([3]), f32([3]), { statistics: { mean: f32([3]), variance: f32([3]) } })',
    shape: '["n", 3]',
  },
  {
    code: 'batchNorm(f32(["n", 3, 8]), f32([8]))',
    error: "batchNorm: w must have shape [3], not [8]",
    at: "f32([8])",
  },
  {
    code: "batchNorm(f32([4, 3]), f32([3]), f32([3]), { axis: 2 })",
    error: "batchNorm: axis 2 is out of range for shape [4, 3]",
    at: "axis",
  },
  {
    code: "batchNorm(f32([4, 3]), null, null, { statistics: { mean: f32([3]), variance: f32([4]) } })",
    error: "batchNorm: variance must have shape [3], not [4]",
    at: "variance",
  },
  {
    code: 'runningStatistics(f32(["n", 3]), { mean: f32([3]), variance: f32([3]) }).variance',
    shape: "[3]",
  },
  { code: 'groupNorm(f32(["n", 6, 8]), 3, f32([6]), f32([6]))', shape: '["n", 6, 8]' },
  {
    code: "groupNorm(f32([2, 6, 8]), 4)",
    error: "groupNorm: 6 channels are not 4 groups of one size",
    at: "4",
  },
  { code: "groupNorm(f32([6]), 3)", error: "groupNorm: the operand [6] must have rank 2 or more", at: "f32([6])" },
  { code: 'instanceNorm(f64(["n", 3, "w"]), f64([3]))', shape: '["n", 3, "w"]', dtype: "f64" },
  {
    code: "instanceNorm(f32([2, 6]))",
    error: "instanceNorm: the operand [2, 6] must have rank 3 or more",
    at: "f32([2, 6])",
  },
];

const linears: readonly Use[] = [
  { code: 'linear(f32(["batch", 784]), f32([128, 784]), f32([128]))', shape: '["batch", 128]' },
  { code: 'linear(f32(["b", "n", "d"]), f32(["e", "d"]))', shape: '["b", "n", "e"]' },
  { code: "linear(f64([3]), f64([2, 3]))", shape: "[2]", dtype: "f64" },
  { setup: "let n = 7 as number;", code: "linear(f32([n, 3]), f32([2, 3]))", shape: "[number, 2]", run: "[7, 2]" },
  {
    code: "linear(f32([32, 784]), f32([784, 10]))",
    error: "linear: inner dimensions 784 and 10 differ",
    at: "f32([784, 10])",
  },
  {
    code: "linear(f32([32, 784]), f32([10, 784]), f32([1, 10]))",
    error: "linear: b must have shape [10], not [1, 10]",
    at: "f32([1, 10])",
  },
  { code: "linear(f32([32, 784]), f32([784]))", error: "linear: w [784] must have rank 2", at: "f32([784])" },
  { code: 'embedding(f32(["words", 64]), i32(["b", 16]))', shape: '["b", 16, 64]' },
  { code: "embedding(f32([8]), i32([2]))", error: "embedding: the table [8] must have rank 2", at: "f32([8])" },
  {
    code: "embedding(f32([8, 2]), f32([2]))",
    error: "embedding: the indices must be i32, not f32; cast first",
    at: "f32([2])",
  },
];

const qkv = 'const [q, k, v] = [f32(["b", 8, "n", 64]), f32(["b", 8, "m", 64]), f32(["b", 8, "m", 32])] as const;';
const layers = `const layer = () => ({ w: f32([64, 64]), b: f32([64]) });
const params = { q: layer(), k: layer(), v: layer(), out: { w: f32([16, 64]) } };
const x = f32(["b", "n", 64]);`;

const attentions: readonly Use[] = [
  { setup: qkv, code: "attention(q, k, v)", shape: '["b", 8, "n", 32]' },
  { setup: qkv, code: "attention(q, k, v, { scale: 1, causal: true })", shape: '["b", 8, "n", 32]' },
  { setup: qkv, code: 'attention(q, k, v, { mask: bool(["n", "m"]) })', shape: '["b", 8, "n", 32]' },
  { setup: qkv, code: 'attention(q, k, v, { mask: f32(["b", 1, 1, "m"]) })', shape: '["b", 8, "n", 32]' },
  { code: "attention(f64([3, 2]), f64([5, 2]), f64([7, 5, 4]))", shape: "[7, 3, 4]", dtype: "f64" },
  {
    code: "attention(f32([3, 64]), f32([5, 32]), f32([5, 4]))",
    error: "attention: k [5, 32] does not go with q [3, 64]: sizes 64 and 32 differ",
    at: "f32([5, 32])",
  },
  {
    code: "attention(f32([3, 64]), f32([5, 64]), f32([6, 4]))",
    error: "attention: v [6, 4] does not go with k [5, 64]: sizes 5 and 6 differ",
    at: "f32([6, 4])",
  },
  {
    code: "attention(f32([2, 3, 4]), f32([5, 3, 4]), f32([3, 4]))",
    error: "attention: batch shapes [2] and [5] do not broadcast (2 vs 5)",
    at: "f32([5, 3, 4])",
  },
  {
    code: "attention(f32([3]), f32([3, 4]), f32([3, 4]))",
    error: "attention: q [3] must have rank 2 or more",
    at: "f32([3])",
  },
  {
    setup: qkv,
    code: 'attention(q, k, v, { mask: bool(["m", "n"]) })',
    error: "attention: [m, n] does not broadcast to [b, 8, n, m]",
    at: "mask",
  },
  {
    setup: qkv,
    code: 'attention(q, k, v, { mask: i32(["n", "m"]) })',
    error: "attention: the mask must be bool or f32, not i32; cast first",
    at: "mask",
  },
  { setup: layers, code: "multiHeadAttention(x, x, x, params, { heads: 8, causal: true })", shape: '["b", "n", 16]' },
  {
    setup: layers,
    code: 'multiHeadAttention(x, x, x, params, { heads: 8, mask: bool(["b", 1, "n"]) })',
    shape: '["b", "n", 16]',
  },
  {
    setup: layers,
    code: "multiHeadAttention(x, x, x, params, { heads: 5 })",
    error: "multiHeadAttention: 64 features are not 5 groups of one size",
    at: "heads",
  },
  {
    setup: layers,
    code: 'multiHeadAttention(x, f32(["b", "m", 48]), x, params, { heads: 8 })',
    error: "multiHeadAttention: v [b, n, 64] does not go with k [b, m, 48]: sizes m and n differ",
    at: "x",
  },
  {
    setup: `${layers} const y = f32(["b", "n", 48]);`,
    code: "multiHeadAttention(x, y, y, params, { heads: 8 })",
    error: "multiHeadAttention: k.w must have shape [64, 48], not [64, 64]",
    at: "params",
  },
  { code: 'rotaryEmbedding(f32(["b", 8, "n", 64]))', shape: '["b", 8, "n", 64]' },
  { code: 'rotaryEmbedding(f32(["n", 64]), { positions: i32(["n"]), base: 500000 })', shape: '["n", 64]' },
  {
    code: "rotaryEmbedding(f32([4, 7]))",
    error: "rotaryEmbedding: the last axis is pairs of elements, so its size must be even, not 7",
    at: "f32([4, 7])",
  },
  {
    code: "rotaryEmbedding(f32([4, 8]), { positions: i32([5]) })",
    error: "rotaryEmbedding: [5] does not broadcast to [4]",
    at: "positions",
  },
];

const lstm = "const params = { wx: f32([16, 3]), wh: f32([16, 4]), b: f32([16]) };";

const cells: readonly Use[] = [
  { setup: lstm, code: 'lstmCell(f32(["n", 3]), { h: f32(["n", 4]), c: f32(["n", 4]) }, params).c', shape: '["n", 4]' },
  {
    setup: lstm,
    code: "lstmCell(f32([2, 5]), { h: f32([2, 4]), c: f32([2, 4]) }, params)",
    error: "lstmCell: wx must have shape [16, 5], not [16, 3]",
    at: "params",
  },
  {
    setup: `${lstm} const state = { h: f32([3, 4]), c: f32([3, 4]) };`,
    code: "lstmCell(f32([2, 3]), state, params)",
    error: "lstmCell: h must have shape [2, 4], not [3, 4]",
    at: "state",
  },
  {
    setup: `${lstm} const state = { h: f32([2, 4]), c: f32([2, 5]) };`,
    code: "lstmCell(f32([2, 3]), state, params)",
    error: "lstmCell: c must have shape [2, 4], not [2, 5]",
    at: "state",
  },
  {
    code: 'gruCell(f32(["n", 3]), f32(["n", 4]), { wx: f32([12, 3]), wh: f32([12, 4]), bx: f32([12]), bh: f32([12]) })',
    shape: '["n", 4]',
  },
  {
    setup: "const params = { wx: f32([12, 3]), wh: f32([12, 4]), bx: f32([4]) };",
    code: "gruCell(f32([2, 3]), f32([2, 4]), params)",
    error: "gruCell: bx must have shape [12], not [4]",
    at: "params",
  },
  { code: "rnnCell(f64([3]), f64([4]), { wx: f64([4, 3]), wh: f64([4, 4]) })", shape: "[4]", dtype: "f64" },
];

const draws: readonly Use[] = [
  { code: 'randomUniform(i32([2]), ["n", 3])', shape: '["n", 3]' },
  { code: 'randomUniform(i32([2]), [5], { dtype: "f64", min: f64([]), max: f64([5]) })', shape: "[5]", dtype: "f64" },
  { code: 'randomNormal(i32([2]), f32(["n", 3]).shape)', shape: '["n", 3]' },
  { code: "randomBernoulli(i32([2]), 0.5, [4])", shape: "[4]", dtype: "bool" },
  { code: 'dropout(f32(["n", 64]), i32([2]), 0.1)', shape: '["n", 64]' },
  { code: "splitKey(i32([2]), 3)[2]", shape: "[2]", dtype: "i32" },
  { code: "foldIn(i32([2]), i32([]))", shape: "[2]", dtype: "i32" },
  {
    code: "randomUniform(f32([2]), [3])",
    error: "randomUniform: the key must be i32, not f32; cast first",
    at: "f32([2])",
  },
  {
    code: "randomNormal(i32([3]), [3])",
    error: "randomNormal: the key must have shape [2], not [3]",
    at: "i32([3])",
  },
  {
    code: "randomNormal(i32([2]), [3], { mean: f32([4]) })",
    error: "randomNormal: [4] does not broadcast to [3]",
    at: "mean",
  },
  {
    code: "randomNormal(i32([2]), [3], { std: f64([3]) })",
    error: "randomNormal: f32 and f64 differ; cast one of them",
    at: "std",
  },
  {
    code: "dropout(f32([3]), i32([2, 2]), 0.1)",
    error: "dropout: the key must have shape [2], not [2, 2]",
    at: "i32([2, 2])",
  },
];

export const networks: readonly Use[] = [norms, linears, attentions, cells, draws].flat();
