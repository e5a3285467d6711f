/** Uses of determinants, inverses, factors and linear systems. */
import type { Use } from "../harness.js";

export const linearSystems: readonly Use[] = [
  { code: "inverse(f64([3, 3]))", shape: "[3, 3]", dtype: "f64" },
  { code: 'inverse(f32(["n", "n"]))', shape: '["n", "n"]' },
  { code: 'inverse(f32(["b", 8, 4, 4]))', shape: '["b", 8, 4, 4]' },
  { code: "det(f64([3, 3]))", shape: "[]", dtype: "f64" },
  { code: 'det(f32(["b", 2, 2]))', shape: '["b"]' },
  { code: 'logAbsDet(f32([5, "n", "n"]))', shape: "[5]" },
  { code: "detSign(f32([2, 2]))", shape: "[]" },
  { code: 'cholesky(f64(["n", "n"]))', shape: '["n", "n"]', dtype: "f64" },
  { code: "solve(f64([3, 3]), f64([3]))", shape: "[3]", dtype: "f64" },
  { code: "solve(f64([3, 3]), f64([3, 2]))", shape: "[3, 2]", dtype: "f64" },
  { code: 'solve(f32(["b", "n", "n"]), f32(["n"]))', shape: '["b", "n"]' },
  { code: 'solve(f32(["b", 1, 3, 3]), f32([4, 3, 2]))', shape: '["b", 4, 3, 2]' },
  { code: 'solve(f32([3, 3]), f32(["b", 3, 2]))', shape: '["b", 3, 2]' },
  { code: "triangularSolve(f32([3, 3]), f32([3]))", shape: "[3]" },
  { code: "triangularSolve(f32([3, 3]), f32([3, 2]), { lower: false, unitDiagonal: true })", shape: "[3, 2]" },
  // unknown sizes
  { setup: "let n = 7 as number;", code: "inverse(f32([n, 7]))", shape: "[number, 7]", run: "[7, 7]" },
  { setup: "let n = 7 as number;", code: "solve(f32([n, 7]), f32([n, 2]))", shape: "[number, 2]", run: "[7, 2]" },
  { setup: "const x = f32([4, 4]) as Tensor<Shape>;", code: "det(x)", shape: "Shape", run: "[]" },
  {
    setup: "const x = f32([4, 4]) as Tensor<Shape>;",
    code: "solve(x, f32([4, 2]))",
    shape: "Shape",
    run: "[4, 2]",
  },
  // generic
  {
    setup: "const layer = <N extends Dim>(x: Tensor<[N, N]>): Tensor<[N, N]> => inverse(x);",
    code: 'layer(f32(["n", "n"]))',
    shape: '["n", "n"]',
  },
  {
    code: "det(f64([3, 4]))",
    error: "det: [3, 4] is not square: 3 rows, 4 columns",
    at: "f64([3, 4])",
  },
  {
    code: 'inverse(f32(["n", "m"]))',
    error: "inverse: [n, m] is not square: n rows, m columns",
    at: 'f32(["n", "m"])',
  },
  {
    code: 'cholesky(f32(["b", "n", 3]))',
    error: "cholesky: [b, n, 3] is not square: n rows, 3 columns",
    at: 'f32(["b", "n", 3])',
  },
  {
    code: "logAbsDet(f32([3]))",
    error: "logAbsDet: the operand [3] must have rank 2 or more",
    at: "f32([3])",
  },
  {
    code: "inverse(i32([2, 2]))",
    error: "inverse: the operand must be f32 or f64, not i32; cast first",
    at: "i32([2, 2])",
  },
  {
    code: "solve(f32([3, 2]), f32([3]))",
    error: "solve: [3, 2] is not square: 3 rows, 2 columns",
    at: "f32([3, 2])",
  },
  {
    code: "solve(f32([3, 3]), f32([4]))",
    error: "solve: matrix [3, 3] has 3 rows, but the right side [4] has 4",
    at: "f32([4])",
  },
  {
    code: 'solve(f32(["n", "n"]), f32(["m", 2]))',
    error: "solve: matrix [n, n] has n rows, but the right side [m, 2] has m",
    at: 'f32(["m", 2])',
  },
  {
    code: "solve(f32([3, 3]), f32([]))",
    error: "solve: the right side [] must have rank 1 or more",
    at: "f32([])",
  },
  {
    code: "solve(f32([4, 3, 3]), f32([5, 3, 2]))",
    error: "solve: batch shapes [4] and [5] do not broadcast (4 vs 5)",
    at: "f32([5, 3, 2])",
  },
  {
    code: "solve(f32([3, 3]), f64([3]))",
    error: "solve: f32 and f64 differ; cast one of them",
    at: "f64([3])",
  },
  {
    code: "triangularSolve(f32([3, 3]), f32([2, 2]), { transposed: true })",
    error: "triangularSolve: matrix [3, 3] has 3 rows, but the right side [2, 2] has 2",
    at: "f32([2, 2])",
  },
];
