/** Uses of elementwise ops: broadcasting, number literals, dtypes, `where`. */
import type { Use } from "../harness.js";

export const elementwise: readonly Use[] = [
  // unary
  { code: "relu(f32([32, 784]))", shape: "[32, 784]" },
  { code: 'exp(f64(["batch"]))', shape: '["batch"]', dtype: "f64" },
  { code: "neg(i32([3]))", shape: "[3]", dtype: "i32" },
  { code: "stopGradient(bool([3]))", shape: "[3]", dtype: "bool" },
  {
    code: "exp(i32([3]))",
    error: "exp: the operand must be f32 or f64, not i32; cast first",
    at: "i32([3])",
  },
  {
    code: "relu(bool([3]))",
    error: "relu: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([3])",
  },

  // broadcasting
  { code: "add(f32([32, 10]), f32([10]))", shape: "[32, 10]" },
  { code: "add(f32([10]), f32([32, 10]))", shape: "[32, 10]" },
  { code: 'add(f32(["batch", 10]), f32([10]))', shape: '["batch", 10]' },
  { code: 'mul(f32(["batch", 1]), f32([1, 10]))', shape: '["batch", 10]' },
  { code: 'mul(f32(["n", 1]), f32(["m"]))', shape: '["n", "m"]' },
  { code: "sub(f32([3, 1, 5]), f32([4, 1]))", shape: "[3, 4, 5]" },
  { code: "div(f32([]), f32([2, 3]))", shape: "[2, 3]" },
  { setup: "let n = 32 as number;", code: "add(f32([n, 784]), f32([32, 784]))", shape: "[32, 784]", run: "[32, 784]" },
  {
    setup: "const x = f32([4, 3]) as Tensor<Shape>;",
    code: "add(x, f32([3]))",
    shape: "Shape",
    run: "[4, 3]",
  },
  {
    code: "add(f32([32, 784]), f32([10]))",
    error: "add: shapes [32, 784] and [10] do not broadcast (784 vs 10)",
    at: "f32([10])",
  },
  {
    code: 'add(f32(["batch", 10]), f32(["seq", 10]))',
    error: "add: shapes [batch, 10] and [seq, 10] do not broadcast (batch vs seq)",
    at: 'f32(["seq", 10])',
  },
  {
    code: 'maximum(f32(["batch"]), f32([32]))',
    error: "maximum: shapes [batch] and [32] do not broadcast (batch vs 32)",
    at: "f32([32])",
  },
  {
    code: "mul(f32([2, 3, 4]), f32([2, 1, 5]))",
    error: "mul: shapes [2, 3, 4] and [2, 1, 5] do not broadcast (4 vs 5)",
    at: "f32([2, 1, 5])",
  },

  // number literals
  { code: "mul(0.5, f64([3]))", shape: "[3]", dtype: "f64" },
  { code: "add(f64([3]), 1)", shape: "[3]", dtype: "f64" },
  { code: "add(1, i32([3]))", shape: "[3]", dtype: "i32" },
  { code: "add(mul(f32([3]), f32([2, 3])), add(1, mul(0.5, f32([2, 3]))))", shape: "[2, 3]" },
  {
    code: "add(1, bool([3]))",
    error: "add: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([3])",
  },

  // dtypes
  { code: "add(i32([3]), i32([2, 3]))", shape: "[2, 3]", dtype: "i32" },
  { code: "greater(f32([3]), 0)", shape: "[3]", dtype: "bool" },
  { code: "greater(f64([2, 1]), f64([3]))", shape: "[2, 3]", dtype: "bool" },
  { code: "equal(bool([3]), bool([3]))", shape: "[3]", dtype: "bool" },
  { code: 'cast(i32(["n"]), "f32")', shape: '["n"]' },
  { code: "add(f32([3]), f64([3]))", error: "add: f32 and f64 differ; cast one of them", at: "f64([3])" },
  { code: "mul(i32([3]), f32([4]))", error: "mul: i32 and f32 differ; cast one of them", at: "f32([4])" },
  { code: "greater(f32([3]), i32([3]))", error: "greater: f32 and i32 differ; cast one of them", at: "i32([3])" },
  {
    code: "div(i32([3]), i32([3]))",
    error: "div: the operand must be f32 or f64, not i32; cast first",
    at: "i32([3])",
  },
  {
    code: "sub(bool([3]), f32([3]))",
    error: "sub: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([3])",
  },

  // any number of operands
  { code: "add(f32([3]), f32([2, 3]), 1)", shape: "[2, 3]" },
  { code: 'mul(2, f64(["n", 1]), 0.5, f64([4]))', shape: '["n", 4]', dtype: "f64" },
  { code: "add(f32([3]), f32([3]), f32([3]), f32([3]), f32([2, 1]))", shape: "[2, 3]" },
  {
    code: "add(f32([3]), f32([4]), f32([5]))",
    error: "add: shapes [3] and [4] do not broadcast (3 vs 4)",
    at: "f32([4])",
  },
  {
    code: "add(f32([3]), 1, f32([5]))",
    error: "add: shapes [3] and [5] do not broadcast (3 vs 5)",
    at: "f32([5])",
  },
  {
    code: "add(f32([3]), f32([2, 1]), f32([3]), f32([4]))",
    error: "add: shapes [2, 3] and [4] do not broadcast (3 vs 4)",
    at: "f32([4])",
  },
  {
    code: "mul(f32([3]), f32([3]), 2, f32([3]), f64([3]))",
    error: "mul: f32 and f64 differ; cast one of them",
    at: "f64([3])",
  },

  // where
  { code: "where(bool([3]), f32([2, 3]), 0)", shape: "[2, 3]" },
  { code: "where(bool([2, 1]), 1, 0)", shape: "[2, 1]" },
  { code: 'where(bool(["n", 1]), 0, f64([4]))', shape: '["n", 4]', dtype: "f64" },
  { code: "where(bool([3]), i32([3]), i32([]))", shape: "[3]", dtype: "i32" },
  {
    code: "where(f32([3]), 1, f64([3]))",
    error: "where: the condition must be bool, not f32; cast first",
    at: "f32([3])",
  },
  {
    code: "where(bool([3]), f32([4]), 0)",
    error: "where: shapes [3] and [4] do not broadcast (3 vs 4)",
    at: "f32([4])",
  },
  {
    code: "where(bool([3]), f32([2, 1]), f32([5]))",
    error: "where: shapes [2, 3] and [5] do not broadcast (3 vs 5)",
    at: "f32([5])",
  },
  {
    code: "where(bool([3]), f32([3]), f64([3]))",
    error: "where: f32 and f64 differ; cast one of them",
    at: "f64([3])",
  },
];
