/** Products, norms, standard deviations, any and all. Samples are worked out by hand or closed forms. */
import { all, any, greater, l1Norm, logSumExp, max, norm, prod, std } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const matrix = { x: { shape: [2, 3] } } as const;
const two = {
  x: [
    [1, -2, 3],
    [0, 4, -4],
  ],
};
const positive = { x: { shape: [2, 3], domain: [0.5, 2] } } as const;

const products: readonly Composition[] = [
  composition({ name: "prod", inputs: matrix, body: ({ x }) => prod(x), samples: [{ in: two, out: 0 }] }),
  composition({
    name: "prod",
    title: "of columns, kept",
    inputs: matrix,
    body: ({ x }) => prod(x, 0, { keepDims: true }),
    samples: [{ in: two, out: [[0, -8, -12]] }],
  }),
  composition({
    name: "prod",
    title: "of an odd count",
    inputs: { x: { shape: [7], domain: [0.5, 1.5] } },
    body: ({ x }) => prod(x),
    samples: [{ in: { x: [1, 2, 3, 4, 5, 6, 7] }, out: 5040 }],
  }),
  composition({
    name: "prod",
    title: "over two of three axes",
    inputs: { x: { shape: [2, 2, 2], domain: [0.5, 2] } },
    body: ({ x }) => prod(x, [0, 2]),
    samples: [
      {
        in: {
          x: [
            [
              [1, 2],
              [3, 4],
            ],
            [
              [5, 6],
              [7, 8],
            ],
          ],
        },
        out: [60, 672],
      },
    ],
  }),
  composition({
    name: "prod",
    title: "of nothing",
    inputs: { x: { shape: [2, 0] } },
    body: ({ x }) => prod(x, 1),
    samples: [{ in: { x: [[], []] }, out: [1, 1] }],
  }),
];

const norms: readonly Composition[] = [
  composition({
    name: "l1Norm",
    inputs: matrix,
    body: ({ x }) => l1Norm(x, 1),
    samples: [{ in: two, out: [6, 8] }],
    kinks: [0],
  }),
  composition({
    name: "norm",
    inputs: matrix,
    body: ({ x }) => norm(x, 0),
    samples: [{ in: two, out: [1, Math.sqrt(20), 5] }],
    kinks: [0],
  }),
  composition({
    name: "norm",
    title: "of order 1, kept",
    inputs: matrix,
    body: ({ x }) => norm(x, 1, { ord: 1, keepDims: true }),
    samples: [{ in: two, out: [[6], [8]] }],
    kinks: [0],
  }),
  composition({
    name: "norm",
    title: "of order Infinity",
    inputs: positive,
    body: ({ x }) => norm(x, 1, { ord: Number.POSITIVE_INFINITY }),
    samples: [{ in: two, out: [3, 4] }],
  }),
  composition({
    name: "norm",
    title: "of order 3",
    inputs: positive,
    body: ({ x }) => norm(x, 1, { ord: 3 }),
    // ∛(1 + 8 + 27) and ∛(64 + 64)
    samples: [{ in: two, out: [3.3019272488946263, 5.039684199579493] }],
  }),
  composition({
    name: "norm",
    title: "of order 1/2",
    inputs: positive,
    body: ({ x }) => norm(x, undefined, { ord: 0.5 }),
    samples: [
      {
        in: {
          x: [
            [1, 4, 9],
            [0, 0, 0],
          ],
        },
        out: 36,
      },
    ],
  }),
  composition({
    name: "norm",
    title: "of order 3, of elements whose cubes overflow and underflow",
    inputs: { x: { shape: [2, 2], domain: [0.5, 2] } },
    body: ({ x }) => norm(x, 1, { ord: 3 }),
    // 2^(1/3) times 1e300 and 1e-300
    samples: [
      {
        in: {
          x: [
            [1e300, -1e300],
            [1e-300, 1e-300],
          ],
        },
        out: [1.2599210498948732e300, 1.2599210498948732e-300],
      },
    ],
  }),
];

const spreads: readonly Composition[] = [
  composition({
    name: "std",
    inputs: matrix,
    body: ({ x }) => std(x, 1),
    // Deviations from 2/3: (1, -8, 7)/3; from 0: themselves.
    samples: [{ in: two, out: [Math.sqrt(114 / 27), Math.sqrt(32 / 3)] }],
  }),
  composition({
    name: "std",
    title: "of a sample, kept",
    inputs: matrix,
    body: ({ x }) => std(x, [0, 1], { correction: 1, keepDims: true }),
    // Σx = 2, Σx² = 46, so the variance is (46 - 4/6)/5.
    samples: [{ in: two, out: [[Math.sqrt((46 - 4 / 6) / 5)]] }],
  }),
  composition({
    name: "logSumExp",
    title: "over two axes",
    inputs: matrix,
    body: ({ x }) => logSumExp(x, [0, 1]),
    samples: [
      {
        in: {
          x: [
            [0, 0, 0],
            [0, 0, 0],
          ],
        },
        out: Math.log(6),
      },
    ],
  }),
  composition({
    name: "max",
    title: "over two axes, kept",
    inputs: matrix,
    body: ({ x }) => max(x, [0, 1], { keepDims: true }),
    samples: [{ in: two, out: [[4]] }],
  }),
];

const truths: readonly Composition[] = [
  composition({
    name: "any",
    inputs: matrix,
    body: ({ x }) => any(greater(x, 3), 1),
    samples: [{ in: two, out: [0, 1] }],
  }),
  composition({
    name: "all",
    inputs: matrix,
    body: ({ x }) => all(greater(x, -3), 1),
    samples: [{ in: two, out: [1, 0] }],
  }),
  composition({
    name: "any",
    title: "of nothing",
    inputs: { c: { shape: [0], dtype: "bool" } },
    body: ({ c }) => ({ any: any(c), all: all(c) }),
    samples: [{ in: { c: [] }, out: [0, 1] }],
  }),
];

export const reductions: readonly Composition[] = [products, norms, spreads, truths].flat();
