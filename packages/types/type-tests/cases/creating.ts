/** Uses of zeros, ones, full, zerosLike, onesLike, eye, arange and linspace. */
import type { Use } from "../harness.js";

export const creating: readonly Use[] = [
  { code: "zeros([2, 3])", shape: "[2, 3]" },
  { code: 'ones(["n", 3], "f64")', shape: '["n", 3]', dtype: "f64" },
  { code: 'full([], 3, "i32")', shape: "[]", dtype: "i32" },
  { code: 'zerosLike(f64(["n"]))', shape: '["n"]', dtype: "f64" },
  { code: "onesLike(i32([2]))", shape: "[2]", dtype: "i32" },
  { code: "zeros([2, -3])", error: "zeros: [2, -3] is no shape: sizes are whole numbers, 0 or more", at: "[2, -3]" },
  { code: "full([1.5], 3)", error: "full: [1.5] is no shape: sizes are whole numbers, 0 or more", at: "[1.5]" },
  { code: "eye(3)", shape: "[3, 3]" },
  { code: 'eye("n", "f64")', shape: '["n", "n"]', dtype: "f64" },
  { code: 'eye([3, 4], "i32", 1)', shape: "[3, 4]", dtype: "i32" },
  { code: "eye(-1)", error: "eye: [-1, -1] is no shape: sizes are whole numbers, 0 or more", at: "-1" },
  { code: "arange(5)", shape: "[5]", dtype: "i32" },
  { code: 'arange("n", undefined, 1, "f32")', shape: '["n"]' },
  { code: "arange(2, 10, 3)", shape: "[3]", dtype: "i32" },
  { code: "arange(3, -4, -2)", shape: "[4]", dtype: "i32" },
  { code: "arange(3, 1)", shape: "[0]", dtype: "i32" },
  { code: 'arange(0, 1, 0.25, "f64")', shape: "[number]", dtype: "f64", run: "[4]" },
  {
    code: "arange(0, 1, 0.25)",
    error: "arange: 0.25 is not a whole number; give a dtype of floats",
    at: "0.25",
  },
  { code: "arange(0, 5, 0)", error: "arange: step 0 must be a whole number other than 0", at: "0" },
  { code: "linspace(0, 1, 5)", shape: "[5]" },
  { code: 'linspace(-1, 1, "n", "f64")', shape: '["n"]', dtype: "f64" },
];
