/** Convolutions. Samples are sums of whole numbers, from the definition term by term. */
import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";
import { counting } from "./counting.js";

export const convolutions: readonly Composition[] = [
  composition({
    name: "conv1d",
    title: "plain",
    inputs: { x: { shape: [1, 2, 5] }, w: { shape: [2, 2, 3] } },
    body: ({ x, w }) => conv1d(x, w),
    samples: [{ in: { x: counting([1, 2, 5], 1), w: counting([2, 2, 3], -2) }, out: [40, 43, 46, 202, 241, 280] }],
  }),
  composition({
    name: "conv1d",
    title: "stride, padding, dilation, bias",
    inputs: { x: { shape: [2, 1, 6] }, w: { shape: [2, 1, 2] }, b: { shape: [2] } },
    body: ({ x, w, b }) => conv1d(x, w, { stride: 2, padding: [[1, 2]], dilation: 3, bias: b }),
    samples: [
      {
        in: { x: counting([2, 1, 6], 1), w: counting([2, 1, 2], -2), b: [10, 20] },
        out: [7, 1, 2, 23, 25, 20, 1, -17, -10, 29, 31, 20],
      },
    ],
  }),
  composition({
    name: "conv1d",
    title: "same",
    inputs: { x: { shape: [1, 1, 5] }, w: { shape: [1, 1, 2] } },
    body: ({ x, w }) => conv1d(x, w, { padding: "same" }),
    samples: [{ in: { x: counting([1, 1, 5], 1), w: counting([1, 1, 2], -2) }, out: [-4, -7, -10, -13, -10] }],
  }),
  composition({
    name: "conv1d",
    title: "groups",
    inputs: { x: { shape: [1, 4, 3] }, w: { shape: [2, 2, 2] } },
    body: ({ x, w }) => conv1d(x, w, { groups: 2 }),
    samples: [{ in: { x: counting([1, 4, 3], 1), w: counting([2, 2, 2], -2) }, out: [1, -1, 133, 147] }],
  }),
  composition({
    name: "conv2d",
    title: "plain",
    inputs: { x: { shape: [1, 1, 3, 3] }, w: { shape: [2, 1, 2, 2] } },
    body: ({ x, w }) => conv2d(x, w),
    samples: [
      { in: { x: counting([1, 1, 3, 3], 1), w: counting([2, 1, 2, 2], -2) }, out: [1, -1, -5, -7, 49, 63, 91, 105] },
    ],
  }),
  composition({
    name: "conv2d",
    title: "stride and padding",
    inputs: { x: { shape: [1, 2, 4, 3] }, w: { shape: [1, 2, 3, 2] }, b: { shape: [1] } },
    body: ({ x, w, b }) => conv2d(x, w, { stride: [2, 1], padding: 1, bias: b }),
    samples: [
      {
        in: { x: counting([1, 2, 4, 3], 1), w: counting([1, 2, 3, 2], -2), b: [10] },
        out: [258, 492, 528, 256, 454, 844, 886, 412],
      },
    ],
  }),
  composition({
    name: "conv2d",
    title: "dilation and groups",
    inputs: { x: { shape: [1, 2, 3, 4] }, w: { shape: [2, 1, 2, 2] } },
    body: ({ x, w }) =>
      conv2d(x, w, {
        dilation: [1, 2],
        padding: [
          [0, 1],
          [2, 0],
        ],
        groups: 2,
      }),
    samples: [
      {
        in: { x: counting([1, 2, 3, 4], 1), w: counting([2, 1, 2, 2], -2) },
        out: [4, 4, 2, 0, 4, 4, -6, -8, -9, -10, -29, -32, 124, 132, 234, 248, 156, 164, 290, 304, 63, 66, 111, 116],
      },
    ],
  }),
  composition({
    name: "conv2d",
    title: "same with a stride",
    inputs: { x: { shape: [1, 1, 5, 4] }, w: { shape: [1, 1, 3, 3] } },
    body: ({ x, w }) => conv2d(x, w, { stride: 2, padding: "same" }),
    samples: [
      { in: { x: counting([1, 1, 5, 4], 1), w: counting([1, 1, 3, 3], -2) }, out: [106, 79, 258, 153, 70, 13] },
    ],
  }),
  composition({
    name: "conv3d",
    inputs: { x: { shape: [1, 1, 2, 2, 3] }, w: { shape: [1, 1, 1, 2, 2] } },
    body: ({ x, w }) => conv3d(x, w),
    samples: [{ in: { x: counting([1, 1, 2, 2, 3], 1), w: counting([1, 1, 1, 2, 2], -2) }, out: [1, -1, -11, -13] }],
  }),
  composition({
    name: "convTranspose1d",
    title: "plain",
    inputs: { x: { shape: [1, 2, 3] }, w: { shape: [2, 1, 2] } },
    body: ({ x, w }) => convTranspose1d(x, w),
    samples: [{ in: { x: counting([1, 2, 3], 1), w: counting([2, 1, 2], -2) }, out: [-2, -1, -3, 3] }],
  }),
  composition({
    name: "convTranspose1d",
    title: "stride, padding, outputPadding, bias",
    inputs: { x: { shape: [1, 1, 3] }, w: { shape: [1, 2, 3] }, b: { shape: [2] } },
    body: ({ x, w, b }) => convTranspose1d(x, w, { stride: 2, padding: 1, outputPadding: 1, bias: b }),
    samples: [
      {
        in: { x: counting([1, 1, 3], 1), w: counting([1, 2, 3], -2), b: [10, 20] },
        out: [9, 6, 8, 4, 7, 10, 22, 25, 24, 29, 26, 29],
      },
    ],
  }),
  composition({
    name: "convTranspose1d",
    title: "stride and dilation",
    inputs: { x: { shape: [1, 1, 3] }, w: { shape: [1, 1, 2] } },
    body: ({ x, w }) => convTranspose1d(x, w, { stride: 2, dilation: 3, padding: [[0, 1]] }),
    samples: [{ in: { x: counting([1, 1, 3], 1), w: counting([1, 1, 2], -2) }, out: [-2, 0, -4, -1, -6, -2, 0] }],
  }),
  composition({
    name: "convTranspose2d",
    title: "groups",
    inputs: { x: { shape: [1, 2, 2, 2] }, w: { shape: [2, 1, 2, 2] } },
    body: ({ x, w }) => convTranspose2d(x, w, { groups: 2, stride: [1, 2] }),
    samples: [
      {
        in: { x: counting([1, 2, 2, 2], 1), w: counting([2, 1, 2, 2], -2) },
        out: [-2, -1, -4, -2, -6, -2, -8, -2, 0, 3, 0, 4, 10, 15, 12, 18, 34, 46, 40, 54, 28, 35, 32, 40],
      },
    ],
  }),
  composition({
    name: "convTranspose2d",
    title: "kernel no multiple of the stride",
    inputs: { x: { shape: [1, 1, 2, 2] }, w: { shape: [1, 1, 3, 2] } },
    body: ({ x, w }) => convTranspose2d(x, w, { stride: [2, 3], outputPadding: [1, 0] }),
    samples: [
      {
        in: { x: counting([1, 1, 2, 2], 1), w: counting([1, 1, 3, 2], -2) },
        out: [-2, -1, 0, -4, -2, 0, 1, 0, 0, 2, -4, 0, 0, -4, 2, 0, 3, 0, 0, 4, 6, 9, 0, 8, 12, 0, 0, 0, 0, 0],
      },
    ],
  }),
  composition({
    name: "convTranspose2d",
    title: "dilation",
    inputs: { x: { shape: [1, 1, 2, 2] }, w: { shape: [1, 1, 2, 2] } },
    body: ({ x, w }) => convTranspose2d(x, w, { dilation: 2, padding: 1 }),
    samples: [{ in: { x: counting([1, 1, 2, 2], 1), w: counting([1, 1, 2, 2], -2) }, out: [-8, -3, 0, 1] }],
  }),
  composition({
    name: "convTranspose3d",
    inputs: { x: { shape: [1, 1, 1, 2, 2] }, w: { shape: [1, 1, 2, 1, 2] } },
    body: ({ x, w }) => convTranspose3d(x, w),
    samples: [
      {
        in: { x: counting([1, 1, 1, 2, 2], 1), w: counting([1, 1, 2, 1, 2], -2) },
        out: [-2, -5, -2, -6, -11, -4, 0, 1, 2, 0, 3, 4],
      },
    ],
  }),
];
