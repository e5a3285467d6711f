/** Uses of matmul, dot and outer. */
import type { Use } from "../harness.js";

export const products: readonly Use[] = [
  { code: "matmul(f32([32, 784]), f32([784, 10]))", shape: "[32, 10]" },
  { code: 'matmul(f32(["batch", 784]), f32([784, 10]))', shape: '["batch", 10]' },
  { code: 'matmul(f64(["n", "k"]), f64(["k", "m"]))', shape: '["n", "m"]', dtype: "f64" },
  { code: "matmul(i32([2, 3]), i32([3, 4]))", shape: "[2, 4]", dtype: "i32" },
  // batches
  { code: 'matmul(f32(["b", 8, 128, 64]), f32(["b", 8, 64, 128]))', shape: '["b", 8, 128, 128]' },
  { code: 'matmul(f32(["b", 8, 128, 64]), f32([64, 32]))', shape: '["b", 8, 128, 32]' },
  { code: 'matmul(f32([128, 64]), f32(["b", 64, 32]))', shape: '["b", 128, 32]' },
  { code: 'matmul(f32(["b", 8, 128, 64]), f32([8, 64, 128]))', shape: '["b", 8, 128, 128]' },
  { code: "matmul(f32([4, 1, 2, 3]), f32([5, 3, 6]))", shape: "[4, 5, 2, 6]" },
  // vectors
  { code: "matmul(f32([3]), f32([3, 4]))", shape: "[4]" },
  { code: 'matmul(f32([3]), f32(["b", 3, 4]))', shape: '["b", 4]' },
  { code: "matmul(f32([2, 3]), f32([3]))", shape: "[2]" },
  { code: 'matmul(f32(["b", 2, 3]), f32([3]))', shape: '["b", 2]' },
  { code: "matmul(f32([3]), f32([3]))", shape: "[]" },
  { code: "dot(f64([14]), f64([14]))", shape: "[]", dtype: "f64" },
  { code: 'outer(f32(["n"]), f32([4]))', shape: '["n", 4]' },
  // unknown sizes
  {
    setup: "let n = 7 as number;",
    code: "matmul(f32([n, 784]), f32([784, 10]))",
    shape: "[number, 10]",
    run: "[7, 10]",
  },
  { setup: "let n = 7 as number;", code: "matmul(f32([2, n]), f32([7, 10]))", shape: "[2, 10]" },
  {
    setup: "const x = f32([4, 3]) as Tensor<Shape>;",
    code: "matmul(x, f32([3, 2]))",
    shape: "Shape",
    run: "[4, 2]",
  },
  {
    code: "matmul(f32([32, 784]), f32([783, 10]))",
    error: "matmul: inner dimensions 784 and 783 differ",
    at: "f32([783, 10])",
  },
  {
    code: 'matmul(f32(["n", "k"]), f32(["j", "m"]))',
    error: "matmul: inner dimensions k and j differ",
    at: 'f32(["j", "m"])',
  },
  {
    code: 'matmul(f32([32, "k"]), f32([1, 10]))',
    error: "matmul: inner dimensions k and 1 differ",
    at: "f32([1, 10])",
  },
  {
    code: "matmul(f32([4, 8, 128, 64]), f32([3, 8, 64, 128]))",
    error: "matmul: batch shapes [4, 8] and [3, 8] do not broadcast (4 vs 3)",
    at: "f32([3, 8, 64, 128])",
  },
  {
    code: "matmul(f32([2, 3]), f32([4]))",
    error: "matmul: inner dimensions 3 and 4 differ",
    at: "f32([4])",
  },
  {
    code: "matmul(f32([3]), f32([4, 5]))",
    error: "matmul: inner dimensions 3 and 4 differ",
    at: "f32([4, 5])",
  },
  {
    code: "matmul(f32([]), f32([3, 4]))",
    error: "matmul: the left operand [] must have rank 1 or more",
    at: "f32([])",
  },
  {
    code: "matmul(f32([2, 3]), f32([]))",
    error: "matmul: the right operand [] must have rank 1 or more",
    at: "f32([])",
  },
  {
    code: "matmul(f32([2, 3]), f64([3, 4]))",
    error: "matmul: f32 and f64 differ; cast one of them",
    at: "f64([3, 4])",
  },
  {
    code: "matmul(bool([2, 3]), f32([3, 4]))",
    error: "matmul: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([2, 3])",
  },
  { code: "dot(f32([3]), f32([4]))", error: "dot: inner dimensions 3 and 4 differ", at: "f32([4])" },
  { code: "dot(f32([2, 3]), f32([3]))", error: "dot: the operand [2, 3] must have rank 1", at: "f32([2, 3])" },
  { code: "outer(f32([3]), f32([]))", error: "outer: the operand [] must have rank 1", at: "f32([])" },
];
