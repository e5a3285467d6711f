/** Uses of losses: their reductions, labels, weights. */
import type { Use } from "../harness.js";

export const losses: readonly Use[] = [
  // reductions
  { code: "mse(f64([32]), f64([32]))", shape: "[]", dtype: "f64" },
  { code: 'mse(f32(["n", 3]), f32(["n", 3]), { reduction: "none" })', shape: '["n", 3]' },
  { code: 'l1Loss(f32(["n"]), f32(["n"]), { reduction: "sum" })', shape: "[]" },
  { code: 'huber(f32([3]), f32([3]), { delta: 2, reduction: "none" })', shape: "[3]" },
  { code: "huber(f32([3]), f32([3]), { delta: 2 })", shape: "[]" },
  { code: 'hinge(f64([3]), f64([3]), { reduction: "mean" })', shape: "[]", dtype: "f64" },
  { code: 'klDivergence(f32(["n", 3]), f32(["n", 3]), { reduction: "batchmean" })', shape: "[]" },
  { code: "binaryCrossEntropy(f32([3]), f32([3]))", shape: "[]" },
  {
    setup: 'const reduction = "none" as "none" | "sum";',
    code: "mse(f32([3]), f32([3]), { reduction })",
    shape: "Shape",
    run: "[3]",
  },
  {
    code: "l1Loss(f32([32, 1]), f32([32]))",
    error: "l1Loss: shapes [32, 1] and [32] differ",
    at: "f32([32])",
  },
  {
    code: 'hinge(f32(["n"]), f32(["m"]))',
    error: "hinge: shapes [n] and [m] differ",
    at: 'f32(["m"])',
  },
  { code: "huber(f32([3]), f64([3]))", error: "huber: f32 and f64 differ; cast one of them", at: "f64([3])" },
  {
    code: "l1Loss(i32([3]), i32([3]))",
    error: "l1Loss: the operand must be f32 or f64, not i32; cast first",
    at: "i32([3])",
  },

  // logits of two classes
  { code: 'binaryCrossEntropyWithLogits(f32(["n", 3]), f32(["n", 3]))', shape: "[]" },
  { code: "binaryCrossEntropyWithLogits(f32([3]), f32([3]), { posWeight: 2 })", shape: "[]" },
  {
    code: 'binaryCrossEntropyWithLogits(f32(["n", 3]), f32(["n", 3]), { posWeight: f32([3]), reduction: "none" })',
    shape: '["n", 3]',
  },
  {
    code: "binaryCrossEntropyWithLogits(f32([3]), f32([3]), { posWeight: f32([2, 3]) })",
    error: "binaryCrossEntropyWithLogits: [2, 3] does not broadcast to [3]",
    at: "posWeight",
  },
  {
    code: "binaryCrossEntropyWithLogits(i32([3]), f32([3]))",
    error: "binaryCrossEntropyWithLogits: logits must be f32 or f64, not i32; cast first",
    at: "i32([3])",
  },

  // classes
  { code: 'crossEntropy(f32(["n", 10]), i32(["n"]), { reduction: "mean" })', shape: "[]" },
  { code: 'crossEntropy(f32(["n", 10]), i32(["n"]), { labelSmoothing: 0.1 })', shape: '["n"]' },
  { code: 'crossEntropy(f32(["n", 10, 28, 28]), i32(["n", 28, 28]), { axis: 1 })', shape: '["n", 28, 28]' },
  { code: 'crossEntropy(f64([10, "n"]), f64([10, "n"]), { axis: -2 })', shape: '["n"]', dtype: "f64" },
  {
    code: 'crossEntropy(f32(["n", 10]), i32(["n"]), { classWeights: f32([10]), ignoreIndex: -1, reduction: "sum" })',
    shape: "[]",
  },
  { code: 'nll(f32(["n", "c"]), i32(["n"]), { classWeights: f32(["c"]) })', shape: '["n"]' },
  {
    setup: "let axis = 1 as number;",
    code: "crossEntropy(f32([4, 3]), i32([4]), { axis })",
    shape: "Shape",
    run: "[4]",
  },
  {
    code: "crossEntropy(f32([4, 3]), i32([4]), { axis: 2 })",
    error: "crossEntropy: axis 2 is out of range for shape [4, 3]",
    at: "axis",
  },
  {
    code: "crossEntropy(f32([4, 3]), i32([4]), { axis: 0 })",
    error: "crossEntropy: logits [4, 3] take i32 labels of shape [3], not [4]",
    at: "i32([4])",
  },
  {
    code: "crossEntropy(f32([4, 3]), i32([4]), { classWeights: f32([4]) })",
    error: "crossEntropy: class weights [4] of logits [4, 3] must be [3]",
    at: "classWeights",
  },
  {
    code: "nll(f32([4, 3]), i32([4]), { classWeights: f64([3]) })",
    error: "nll: f32 and f64 differ; cast one of them",
    at: "classWeights",
  },
  {
    code: "crossEntropy(f32([4, 3]), f32([4, 3]), { ignoreIndex: 0 })",
    error: "crossEntropy: ignoreIndex goes with labels of classes (i32), not with probabilities",
    at: "ignoreIndex",
  },
  {
    code: "nll(f32([4, 3]), f32([4, 3]))",
    error: "nll: labels must be i32, not f32; cast first",
    at: "f32([4, 3])",
  },
  { code: "nll(f32([]), i32([]))", error: "nll: logp [] must have rank 1 or more", at: "f32([])" },
  {
    setup: `function classify<N extends Dim, C extends Dim>(x: Tensor<[N, C]>, t: Tensor<[N], "i32">) {
  return crossEntropy(x, t, { labelSmoothing: 0.1 });
}`,
    code: 'classify(f32(["n", 10]), i32(["n"]))',
    shape: '["n"]',
  },

  // vectors
  { code: 'cosineSimilarity(f32(["n", 64]), f32(["n", 64]))', shape: '["n"]' },
  { code: 'cosineSimilarity(f64([64, "n"]), f64([64, "n"]), 0)', shape: '["n"]', dtype: "f64" },
  {
    code: "cosineSimilarity(f32([4, 3]), f32([4, 2]))",
    error: "cosineSimilarity: shapes [4, 3] and [4, 2] differ",
    at: "f32([4, 2])",
  },
  {
    code: "cosineSimilarity(f32([4, 3]), f32([4, 3]), 2)",
    error: "cosineSimilarity: axis 2 is out of range for shape [4, 3]",
    at: "2",
  },
  {
    code: "cosineSimilarity(f32([]), f32([]))",
    error: "cosineSimilarity: the operand [] must have rank 1 or more",
    at: "f32([])",
  },
];
