/** Uses of activations, rounding, logic and clip. */
import type { Use } from "../harness.js";

export const activations: readonly Use[] = [
  // rounding and questions
  { code: 'round(f32(["n", 3]))', shape: '["n", 3]' },
  { code: "floor(f64([]))", shape: "[]", dtype: "f64" },
  { code: 'isNaN(f64(["n"]))', shape: '["n"]', dtype: "bool" },
  { code: "isInfinite(f32([2, 3]))", shape: "[2, 3]", dtype: "bool" },
  { code: "logicalXor(bool([2, 3]), bool([3]))", shape: "[2, 3]", dtype: "bool" },
  { code: "trunc(i32([3]))", error: "trunc: the operand must be f32 or f64, not i32; cast first", at: "i32([3])" },
  {
    code: "isFinite(bool([3]))",
    error: "isFinite: the operand must be f32 or f64, not bool; cast first",
    at: "bool([3])",
  },
  {
    code: "logicalXor(bool([3]), i32([3]))",
    error: "logicalXor: bool and i32 differ; cast one of them",
    at: "i32([3])",
  },
  {
    code: "logicalXor(bool([3]), bool([4]))",
    error: "logicalXor: shapes [3] and [4] do not broadcast (3 vs 4)",
    at: "bool([4])",
  },

  // clip
  { code: 'clip(f32(["n", 3]), 0, 1)', shape: '["n", 3]' },
  { code: "clip(i32([3]), 0, 9)", shape: "[3]", dtype: "i32" },
  { code: 'clip(f64(["n", 3]), f64([3]), 1)', shape: '["n", 3]', dtype: "f64" },
  { code: "clip(f32([3]), 0, f32([2, 1]))", shape: "[2, 3]" },
  {
    code: "clip(bool([3]), 0, 1)",
    error: "clip: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([3])",
  },
  { code: "clip(f32([3]), f32([4]), 1)", error: "clip: shapes [3] and [4] do not broadcast (3 vs 4)", at: "f32([4])" },
  { code: "clip(f32([3]), 0, f64([3]))", error: "clip: f32 and f64 differ; cast one of them", at: "f64([3])" },
  {
    code: 'clip(f32([3]), 0, f32(["n"]))',
    error: "clip: shapes [3] and [n] do not broadcast (3 vs n)",
    at: 'f32(["n"])',
  },

  // activations
  { code: 'leakyRelu(f32(["n", 3]))', shape: '["n", 3]' },
  { code: 'gelu(f32(["n", 3]))', shape: '["n", 3]' },
  { code: 'gelu(f64([3]), "tanh")', shape: "[3]", dtype: "f64" },
  { code: "gelu(i32([3]))", error: "gelu: the operand must be f32 or f64, not i32; cast first", at: "i32([3])" },
  { code: "leakyRelu(f64([3]), 0.2)", shape: "[3]", dtype: "f64" },
  { code: "prelu(f32([8, 4, 4]), f32([8, 1, 1]))", shape: "[8, 4, 4]" },
  { code: "hardTanh(f32([3]), -2, 2)", shape: "[3]" },
  { code: "softShrink(f32([3]), 0.1)", shape: "[3]" },
  {
    setup:
      "function act<S extends Shape, D extends FloatDType>(x: Tensor<S, D>) { return hardSwish(leakyRelu(x, 0.1)); }",
    code: 'act(f64(["n", 3]))',
    shape: '["n", 3]',
    dtype: "f64",
  },
  {
    code: "leakyRelu(i32([3]))",
    error: "leakyRelu: the operand must be f32 or f64, not i32; cast first",
    at: "i32([3])",
  },
  {
    code: "prelu(f32([3, 4]), f32([3]))",
    error: "prelu: shapes [3, 4] and [3] do not broadcast (4 vs 3)",
    at: "f32([3])",
  },
  {
    code: "hardShrink(bool([3]))",
    error: "hardShrink: the operand must be f32 or f64, not bool; cast first",
    at: "bool([3])",
  },
];
