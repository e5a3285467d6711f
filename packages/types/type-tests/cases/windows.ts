/** Uses of convolutions, transposed convolutions, pools and blocks of pixels. */
import type { Use } from "../harness.js";

export const windows: readonly Use[] = [
  // conv1d
  { code: 'conv1d(f32(["n", 3, 28]), f32([8, 3, 5]))', shape: '["n", 8, 24]' },
  { code: 'conv1d(f32([2, 3, "l"]), f32([8, 3, 5]), { padding: 2 })', shape: '[2, 8, "l"]' },
  { code: 'conv1d(f32([2, 3, "l"]), f32([8, 3, 5]), { padding: "same" })', shape: '[2, 8, "l"]' },
  { code: 'maxPool2d(f32(["n", "c", "2*h", "2*w"]), 2)', shape: '["n", "c", "h", "w"]' },
  { code: 'conv1d(f32(["n", 3, "2*l+1"]), f32([8, 3, 3]), { stride: 2 })', shape: '["n", 8, "l"]' },
  { code: 'conv1d(f32(["n", 3, "2*l"]), f32([8, 3, 3]), { stride: 2, padding: "same" })', shape: '["n", 8, "l"]' },
  { code: 'spaceToDepth(f32(["n", "c", "2*h", 4]), 2)', shape: '["n", "4*c", "h", 2]' },
  { code: 'conv1d(f32([2, 3, "l"]), f32([8, 3, 5]))', shape: '[2, 8, "l-4"]' },
  { code: "conv1d(f64([2, 4, 9]), f64([6, 2, 3]), { groups: 2, stride: 2 })", shape: "[2, 6, 4]", dtype: "f64" },
  { code: "conv1d(f32([2, 3, 9]), f32([8, 3, 3]), { dilation: 2, padding: [[1, 0]] })", shape: "[2, 8, 6]" },
  {
    code: "conv1d(f32([3, 9]), f32([8, 3, 3]))",
    error: "conv1d: the operand [3, 9] must have rank 3",
    at: "f32([3, 9])",
  },
  {
    code: "conv1d(f32([1, 3, 9]), f32([8, 3, 3, 1]))",
    error: "conv1d: the kernel [8, 3, 3, 1] must have rank 3",
    at: "f32([8, 3, 3, 1])",
  },
  {
    code: "conv1d(f32([1, 3, 9]), f64([8, 3, 3]))",
    error: "conv1d: f32 and f64 differ; cast one of them",
    at: "f64([8, 3, 3])",
  },
  {
    code: 'conv1d(f32([1, 3, "l"]), f32([8, 3, 3]), { stride: 2 })',
    error:
      "conv1d: the number of every 2 elements of l is rounded, which no name says; declare the axis as a multiple, such as 2*n",
    at: "f32([8, 3, 3])",
  },

  // conv2d
  { code: 'conv2d(f32(["n", 1, 28, 28]), f32([16, 1, 5, 5]))', shape: '["n", 16, 24, 24]' },
  {
    code: "conv2d(f32([8, 3, 32, 31]), f32([16, 3, 3, 3]), { stride: 2, padding: 1, bias: f32([16]) })",
    shape: "[8, 16, 16, 16]",
  },
  {
    code: "conv2d(f32([8, 3, 32, 31]), f32([16, 3, 3, 5]), { stride: [2, 3], padding: [[0, 1], 2] })",
    shape: "[8, 16, 16, 11]",
  },
  { code: 'conv2d(f32([8, 3, 32, 31]), f32([16, 3, 3, 3]), { stride: 2, padding: "same" })', shape: "[8, 16, 16, 16]" },
  { code: 'conv2d(f32(["n", "c", 8, 8]), f32([4, "c", 3, 3]))', shape: '["n", 4, 6, 6]' },
  {
    code: "conv2d(f32([8, 3, 32, 32]), f32([16, 1, 3, 3]))",
    error: "conv2d: 3 channels in 1 groups do not meet a kernel of 1 channels",
    at: "f32([16, 1, 3, 3])",
  },
  {
    code: "conv2d(f32([8, 4, 5, 5]), f32([6, 1, 3, 3]), { groups: 4 })",
    error: "conv2d: 6 kernels are not 4 equal groups",
    at: "f32([6, 1, 3, 3])",
  },
  {
    code: "conv2d(f32([8, 3, 5, 4]), f32([6, 3, 5, 5]), { dilation: [1, 2], padding: [0, 1] })",
    error: "conv2d: a window of 9 does not fit into axis 3 of size 4 with 2 more of padding",
    at: "f32([6, 3, 5, 5])",
  },
  {
    code: "conv2d(f32([8, 3, 5, 5]), f32([6, 3, 3, 3]), { bias: f32([3]) })",
    error: "conv2d: the bias [3] must have shape [6]",
    at: "bias",
  },
  {
    code: "conv2d(f32([8, 3, 5, 5]), f32([6, 3, 3, 3]), { stride: 0 })",
    error: "conv2d: stride must be a whole number, 1 or more, not 0",
    at: "stride",
  },

  // transposed
  { code: 'convTranspose1d(f32(["n", 3, 7]), f32([3, 8, 4]), { stride: 2, padding: 1 })', shape: '["n", 8, 14]' },
  {
    code: "convTranspose2d(f32([8, 16, 7, 7]), f32([16, 4, 3, 3]), { stride: 2, padding: 1, outputPadding: 1 })",
    shape: "[8, 4, 14, 14]",
  },
  {
    code: "convTranspose2d(f32([8, 4, 5, 5]), f32([4, 3, 3, 3]), { groups: 2, bias: f32([6]) })",
    shape: "[8, 6, 7, 7]",
  },
  {
    code: 'convTranspose1d(f32([1, 2, "l"]), f32([2, 2, 2]), { stride: 2 })',
    shape: '[1, 2, "2*l"]',
  },
  {
    code: "convTranspose1d(f32([1, 2, 3]), f32([3, 2, 2]))",
    error: "convTranspose1d: 2 channels in 1 groups do not meet a kernel of 3 channels",
    at: "f32([3, 2, 2])",
  },
  {
    code: "convTranspose1d(f32([1, 2, 3]), f32([2, 2, 2]), { padding: 4 })",
    error: "convTranspose1d: padding takes more from axis 2 than there is",
    at: "f32([2, 2, 2])",
  },

  // pools
  { code: 'maxPool2d(f32(["n", 16, 28, 27]), 2)', shape: '["n", 16, 14, 13]' },
  { code: 'maxPool2d(f32(["n", 16, 28, 27]), 2, { ceil: true })', shape: '["n", 16, 14, 14]' },
  { code: "maxPool1d(f64([2, 3, 10]), 3, { stride: 2, padding: 1 })", shape: "[2, 3, 5]", dtype: "f64" },
  { code: "avgPool2d(f32([2, 3, 10, 9]), [3, 2], { stride: 1, countIncludePad: false })", shape: "[2, 3, 8, 8]" },
  { code: 'avgPool1d(f32([2, 3, "l"]), 3, { stride: 1, padding: 1 })', shape: '[2, 3, "l"]' },
  { code: 'adaptiveAvgPool2d(f32(["n", 16, 28, 27]), [7, 5])', shape: '["n", 16, 7, 5]' },
  { code: 'adaptiveMaxPool2d(f32(["n", 16, "h", "w"]), 1)', shape: '["n", 16, 1, 1]' },
  {
    code: "maxPool2d(f32([16, 28, 28]), 2)",
    error: "maxPool2d: the operand [16, 28, 28] must have rank 4",
    at: "f32([16, 28, 28])",
  },
  {
    code: "maxPool1d(i32([1, 1, 4]), 2)",
    error: "maxPool1d: the operand must be f32 or f64, not i32; cast first",
    at: "i32([1, 1, 4])",
  },
  {
    code: "avgPool2d(f32([1, 1, 4, 4]), [2, 5])",
    error: "avgPool2d: a window of 5 does not fit into axis 3 of size 4 with 0 more of padding",
    at: "[2, 5]",
  },
  {
    code: "maxPool2d(f32([1, 1, 4, 4]), 0)",
    error: "maxPool2d: the kernel must be a whole number, 1 or more, not 0",
    at: "0",
  },

  // blocks of pixels
  { code: 'depthToSpace(f32(["n", 12, 5, "w"]), 2)', shape: '["n", 3, 10, "2*w"]' },
  { code: "spaceToDepth(f32([1, 3, 4, 6]), 2)", shape: "[1, 12, 2, 3]" },
  { code: "depthToSpace(f32([1, 6, 2, 2]), 2)", error: "depthToSpace: axis 1 of size 6 is not 4 equal parts", at: "2" },
  { code: "spaceToDepth(f32([1, 3, 4, 5]), 2)", error: "spaceToDepth: axis 3 of size 5 is not 2 equal parts", at: "2" },
];
