/** Uses of concat, stack, slice, gather, scatterAdd and oneHot. */
import type { Use } from "../harness.js";

export const joining: readonly Use[] = [
  // concat
  { code: "concat([f32([32, 784]), f32([16, 784])], 0)", shape: "[48, 784]" },
  { code: "concat([f32([32, 784]), f32([32, 16]), f32([32, 100])], -1)", shape: "[32, 900]" },
  { code: 'concat([f32(["n", 3]), f32(["n", 4])], 1)', shape: '["n", 7]' },
  { code: 'concat([f32(["n", 3]), f32(["n", 3])])', shape: '["2*n", 3]' },
  { code: 'add(concat([f32(["n"]), f32(["m"])]), concat([f32(["m"]), f32(["n"])]))', shape: '["m+n"]' },
  { code: 'concat([slice(f32(["n"]), 0, 1), f32([1])])', shape: '["n"]' },
  { code: 'concat([f32(["n", 3]), f32(["m", 3])])', shape: '["m+n", 3]' },
  { code: 'concat([i32(["n"]), i32([1])], 0)', shape: '["n+1"]', dtype: "i32" },
  { code: 'concat([f32(["n", 3])], 0)', shape: '["n", 3]' },
  { setup: "const parts = [f32([2, 3]), f32([2, 3])];", code: "concat(parts, 1)", shape: "[2, number]", run: "[2, 6]" },
  {
    code: "concat([f32([32, 4]), f32([16, 5])], 0)",
    error: "concat: sizes 4 and 5 differ outside axis 0",
    at: "f32([16, 5])",
  },
  {
    code: 'concat([f32(["n", 4]), f32(["n", 4]), f32(["m", 4])], 1)',
    error: "concat: sizes n and m differ outside axis 1",
    at: 'f32(["m", 4])',
  },
  { code: "concat([f32([2, 3]), f32([3])], 0)", error: "concat: shapes [2, 3] and [3] differ", at: "f32([3])" },
  {
    code: "concat([f32([2, 3]), f32([2, 3])], 5)",
    error: "concat: axis 5 is out of range for shape [2, 3]",
    at: "5",
  },
  { code: "concat([f32([2]), f64([2])], 0)", error: "concat: f32 and f64 differ; cast one of them", at: "f64([2])" },
  { code: "concat([], 0)", error: "concat: needs at least one tensor", at: "[]" },

  // stack
  { code: "stack([f32([32, 784]), f32([32, 784]), f32([32, 784])])", shape: "[3, 32, 784]" },
  { code: 'stack([f32(["n", 3]), f32(["n", 3])], 1)', shape: '["n", 2, 3]' },
  { code: 'stack([f64(["n"]), f64(["n"])], -1)', shape: '["n", 2]', dtype: "f64" },
  { setup: "const parts = [f32([3]), f32([3])];", code: "stack(parts)", shape: "[number, 3]", run: "[2, 3]" },
  {
    code: "stack([f32([2, 3]), f32([2, 3]), f32([3, 2])])",
    error: "stack: shapes [2, 3] and [3, 2] differ",
    at: "f32([3, 2])",
  },
  { code: "stack([f32([2]), f32([2])], 2)", error: "stack: axis 2 is out of range for shape [2]", at: "2" },
  { code: "stack([f32([2]), i32([2])])", error: "stack: f32 and i32 differ; cast one of them", at: "i32([2])" },

  // slice
  { code: "slice(f32([32, 784]), 1, 100, 300)", shape: "[32, 200]" },
  { code: "slice(f32([32, 784]), -1, 100)", shape: "[32, 684]" },
  { code: "slice(f32([32, 784]), 0, -2)", shape: "[2, 784]" },
  { code: "slice(f32([32]), 0, 1, -1)", shape: "[30]" },
  { code: "slice(f32([32]), 0, 5, 5)", shape: "[0]" },
  { code: 'slice(f32(["n", 3]), 0, 2, 5)', shape: "[3, 3]" },
  { code: 'slice(f32(["n", 3]), 0, -3)', shape: "[3, 3]" },
  { code: 'slice(f32(["n", 3]), 0, -3, -1)', shape: "[2, 3]" },
  { code: 'slice(f32(["n", 3]), 0, 0)', shape: '["n", 3]' },
  { code: 'slice(f32(["n", 3]), 0, 1)', shape: '["n-1", 3]' },
  { code: 'slice(f32(["n"]), 0, 1, -1)', shape: '["n-2"]' },
  { setup: "let start = 3 as number;", code: "slice(f32([10, 2]), 0, start)", shape: "[number, 2]", run: "[7, 2]" },
  {
    code: "slice(f32([32, 784]), 1, 100, 900)",
    error: "slice: [100, 900) is not within axis 1 of size 784",
    at: "900",
  },
  {
    code: "slice(f32([32, 784]), 1, 900)",
    error: "slice: [900, 784) is not within axis 1 of size 784",
    at: "900",
  },
  { code: "slice(f32([8]), 0, -9, 3)", error: "slice: [-9, 3) is not within axis 0 of size 8", at: "-9" },
  { code: "slice(f32([8]), 0, 5, 3)", error: "slice: [5, 3) is not within axis 0 of size 8", at: "3" },
  { code: 'slice(f32(["n"]), 0, 5, 3)', error: "slice: [5, 3) is not within axis 0 of size n", at: "3" },
  { code: "slice(f32([8]), 1, 0, 3)", error: "slice: axis 1 is out of range for shape [8]", at: "1" },

  // indices
  { code: 'gather(f32([50257, 768]), i32(["batch", 128]))', shape: '["batch", 128, 768]' },
  { code: "gather(f64([10]), i32([]))", shape: "[]", dtype: "f64" },
  { code: 'scatterAdd(f32(["v", 8]), i32(["n"]), f32(["n", 8]))', shape: '["v", 8]' },
  { code: 'oneHot(i32(["batch"]), 10)', shape: '["batch", 10]' },
  { code: 'oneHot(i32([4]), "classes", "f64")', shape: '[4, "classes"]', dtype: "f64" },
  { code: "gather(f32([]), i32([3]))", error: "gather: the table [] must have rank 1 or more", at: "f32([])" },
  {
    code: "gather(f32([10, 4]), f32([3]))",
    error: "gather: the indices must be i32, not f32; cast first",
    at: "f32([3])",
  },
  {
    code: "scatterAdd(f32([10, 8]), i32([4]), f32([4, 9]))",
    error: "scatterAdd: updates are [4, 9] but base [10, 8] at indices [4] takes [4, 8]",
    at: "f32([4, 9])",
  },
  {
    code: "scatterAdd(f32([10, 8]), i32([4]), f64([4, 8]))",
    error: "scatterAdd: f32 and f64 differ; cast one of them",
    at: "f64([4, 8])",
  },
  { code: "oneHot(f32([4]), 10)", error: "oneHot: the indices must be i32, not f32; cast first", at: "f32([4])" },
];
