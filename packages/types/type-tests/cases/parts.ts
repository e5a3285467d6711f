/** Uses of slices with steps, split, chunk, flip, roll, tile, repeat, expand, pad, and of diagonals and triangles. */
import type { Use } from "../harness.js";

export const parts: readonly Use[] = [
  // slice with steps
  { code: "slice(f32([10, 2]), 0, 0, 10, 3)", shape: "[4, 2]" },
  { code: "slice(f32([10]), 0, 1, 9, 4)", shape: "[2]" },
  { code: "slice(f32([10]), 0, -1, undefined, -1)", shape: "[10]" },
  { code: "slice(f32([10]), 0, 8, 2, -3)", shape: "[2]" },
  { code: 'slice(f32(["n", 3]), 0, -1, undefined, -1)', shape: '["n", 3]' },
  { code: 'slice(f32(["n", 3]), 0, -1, -4, -2)', shape: "[2, 3]" },
  { code: 'slice(f32(["n"]), 0, 1, 8, 2)', shape: "[4]" },
  {
    code: 'slice(f32(["n", 3]), 0, 0, undefined, 2)',
    error:
      "slice: the number of every 2 elements of n is rounded, which no name says; declare the axis as a multiple, such as 2*n",
    at: "2",
  },
  { code: "slice(f32([10]), 0, 0, 10, 0)", error: "slice: step 0 must be a whole number other than 0", at: "0" },
  { code: "slice(f32([10]), 0, 10, 2, -1)", error: "slice: [10, 2) is not within axis 0 of size 10", at: "10" },
  { code: "slice(f32([10]), 0, 2, 5, -1)", error: "slice: [2, 5) is not within axis 0 of size 10", at: "5" },

  // sliceBox
  { code: "sliceBox(f32([20, 10, 5]), [0, 2, -1], [3, 10, undefined], [1, 2, -1])", shape: "[3, 4, 5]" },
  { code: 'sliceBox(f32(["n", 4]), [0, 1], [undefined, 3])', shape: '["n", 2]' },
  {
    code: "sliceBox(f32([4, 4]), [0], [4, 4])",
    error: "sliceBox: the start has 1 entries, but [4, 4] has rank 2",
    at: "[0]",
  },
  {
    code: "sliceBox(f32([4, 4]), [0, 0], [4, 5])",
    error: "sliceBox: [0, 5) is not within axis 1 of size 4",
    at: "[4, 5]",
  },

  // split and chunk
  { code: "split(f32([5, 2]), [2, 3])[1]", shape: "[3, 2]" },
  { code: 'split(f32(["n", 6]), [1, 2, 3], -1)[2]', shape: '["n", 3]' },
  { code: 'chunk(f32(["n", 6]), 3, 1)[2]', shape: '["n", 2]' },
  { code: 'chunk(f32(["n", 6]), 1)[0]', shape: '["n", 6]' },
  {
    code: "split(f32([5, 2]), [2, 2])[1]",
    error: "split: sizes [2, 2] do not add up to axis 0 of size 5",
    at: "[2, 2]",
  },
  {
    code: 'split(f32(["n", 2]), [2, 2])[1]',
    error: "split: sizes [2, 2] do not add up to axis 0 of size n",
    at: "[2, 2]",
  },
  { code: "chunk(f32([5, 2]), 2)[1]", error: "chunk: axis 0 of size 5 is not 2 equal parts", at: "2" },
  { code: "chunk(f32([5, 2]), 2, 3)[1]", error: "chunk: axis 3 is out of range for shape [5, 2]", at: "3" },

  // flip and roll
  { code: 'flip(f32(["n", 3]))', shape: '["n", 3]' },
  { code: "flip(i32([2, 3]), [0, -1])", shape: "[2, 3]", dtype: "i32" },
  { code: "flip(f32([2, 3]), 2)", error: "flip: axis 2 is out of range for shape [2, 3]", at: "2" },
  { code: "flip(f32([2, 3]), [0, -2])", error: "flip: axis -2 is given twice", at: "[0, -2]" },
  { code: 'roll(f32(["n", 3]), 1, -1)', shape: '["n", 3]' },
  { code: "roll(f32([4, 3]), [1, -5], [0, 1])", shape: "[4, 3]" },
  { code: "roll(f32([4, 3]), 1, 2)", error: "roll: axis 2 is out of range for shape [4, 3]", at: "2" },

  // tile, repeat and expand
  { code: "tile(f32([2, 3]), [2, 4])", shape: "[4, 12]" },
  { code: 'tile(f32(["n", 3]), [1, 2])', shape: '["n", 6]' },
  { code: 'tile(f32(["n", 3]), [2, 1])', shape: '["2*n", 3]' },
  { code: "repeat(f32([2, 3]), 4, -1)", shape: "[2, 12]" },
  { code: 'expand(f32([1, 3]), ["n", 4, -1])', shape: '["n", 4, 3]' },
  { code: 'expand(f32(["n", 1]), [-1, 7])', shape: '["n", 7]' },
  {
    code: "tile(f32([2, 3]), [2])",
    error: "tile: the list of repetitions has 1 entries, but [2, 3] has rank 2",
    at: "[2]",
  },
  {
    code: "repeat(f32([2, 3]), -1, 0)",
    error: "repeat: a number of repetitions must be a whole number, 0 or more, not -1",
    at: "-1",
  },
  { code: "repeat(f32([2, 3]), 2, 2)", error: "repeat: axis 2 is out of range for shape [2, 3]", at: "2" },
  { code: "expand(f32([2, 3]), [3, 3])", error: "expand: [2, 3] does not broadcast to [3, 3]", at: "[3, 3]" },

  // pad
  { code: "pad(f32([32, 784]), [0, [2, 3]])", shape: "[32, 789]" },
  { code: 'pad(f32(["n", 3]), [0, 2], { value: -Infinity })', shape: '["n", 7]' },
  { code: 'pad(f32(["n", 3]), [1, 0])', shape: '["n+2", 3]' },
  { code: 'pad(f32(["n", 3]), [0, [2, 1]], { mode: "reflect" })', shape: '["n", 6]' },
  { code: 'pad(f32([1]), [4], { mode: "edge" })', shape: "[9]" },
  { code: "pad(f32([3]), [1, 1])", error: "pad: the padding has 2 entries, but [3] has rank 1", at: "[1, 1]" },
  {
    code: "pad(f32([3]), [[2, -1]])",
    error: "pad: cannot pad by 2 before and -1 after; both must be 0 or more",
    at: "[[2, -1]]",
  },
  {
    code: 'pad(f32([3, 3]), [0, [0, 3]], { mode: "reflect" })',
    error: "pad: mode 'reflect' cannot pad axis 1 of size 3 by 0 before and 3 after",
    at: "[0, [0, 3]]",
  },

  // diagonals and triangles
  { code: "diagonal(f32([3, 4]))", shape: "[3]" },
  { code: "diagonal(f32([3, 4]), 2)", shape: "[2]" },
  { code: "diagonal(f32([3, 4]), -1)", shape: "[2]" },
  { code: 'diagonal(f32(["b", "n", "n"]))', shape: '["b", "n"]' },
  { code: "diagonal(f32([3, 4]), 5)", error: "diagonal: [3, 4] has no diagonal 5", at: "5" },
  { code: "diagonal(f32([3]))", error: "diagonal: the operand [3] must have rank 2 or more", at: "f32([3])" },
  { code: 'diag(f32(["n"]))', shape: '["n", "n"]' },
  { code: "diag(f32([2, 3]), -2)", shape: "[2, 5, 5]" },
  { code: "diag(f32([]))", error: "diag: the operand [] must have rank 1 or more", at: "f32([])" },
  { code: 'tril(f32(["n", 3]), 1)', shape: '["n", 3]' },
  { code: "triu(f32([3]))", error: "triu: the operand [3] must have rank 2 or more", at: "f32([3])" },
];
