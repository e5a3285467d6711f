/** Uses of products, spreads, norms, any and all. */
import type { Use } from "../harness.js";

export const reduceIndex: readonly Use[] = [
  { code: "prod(f32([2, 3, 4]), [0, -1])", shape: "[3]" },
  { code: "prod(i32([2, 3]))", shape: "[]", dtype: "i32" },
  { code: 'prod(f64(["n", 3]), 0)', shape: "[3]", dtype: "f64" },
  { code: 'variance(f32(["n", 3]), 0, { correction: 1 })', shape: "[3]" },
  { code: "variance(f64([2, 3]), undefined, { keepDims: true })", shape: "[1, 1]", dtype: "f64" },
  { code: 'std(f32(["n", 3]), -1, { correction: 1, keepDims: true })', shape: '["n", 1]' },
  { code: 'norm(f32(["n", 3]), 1, { ord: 1 })', shape: '["n"]' },
  { code: "norm(f32([4, 3]), [0, 1], { ord: Infinity, keepDims: true })", shape: "[1, 1]" },
  { setup: "const x = f32([4, 3]) as Tensor<Shape>;", code: "norm(x, 0)", shape: "Shape", run: "[3]" },
  { code: 'any(bool(["n", 3]), 1)', shape: '["n"]', dtype: "bool" },
  { code: "all(bool([2, 3]), undefined, { keepDims: true })", shape: "[1, 1]", dtype: "bool" },
  { code: "all(bool([]))", shape: "[]", dtype: "bool" },
  { code: "prod(f32([3]), 1)", error: "prod: axis 1 is out of range for shape [3]", at: "1" },
  {
    code: "prod(bool([3]))",
    error: "prod: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([3])",
  },
  { code: "std(f32([2, 3]), [0, 0])", error: "std: axis 0 is given twice", at: "[0, 0]" },
  {
    code: "variance(i32([3]))",
    error: "variance: the operand must be f32 or f64, not i32; cast first",
    at: "i32([3])",
  },
  { code: "norm(f32([2, 3]), 2)", error: "norm: axis 2 is out of range for shape [2, 3]", at: "2" },
  { code: "any(f32([3]))", error: "any: the operand must be bool, not f32; cast first", at: "f32([3])" },
  { code: "all(bool([3]), -2)", error: "all: axis -2 is out of range for shape [3]", at: "-2" },
];
