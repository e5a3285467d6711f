/** Pools and blocks of pixels. Samples are maxima and means of small numbers, from the definition. */
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  depthToSpace,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  spaceToDepth,
} from "@tapeless/types";
import { type Composition, composition } from "./composition.js";
import { counting } from "./counting.js";

const line = [3, 1, 4, 1, 5, 9];
const picture = [
  [3, 1, 4, 1, 5],
  [9, 2, 6, 5, 3],
  [5, 8, 9, 7, 9],
  [3, 2, 3, 8, 4],
];

export const pools: readonly Composition[] = [
  composition({
    name: "maxPool2d",
    title: "plain",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => maxPool2d(x, 2),
    samples: [{ in: { x: [[picture]] }, out: [9, 6, 8, 9] }],
  }),
  composition({
    name: "maxPool2d",
    title: "stride and padding",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => maxPool2d(x, [3, 2], { stride: [1, 2], padding: [1, [0, 1]] }),
    samples: [{ in: { x: [[picture]] }, out: [9, 6, 5, 9, 9, 9, 9, 9, 9, 8, 9, 9] }],
  }),
  composition({
    name: "maxPool2d",
    title: "dilation",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => maxPool2d(x, 2, { stride: 1, dilation: [2, 3] }),
    samples: [{ in: { x: [[picture]] }, out: [7, 9, 9, 4] }],
  }),
  composition({
    name: "maxPool2d",
    title: "ceil mode",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => maxPool2d(x, 3, { stride: 2, ceil: true }),
    samples: [{ in: { x: [[picture]] }, out: [9, 9, 9, 9] }],
  }),
  composition({
    name: "avgPool2d",
    title: "plain",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => avgPool2d(x, 2),
    samples: [{ in: { x: [[picture]] }, out: [3.75, 4.0, 4.5, 6.75] }],
  }),
  composition({
    name: "avgPool2d",
    title: "padding that counts",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => avgPool2d(x, [3, 2], { stride: [1, 2], padding: [1, [0, 1]] }),
    samples: [
      {
        in: { x: [[picture]] },
        out: [
          2.5, 2.6666666666666665, 1.3333333333333333, 4.666666666666667, 5.333333333333333, 2.8333333333333335,
          4.833333333333333, 6.333333333333333, 2.6666666666666665, 3.0, 4.5, 2.1666666666666665,
        ],
      },
    ],
  }),
  composition({
    name: "avgPool2d",
    title: "padding that does not count",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => avgPool2d(x, [3, 2], { stride: [1, 2], padding: [1, [0, 1]], countIncludePad: false }),
    samples: [
      {
        in: { x: [[picture]] },
        out: [
          3.75, 4.0, 4.0, 4.666666666666667, 5.333333333333333, 5.666666666666667, 4.833333333333333, 6.333333333333333,
          5.333333333333333, 4.5, 6.75, 6.5,
        ],
      },
    ],
  }),
  composition({
    name: "avgPool2d",
    title: "ceil mode and padding",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => avgPool2d(x, 2, { stride: 2, padding: [1, 0], ceil: true }),
    samples: [{ in: { x: [[picture]] }, out: [1.0, 1.25, 2.5, 6.0, 6.75, 6.0, 1.25, 2.75, 2.0] }],
  }),
  composition({
    name: "maxPool1d",
    inputs: { x: { shape: [1, 1, 6] } },
    body: ({ x }) => maxPool1d(x, 3, { stride: 2, padding: 1 }),
    samples: [{ in: { x: [[line]] }, out: [3, 4, 9] }],
  }),
  composition({
    name: "avgPool1d",
    inputs: { x: { shape: [1, 1, 6] } },
    body: ({ x }) => avgPool1d(x, 2, { dilation: 2, stride: 1 }),
    samples: [{ in: { x: [[line]] }, out: [3.5, 1.0, 4.5, 5.0] }],
  }),
  composition({
    name: "maxPool3d",
    inputs: { x: { shape: [1, 1, 2, 2, 2] } },
    body: ({ x }) => maxPool3d(x, [2, 1, 2]),
    samples: [
      {
        in: {
          x: [
            [
              [
                [
                  [1, 5],
                  [2, 3],
                ],
                [
                  [4, 0],
                  [7, 6],
                ],
              ],
            ],
          ],
        },
        out: [5, 7],
      },
    ],
  }),
  composition({
    name: "avgPool3d",
    inputs: { x: { shape: [1, 1, 2, 2, 2] } },
    body: ({ x }) => avgPool3d(x, [2, 1, 2]),
    samples: [
      {
        in: {
          x: [
            [
              [
                [
                  [1, 5],
                  [2, 3],
                ],
                [
                  [4, 0],
                  [7, 6],
                ],
              ],
            ],
          ],
        },
        out: [2.5, 4.5],
      },
    ],
  }),
  composition({
    name: "adaptiveAvgPool1d",
    title: "parts that overlap",
    inputs: { x: { shape: [1, 1, 6] } },
    body: ({ x }) => adaptiveAvgPool1d(x, 4),
    samples: [{ in: { x: [[line]] }, out: [2.0, 2.5, 3.0, 7.0] }],
  }),
  composition({
    name: "adaptiveAvgPool1d",
    title: "equal parts",
    inputs: { x: { shape: [1, 1, 6] } },
    body: ({ x }) => adaptiveAvgPool1d(x, 3),
    samples: [{ in: { x: [[line]] }, out: [2.0, 2.5, 7.0] }],
  }),
  composition({
    name: "adaptiveAvgPool2d",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => adaptiveAvgPool2d(x, [2, 3]),
    samples: [{ in: { x: [[picture]] }, out: [3.75, 3.1666666666666665, 3.5, 4.5, 6.166666666666666, 7.0] }],
  }),
  composition({
    name: "adaptiveAvgPool2d",
    title: "of everything",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => adaptiveAvgPool2d(x, 1),
    samples: [{ in: { x: [[picture]] }, out: [4.85] }],
  }),
  composition({
    name: "adaptiveMaxPool1d",
    title: "parts that overlap",
    inputs: { x: { shape: [1, 1, 6] } },
    body: ({ x }) => adaptiveMaxPool1d(x, 4),
    samples: [{ in: { x: [[line]] }, out: [3, 4, 5, 9] }],
  }),
  composition({
    name: "adaptiveMaxPool1d",
    title: "equal parts",
    inputs: { x: { shape: [1, 1, 6] } },
    body: ({ x }) => adaptiveMaxPool1d(x, 3),
    samples: [{ in: { x: [[line]] }, out: [3, 4, 9] }],
  }),
  composition({
    name: "adaptiveMaxPool2d",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => adaptiveMaxPool2d(x, [2, 3]),
    samples: [{ in: { x: [[picture]] }, out: [9, 6, 5, 8, 9, 9] }],
  }),
  composition({
    name: "adaptiveMaxPool2d",
    title: "of everything",
    inputs: { x: { shape: [1, 1, 4, 5] } },
    body: ({ x }) => adaptiveMaxPool2d(x, 1),
    samples: [{ in: { x: [[picture]] }, out: [9] }],
  }),
  composition({
    name: "depthToSpace",
    inputs: { x: { shape: [1, 8, 1, 2] } },
    body: ({ x }) => depthToSpace(x, 2),
    samples: [{ in: { x: counting([1, 8, 1, 2], 0) }, out: [0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15] }],
  }),
  composition({
    name: "depthToSpace",
    title: "a pixel shuffle",
    inputs: { x: { shape: [1, 8, 1, 2] } },
    body: ({ x }) => depthToSpace(x, 2, { order: "crd" }),
    samples: [{ in: { x: counting([1, 8, 1, 2], 0) }, out: [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15] }],
  }),
  composition({
    name: "spaceToDepth",
    inputs: { x: { shape: [1, 2, 2, 4] } },
    body: ({ x }) => spaceToDepth(x, 2),
    samples: [
      {
        in: {
          x: [
            [
              [
                [0, 4, 1, 5],
                [8, 12, 9, 13],
              ],
              [
                [2, 6, 3, 7],
                [10, 14, 11, 15],
              ],
            ],
          ],
        },
        out: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
      },
    ],
  }),
  composition({
    name: "spaceToDepth",
    title: "a pixel shuffle undone",
    inputs: { x: { shape: [1, 2, 2, 4] } },
    body: ({ x }) => spaceToDepth(x, 2, { order: "crd" }),
    samples: [
      {
        in: {
          x: [
            [
              [
                [0, 2, 1, 3],
                [4, 6, 5, 7],
              ],
              [
                [8, 10, 9, 11],
                [12, 14, 13, 15],
              ],
            ],
          ],
        },
        out: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
      },
    ],
  }),
];
