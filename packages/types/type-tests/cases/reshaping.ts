/** Uses of reshape, flatten, permute, transpose, squeeze, unsqueeze and broadcastTo. */
import type { Use } from "../harness.js";

export const reshaping: readonly Use[] = [
  // reshape
  { code: "reshape(f32([32, 784]), [32, 28, 28])", shape: "[32, 28, 28]" },
  { code: "reshape(f32([32, 784]), [-1, 28, 28])", shape: "[32, 28, 28]" },
  { code: 'reshape(f32(["batch", 28, 28]), ["batch", -1])', shape: '["batch", 784]' },
  { code: 'reshape(f32(["batch", 784]), ["batch", 1, 28, 28])', shape: '["batch", 1, 28, 28]' },
  { code: 'reshape(f32(["batch", 784]), [784, "batch"])', shape: '[784, "batch"]' },
  { code: 'reshape(f32(["batch", 784]), [-1, 28, 28])', shape: '["batch", 28, 28]' },
  { code: 'reshape(f32(["k"]), ["rows", "cols"])', shape: '["rows", "cols"]' },
  { code: 'reshape(f32(["2*n", 3]), [6, "n"])', shape: '[6, "n"]' },
  { code: 'reshape(f32(["2*n", "m"]), ["n", -1])', shape: '["n", "2*m"]' },
  { code: 'reshape(f32(["n", "m"]), [-1])', shape: '["m*n"]' },
  { code: 'reshape(f32(["n", 6]), [-1, 3])', shape: '["2*n", 3]' },
  { code: 'reshape(f32(["n", "m", 4]), ["m", -1])', shape: '["m", "4*n"]' },
  { code: "reshape(f32([]), [-1])", shape: "[1]" },
  { code: "reshape(f32([1, 1]), [])", shape: "[]" },
  { code: "reshape(f32([0, 3]), [5, 0])", shape: "[5, 0]" },
  { setup: "const to = [28, 28] as const;", code: "reshape(f32([784]), to)", shape: "[28, 28]" },
  {
    setup: "let n = 4 as number;",
    code: "reshape(f32([n, 784]), [n, 28, 28])",
    shape: "[number, 28, 28]",
    run: "[4, 28, 28]",
  },
  { setup: "let n = 4 as number;", code: "reshape(f32([n, 784]), [-1, 392])", shape: "[number, 392]", run: "[8, 392]" },
  { setup: "const x = f32([4, 3]) as Tensor<Shape>;", code: "reshape(x, [2, 6])", shape: "[2, 6]" },
  {
    code: "reshape(f32([32, 784]), [32, 28, 29])",
    error: "reshape: [32, 784] has 25088 elements but [32, 28, 29] has 25984",
    at: "[32, 28, 29]",
  },
  {
    code: 'reshape(f32(["batch", 784]), ["seq", 784])',
    error: "reshape: [batch, 784] and [seq, 784] have different sizes",
    at: '["seq", 784]',
  },
  {
    code: "reshape(f32([32, 784]), [-1, 29])",
    error: "reshape: cannot infer -1 in [-1, 29] from [32, 784]",
    at: "[-1, 29]",
  },
  {
    code: 'reshape(f32(["n", 3]), [-1, 2])',
    error: "reshape: cannot infer -1 in [-1, 2] from [n, 3]",
    at: "[-1, 2]",
  },
  {
    code: 'reshape(f32(["n", 3]), ["m", -1])',
    error: "reshape: cannot infer -1 in [m, -1] from [n, 3]",
    at: '["m", -1]',
  },
  {
    code: "reshape(f32([4, 4]), [-1, -1])",
    error: "reshape: -1 may stand only once in [-1, -1]",
    at: "[-1, -1]",
  },
  {
    code: "reshape(f32([4, 4]), [-2, -8])",
    error: "reshape: [-2, -8] is no shape: sizes are whole numbers, 0 or more",
    at: "[-2, -8]",
  },

  // flatten
  { code: "flatten(f32([2, 3, 4]))", shape: "[24]" },
  { code: 'flatten(f32(["batch", 16, 7, 7]), 1)', shape: '["batch", 784]' },
  { code: 'flatten(f32([2, "n", 1]), -2)', shape: '[2, "n"]' },
  { code: 'flatten(f32(["n", "m"]))', shape: '["m*n"]' },
  { code: "flatten(f32([]))", shape: "[1]" },
  { code: "flatten(f32([2, 3]), 2)", error: "flatten: axis 2 is out of range for shape [2, 3]", at: "2" },

  // permute and transpose
  { code: "permute(f32([2, 3, 4, 5]), [0, 2, 1, -1])", shape: "[2, 4, 3, 5]" },
  { code: 'permute(i32(["n", 3]), [1, 0])', shape: '[3, "n"]', dtype: "i32" },
  { code: "permute(f32([]), [])", shape: "[]" },
  { setup: "const order = [1, 0] as const;", code: "permute(f32([2, 3]), order)", shape: "[3, 2]" },
  { code: "transpose(f32([32, 784]))", shape: "[784, 32]" },
  { code: 'transpose(f32(["b", 8, 128, 64]))', shape: '["b", 8, 64, 128]' },
  { code: "transpose(f32([2, 3, 4]), [2, 0, 1])", shape: "[4, 2, 3]" },
  { setup: "const x = f32([4, 3]) as Tensor<Shape>;", code: "transpose(x)", shape: "Shape", run: "[3, 4]" },
  {
    code: "permute(f32([32, 784]), [0, 0])",
    error: "permute: [0, 0] is not a permutation of the axes of [32, 784]",
    at: "[0, 0]",
  },
  {
    code: "permute(f32([32, 784]), [0, 1, 2])",
    error: "permute: [0, 1, 2] is not a permutation of the axes of [32, 784]",
    at: "[0, 1, 2]",
  },
  {
    code: 'permute(f32(["n", 784]), [0, 2])',
    error: "permute: [0, 2] is not a permutation of the axes of [n, 784]",
    at: "[0, 2]",
  },
  { code: "transpose(f32([10]))", error: "transpose: the operand [10] must have rank 2 or more", at: "f32([10])" },
  {
    code: "transpose(f32([2, 3]), [1, 1])",
    error: "transpose: [1, 1] is not a permutation of the axes of [2, 3]",
    at: "[1, 1]",
  },

  // squeeze and unsqueeze
  { code: 'squeeze(f32([1, "n", 1, 3]))', shape: '["n", 3]' },
  { code: 'squeeze(f32([1, "n", 1, 3]), 2)', shape: '[1, "n", 3]' },
  { code: "squeeze(f32([3, 1]), -1)", shape: "[3]" },
  { code: 'unsqueeze(f32(["n", 3]), 0)', shape: '[1, "n", 3]' },
  { code: 'unsqueeze(f32(["n", 3]), -1)', shape: '["n", 3, 1]' },
  { code: "unsqueeze(f32([2, 3]), 2)", shape: "[2, 3, 1]" },
  { code: "unsqueeze(f32([]), 0)", shape: "[1]" },
  {
    code: "squeeze(f32([32, 784]), 0)",
    error: "squeeze: axis 0 of [32, 784] has size 32, not 1",
    at: "0",
  },
  { code: 'squeeze(f32(["n", 1]), -2)', error: "squeeze: axis -2 of [n, 1] has size n, not 1", at: "-2" },
  { code: "squeeze(f32([1]), 1)", error: "squeeze: axis 1 is out of range for shape [1]", at: "1" },
  { code: "unsqueeze(f32([2, 3]), 3)", error: "unsqueeze: axis 3 is out of range for shape [2, 3]", at: "3" },

  // broadcastTo
  { code: 'broadcastTo(f32([1, 10]), ["batch", 10])', shape: '["batch", 10]' },
  { code: "broadcastTo(f32([]), [2, 3])", shape: "[2, 3]" },
  { code: 'broadcastTo(f64(["n"]), [4, "n"])', shape: '[4, "n"]', dtype: "f64" },
  {
    code: "broadcastTo(f32([3]), [2, 4])",
    error: "broadcastTo: [3] does not broadcast to [2, 4]",
    at: "[2, 4]",
  },
  {
    code: "broadcastTo(f32([2, 3]), [3])",
    error: "broadcastTo: [2, 3] does not broadcast to [3]",
    at: "[3]",
  },
  {
    code: 'broadcastTo(f32([3]), ["n"])',
    error: "broadcastTo: [3] does not broadcast to [n]",
    at: '["n"]',
  },
];
