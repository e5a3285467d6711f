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
];
