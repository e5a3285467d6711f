/** Uses of mathematical functions and of bits. */
import type { Use } from "../harness.js";

export const math: readonly Use[] = [
  // bits
  { code: 'bitAnd(i32(["n"]), 7)', shape: '["n"]', dtype: "i32" },
  { code: "bitXor(i32([2, 3]), i32([3]))", shape: "[2, 3]", dtype: "i32" },
  { code: "bitNot(i32([3]))", shape: "[3]", dtype: "i32" },
  { code: "shiftRightLogical(1, i32([3]))", shape: "[3]", dtype: "i32" },
  {
    code: "bitOr(f32([3]), 1)",
    error: "bitOr: the operand must be i32, not f32; cast first",
    at: "f32([3])",
  },
  {
    code: "shiftLeft(i32([3]), bool([3]))",
    error: "shiftLeft: i32 and bool differ; cast one of them",
    at: "bool([3])",
  },
  {
    code: "bitNot(bool([3]))",
    error: "bitNot: the operand must be i32, not bool; cast first",
    at: "bool([3])",
  },

  // functions
  { code: 'asinh(f64(["n", 3]))', shape: '["n", 3]', dtype: "f64" },
  { code: "rsqrt(f32([3]))", shape: "[3]" },
  { code: 'atan2(f32(["n", 1]), f32([4]))', shape: '["n", 4]' },
  { code: "hypot(f64([3]), 1)", shape: "[3]", dtype: "f64" },
  { code: "squaredDifference(i32([2, 1]), i32([3]))", shape: "[2, 3]", dtype: "i32" },
  { code: "mod(i32([3]), 2)", shape: "[3]", dtype: "i32" },
  { code: 'lerp(f32(["n", 3]), f32([3]), 0.5)', shape: '["n", 3]' },
  { code: "lerp(0, 1, f64([3]))", shape: "[3]", dtype: "f64" },
  {
    code: "log1p(i32([3]))",
    error: "log1p: the operand must be f32 or f64, not i32; cast first",
    at: "i32([3])",
  },
  {
    code: 'hypot(f32(["n"]), f32(["m"]))',
    error: "hypot: shapes [n] and [m] do not broadcast (n vs m)",
    at: 'f32(["m"])',
  },
  {
    code: "xlogy(f32([3]), f64([3]))",
    error: "xlogy: f32 and f64 differ; cast one of them",
    at: "f64([3])",
  },
  {
    code: "lerp(f32([3]), f32([3]), f32([2]))",
    error: "lerp: shapes [3] and [2] do not broadcast (3 vs 2)",
    at: "f32([2])",
  },
  {
    code: "reciprocal(bool([3]))",
    error: "reciprocal: the operand must be f32 or f64, not bool; cast first",
    at: "bool([3])",
  },
];
