/** Running reductions and order along an axis. Samples are worked out by hand. */
import { argsort, cummax, cummin, cumprod, cumsum, median, quantile, sort, topK } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const matrix = { x: { shape: [2, 3] } } as const;
const two = {
  x: [
    [1, -2, 3],
    [0, 4, -4],
  ],
};

const running: readonly Composition[] = [
  composition({
    name: "cumsum",
    inputs: matrix,
    body: ({ x }) => cumsum(x),
    samples: [
      {
        in: two,
        out: [
          [1, -1, 2],
          [0, 4, 0],
        ],
      },
    ],
  }),
  composition({
    name: "cumsum",
    title: "of columns, reverse and exclusive",
    inputs: matrix,
    body: ({ x }) => cumsum(x, 0, { reverse: true, exclusive: true }),
    samples: [
      {
        in: two,
        out: [
          [0, 4, -4],
          [0, 0, 0],
        ],
      },
    ],
  }),
  composition({
    name: "cumsum",
    title: "exclusive",
    inputs: { x: { shape: [3] } },
    body: ({ x }) => cumsum(x, 0, { exclusive: true }),
    samples: [{ in: { x: [1, 2, 3] }, out: [0, 1, 3] }],
  }),
  composition({
    name: "cumprod",
    inputs: { x: { shape: [2, 2, 2] } },
    body: ({ x }) => cumprod(x, 1),
    samples: [
      {
        in: {
          x: [
            [
              [1, 2],
              [3, 4],
            ],
            [
              [5, 0],
              [7, 8],
            ],
          ],
        },
        out: [
          [
            [1, 2],
            [3, 8],
          ],
          [
            [5, 0],
            [35, 0],
          ],
        ],
      },
    ],
  }),
  composition({
    name: "cumprod",
    title: "reverse",
    inputs: { x: { shape: [4] } },
    body: ({ x }) => cumprod(x, -1, { reverse: true }),
    samples: [{ in: { x: [2, 3, 4, 5] }, out: [120, 60, 20, 5] }],
  }),
  composition({
    name: "cumprod",
    title: "exclusive",
    inputs: { x: { shape: [4] } },
    body: ({ x }) => cumprod(x, -1, { exclusive: true }),
    samples: [{ in: { x: [2, 3, 4, 5] }, out: [1, 2, 6, 24] }],
  }),
  composition({
    name: "cummax",
    inputs: matrix,
    body: ({ x }) => cummax(x),
    samples: [
      {
        in: two,
        out: [
          [1, 1, 3],
          [0, 4, 4],
        ],
      },
    ],
  }),
  composition({
    name: "cummin",
    title: "reverse",
    inputs: matrix,
    body: ({ x }) => cummin(x, 1, { reverse: true }),
    samples: [
      {
        in: two,
        out: [
          [-2, -2, 3],
          [-4, -4, -4],
        ],
      },
    ],
  }),
  composition({
    name: "cummax",
    title: "of integers, exclusive",
    inputs: { x: { shape: [3], dtype: "i32", below: 9 } },
    body: ({ x }) => ({ most: cummax(x, 0, { exclusive: true }), least: cummin(x) }),
    samples: [
      {
        in: { x: [5, 7, 3] },
        out: [
          [-2147483648, 5, 7],
          [5, 5, 3],
        ],
      },
    ],
  }),
];

const orders: readonly Composition[] = [
  composition({
    name: "argsort",
    inputs: { x: { shape: [6] } },
    body: ({ x }) => argsort(x),
    samples: [
      { in: { x: [3, 1, 2, 1, 3, 0] }, out: [5, 1, 3, 2, 0, 4] }, // equal ones as they came
      { in: { x: [3, Number.NaN, 2, Number.NaN, -1, 0] }, out: [4, 5, 2, 0, 1, 3] },
    ],
  }),
  composition({
    name: "argsort",
    title: "descending",
    inputs: { x: { shape: [6] } },
    body: ({ x }) => argsort(x, -1, { descending: true }),
    samples: [{ in: { x: [3, 1, Number.NaN, 1, 3, 0] }, out: [2, 0, 4, 1, 3, 5] }],
  }),
  composition({
    name: "sort",
    inputs: { x: { shape: [3, 2] } },
    body: ({ x }) => sort(x, 0),
    samples: [
      {
        in: {
          x: [
            [3, 4],
            [1, 6],
            [2, 5],
          ],
        },
        out: [
          [1, 4],
          [2, 5],
          [3, 6],
        ],
      },
    ],
  }),
  composition({
    name: "sort",
    title: "of one, and of nothing",
    inputs: { x: { shape: [1] }, y: { shape: [0] } },
    body: ({ x, y }) => ({ one: sort(x), none: sort(y) }),
    samples: [{ in: { x: [3], y: [] }, out: [[3], []] }],
  }),
  composition({
    name: "sort",
    title: "of integers, descending",
    inputs: { x: { shape: [5], dtype: "i32", below: 9 } },
    body: ({ x }) => sort(x, 0, { descending: true }),
    samples: [{ in: { x: [3, -1, 4, -1, 5] }, out: [5, 4, 3, -1, -1] }],
  }),
  composition({
    name: "topK",
    inputs: { x: { shape: [2, 4] } },
    body: ({ x }) => topK(x, 2),
    samples: [
      {
        in: {
          x: [
            [1, 4, 2, 3],
            [7, 7, 5, 9],
          ],
        },
        out: [
          [
            [4, 3],
            [9, 7],
          ],
          [
            [1, 3],
            [3, 0],
          ],
        ],
      },
    ],
  }),
  composition({
    name: "topK",
    title: "of the smallest along the first axis",
    inputs: { x: { shape: [3, 2] } },
    body: ({ x }) => topK(x, 1, 0, { largest: false }),
    samples: [
      {
        in: {
          x: [
            [3, 4],
            [1, 6],
            [2, 5],
          ],
        },
        out: [[[1, 4]], [[1, 0]]],
      },
    ],
  }),
  composition({
    name: "median",
    inputs: matrix,
    body: ({ x }) => median(x),
    samples: [{ in: two, out: 0.5 }],
  }),
  composition({
    name: "median",
    title: "of an odd count, kept",
    inputs: matrix,
    body: ({ x }) => median(x, 1, { keepDims: true }),
    samples: [{ in: two, out: [[1], [0]] }],
  }),
  composition({
    name: "quantile",
    inputs: { x: { shape: [5] } },
    body: ({ x }) => quantile(x, 0.3), // 1.2 steps from the smallest
    samples: [
      { in: { x: [50, 10, 40, 20, 30] }, out: 22 },
      { in: { x: [50, 10, Number.NaN, 20, 30] }, out: Number.NaN },
    ],
  }),
  composition({
    name: "quantile",
    title: "of the ends, over an axis in the middle",
    inputs: { x: { shape: [1, 3, 2] } },
    body: ({ x }) => ({ least: quantile(x, 0, 1), most: quantile(x, 1, [1]) }),
    samples: [
      {
        in: {
          x: [
            [
              [3, 4],
              [1, Number.POSITIVE_INFINITY],
              [2, 5],
            ],
          ],
        },
        out: [[[1, 4]], [[3, Number.POSITIVE_INFINITY]]],
      },
    ],
  }),
];

export const order: readonly Composition[] = [running, orders].flat();
