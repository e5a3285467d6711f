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

  // along an axis
  { code: "takeAlongAxis(f32([2, 3]), i32([2, 5]))", shape: "[2, 5]" },
  { code: "takeAlongAxis(f64([4, 3]), i32([7, 2]), 0)", shape: "[7, 2]", dtype: "f64" },
  { code: 'takeAlongAxis(bool(["n", 3]), i32(["n", 1]), -1)', shape: '["n", 1]', dtype: "bool" },
  { setup: "const x = f32([4, 3]) as Tensor<Shape>;", code: "takeAlongAxis(x, i32([4, 1]))", shape: "[4, 1]" },
  {
    code: "takeAlongAxis(f32([2, 3]), i32([3, 3]))",
    error:
      "takeAlongAxis: indices [3, 3] do not fit [2, 3]: they need its rank, and may be smaller outside axis -1, not larger",
    at: "i32([3, 3])",
  },
  {
    code: 'takeAlongAxis(f32(["n", 3]), i32([2, 3]))',
    error:
      "takeAlongAxis: indices [2, 3] do not fit [n, 3]: they need its rank, and may be smaller outside axis -1, not larger",
    at: "i32([2, 3])",
  },
  {
    code: "takeAlongAxis(f32([2, 3]), i32([3]), 1)",
    error:
      "takeAlongAxis: indices [3] do not fit [2, 3]: they need its rank, and may be smaller outside axis 1, not larger",
    at: "i32([3])",
  },
  {
    code: "takeAlongAxis(f32([2, 3]), i32([2, 3]), 2)",
    error: "takeAlongAxis: axis 2 is out of range for shape [2, 3]",
    at: "2",
  },
  {
    code: "takeAlongAxis(f32([2]), f32([2]))",
    error: "takeAlongAxis: the indices must be i32, not f32; cast first",
    at: "f32([2])",
  },
  { code: "putAlongAxis(f32([2, 3]), i32([2, 1]), f32([2, 1]))", shape: "[2, 3]" },
  { code: 'addAlongAxis(i32([4, "n"]), i32([9, "n"]), i32([9, "n"]), 0)', shape: '[4, "n"]', dtype: "i32" },
  {
    code: "addAlongAxis(f32([2, 3]), i32([2, 1]), f32([2, 2]))",
    error: "addAlongAxis: what is put there is [2, 2], but the indices are [2, 1]",
    at: "f32([2, 2])",
  },
  {
    code: "putAlongAxis(f32([3]), i32([1]), f64([1]))",
    error: "putAlongAxis: f32 and f64 differ; cast one of them",
    at: "f64([1])",
  },
  {
    code: "putAlongAxis(bool([3]), i32([1]), bool([1]))",
    error: "putAlongAxis: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([3])",
  },
  // slices
  { code: 'take(f32([2, "n", 5]), i32([4, 3]), 1)', shape: "[2, 4, 3, 5]" },
  { code: "take(i32([2, 3]), i32([]), -1)", shape: "[2]", dtype: "i32" },
  { code: 'take(f32([2, 3]), i32(["k"]), 0)', shape: '["k", 3]' },
  { code: "take(f32([2, 3]), i32([4]), 2)", error: "take: axis 2 is out of range for shape [2, 3]", at: "2" },
  {
    code: "take(f32([2, 3]), f32([4]), 0)",
    error: "take: the indices must be i32, not f32; cast first",
    at: "f32([4])",
  },
  // slices at computed places
  { code: "dynamicSlice(f64([5, 8]), [i32([]), 2], [1, 8])", shape: "[1, 8]", dtype: "f64" },
  { code: 'dynamicSlice(bool(["n", 8]), [-1, 0], ["m", 2])', shape: '["m", 2]', dtype: "bool" },
  { code: "dynamicSlice(f32([]), [], [])", shape: "[]" },
  { setup: "const x = f32([4, 3]) as Tensor<Shape>;", code: "dynamicSlice(x, [0, 1], [2, 2])", shape: "[2, 2]" },
  {
    code: "dynamicSlice(f32([5, 8]), [0], [1, 8])",
    error: "dynamicSlice: starts has 1 entries, but [5, 8] has rank 2",
    at: "[0]",
  },
  {
    code: "dynamicSlice(f32([5, 8]), [f32([]), 0], [1, 8])",
    error: "dynamicSlice: a start must be i32, not f32; cast first",
    at: "[f32([]), 0]",
  },
  {
    code: "dynamicSlice(f32([5]), [i32([1])], [2])",
    error: "dynamicSlice: a start must have shape [], not [1]",
    at: "[i32([1])]",
  },
  {
    code: "dynamicSlice(f32([5]), [0.5], [2])",
    error: "dynamicSlice: a start must be a whole number, got 0.5",
    at: "[0.5]",
  },
  {
    code: 'dynamicSlice(f32(["n", 8]), [0, 0], [9, 9])',
    error: "dynamicSlice: 9 elements do not lie within axis 1 of size 8",
    at: "[9, 9]",
  },
  {
    code: "dynamicSlice(f32([5]), [0], [-1])",
    error: "dynamicSlice: -1 elements do not lie within axis 0 of size 5",
    at: "[-1]",
  },
  {
    code: "dynamicSlice(f32([5]), [0], [1, 1])",
    error: "dynamicSlice: sizes has 2 entries, but [5] has rank 1",
    at: "[1, 1]",
  },
  { code: 'dynamicUpdateSlice(f64(["n", 8]), f64([1, 8]), [i32([]), 0])', shape: '["n", 8]', dtype: "f64" },
  { code: "dynamicUpdateSlice(i32([5]), i32([2]), [1])", shape: "[5]", dtype: "i32" },
  {
    code: "dynamicUpdateSlice(f32([5]), f64([2]), [0])",
    error: "dynamicUpdateSlice: f32 and f64 differ; cast one of them",
    at: "f64([2])",
  },
  {
    code: "dynamicUpdateSlice(f32([5, 8]), f32([8]), [0, 0])",
    error: "dynamicUpdateSlice: the update [8] must have rank 2",
    at: "f32([8])",
  },
  {
    code: "dynamicUpdateSlice(f32([5, 8]), f32([1, 9]), [0, 0])",
    error: "dynamicUpdateSlice: 9 elements do not lie within axis 1 of size 8",
    at: "f32([1, 9])",
  },
  {
    code: "dynamicUpdateSlice(f32([5]), f32([2]), [0, 0])",
    error: "dynamicUpdateSlice: starts has 2 entries, but [5] has rank 1",
    at: "[0, 0]",
  },
  // coordinates
  { code: 'gatherND(f32([2, 3, 4]), i32(["n", 2]))', shape: '["n", 4]' },
  { code: "gatherND(f64([2, 3]), i32([5, 6, 2]))", shape: "[5, 6]", dtype: "f64" },
  { code: 'gatherND(f32(["m", 3]), i32([1]))', shape: "[3]" },
  {
    code: "gatherND(f32([2]), i32([5, 2]))",
    error: "gatherND: the last size of indices [5, 2] must be literal and at most the rank of [2]",
    at: "i32([5, 2])",
  },
  {
    code: 'gatherND(f32([2, 3]), i32([5, "k"]))',
    error: "gatherND: the last size of indices [5, k] must be literal and at most the rank of [2, 3]",
    at: 'i32([5, "k"])',
  },
  { code: "scatterND(f32([2, 3]), i32([4, 1]), f32([4, 3]), { add: true })", shape: "[2, 3]" },
  {
    code: "scatterND(f32([2, 3]), i32([4, 1]), f32([4]))",
    error: "scatterND: updates are [4] but base [2, 3] at indices [4, 1] takes [4, 3]",
    at: "f32([4])",
  },
  // one-hot
  { code: 'oneHot(i32(["n"]), 5)', shape: '["n", 5]' },
  { code: 'oneHot(i32([2, 3]), 5, "f64", { axis: 1, on: 2, off: -1 })', shape: "[2, 5, 3]", dtype: "f64" },
  { code: 'oneHot(i32([2, 3]), "k", "i32", { axis: 0 })', shape: '["k", 2, 3]', dtype: "i32" },

  // running reductions and order
  { code: 'cumsum(f32(["n", 3]), 0, { reverse: true })', shape: '["n", 3]' },
  { code: "cumprod(i32([2, 3]))", shape: "[2, 3]", dtype: "i32" },
  { code: "cummax(f64([5]), -1, { exclusive: true })", shape: "[5]", dtype: "f64" },
  { code: "cumsum(f32([2, 3]), 2)", error: "cumsum: axis 2 is out of range for shape [2, 3]", at: "2" },
  { code: "cumprod(f32([]))", error: "cumprod: the operand [] must have rank 1 or more", at: "f32([])" },
  {
    code: "cummin(bool([3]))",
    error: "cummin: the operand must be f32, f64 or i32, not bool; cast first",
    at: "bool([3])",
  },
  { code: 'sort(f32(["n", 3]), 0, { descending: true })', shape: '["n", 3]' },
  { code: 'argsort(f64(["n", 3]))', shape: '["n", 3]', dtype: "i32" },
  { code: "sort(f32([2, 3]), -3)", error: "sort: axis -3 is out of range for shape [2, 3]", at: "-3" },
  { code: "argsort(f32([]))", error: "argsort: the operand [] must have rank 1 or more", at: "f32([])" },
  { code: "topK(f64([4, 9]), 2).values", shape: "[4, 2]", dtype: "f64" },
  { code: 'topK(f32(["n", 9]), 3, 0, { largest: false }).indices', shape: "[3, 9]", dtype: "i32" },
  {
    code: "topK(f32([4, 9]), 5, 0)",
    error: "topK: 5 of the elements along axis 0 of size 4 are asked for",
    at: "5",
  },
  { code: "topK(f32([4]), 2, 1)", error: "topK: axis 1 is out of range for shape [4]", at: "1" },
  { code: 'median(f32(["n", 3]), 0)', shape: "[3]" },
  { code: "quantile(f64([4, 3]), 0.9, [0, 1], { keepDims: true })", shape: "[1, 1]", dtype: "f64" },
  { code: "median(f32([2, 3]), 2)", error: "median: axis 2 is out of range for shape [2, 3]", at: "2" },
];
