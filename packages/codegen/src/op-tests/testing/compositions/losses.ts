/** Losses. Samples are closed forms, or worked out by hand. */
import {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  cosineSimilarity,
  crossEntropy,
  hinge,
  huber,
  klDivergence,
  l1Loss,
  logSoftmax,
  mse,
  nll,
} from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const pairs: readonly Composition[] = [
  composition({
    name: "logSoftmax",
    inputs: { x: { shape: [2] } },
    body: ({ x }) => logSoftmax(x),
    samples: [
      { in: { x: [0, 0] }, out: [-Math.LN2, -Math.LN2] },
      { in: { x: [1e4, -1e4] }, out: [0, -2e4] },
    ],
  }),
  composition({
    name: "crossEntropy",
    inputs: { x: { shape: [2, 2] }, label: { shape: [2], dtype: "i32", below: 2 } },
    body: ({ x, label }) => crossEntropy(x, label),
    samples: [
      {
        in: {
          x: [
            [0, 0],
            [1e4, -1e4],
          ],
          label: [1, 1],
        },
        out: [Math.LN2, 2e4],
      },
    ],
  }),
  composition({
    name: "mse",
    inputs: { a: { shape: [2] }, b: { shape: [2] } },
    body: ({ a, b }) => mse(a, b),
    samples: [{ in: { a: [1, 5], b: [3, 2] }, out: 6.5 }],
  }),
  composition({
    name: "mse",
    title: "of each element",
    inputs: { a: { shape: [2] }, b: { shape: [2] } },
    body: ({ a, b }) => mse(a, b, { reduction: "none" }),
    samples: [{ in: { a: [1, 5], b: [3, 2] }, out: [4, 9] }],
  }),
  composition({
    name: "l1Loss",
    inputs: { a: { shape: [3], domain: [0.5, 2] }, b: { shape: [3], domain: [-2, 0.4] } },
    body: ({ a, b }) => l1Loss(a, b),
    samples: [{ in: { a: [1, 5, 0], b: [3, 2, 1] }, out: 2 }],
  }),
  composition({
    name: "huber",
    inputs: { a: { shape: [4], domain: [-3, 3] }, b: { shape: [4], domain: [-0.1, 0.1] } },
    body: ({ a, b }) => huber(a, b, { delta: 1.5, reduction: "sum" }),
    // 0.5²/2 + 1.5²/2 + 1.5 (4 - 0.75) + 1.5 (3 - 0.75)
    samples: [{ in: { a: [0.5, -1.5, 4, -3], b: [0, 0, 0, 0] }, out: 0.125 + 1.125 + 4.875 + 3.375 }],
    kinks: [-1.5, 1.5],
  }),
  composition({
    name: "hinge",
    inputs: { score: { shape: [3], domain: [-0.9, 0.9] }, target: { shape: [3], domain: [-0.9, 0.9] } },
    body: ({ score, target }) => hinge(score, target, { reduction: "none" }),
    samples: [{ in: { score: [0.5, -2, -0.25], target: [1, -1, 1] }, out: [0.5, 0, 1.25] }],
  }),
  composition({
    name: "binaryCrossEntropy",
    inputs: { p: { shape: [4], domain: [0.2, 0.8] }, t: { shape: [4], domain: [0.1, 0.9] } },
    body: ({ p, t }) => binaryCrossEntropy(p, t, { reduction: "none" }),
    samples: [{ in: { p: [0.5, 0.25, 0, 1], t: [0.5, 0, 0, 1] }, out: [Math.LN2, Math.log(4 / 3), 0, 0] }],
  }),
  composition({
    name: "binaryCrossEntropyWithLogits",
    inputs: { x: { shape: [2, 2] }, t: { shape: [2, 2], domain: [0.1, 0.9] } },
    body: ({ x, t }) => binaryCrossEntropyWithLogits(x, t, { reduction: "sum" }),
    samples: [
      {
        in: {
          x: [
            [0, 1e4],
            [-1e4, -1],
          ],
          t: [
            [1, 1],
            [1, 0],
          ],
        },
        out: Math.LN2 + 1e4 + 0.31326168751822286,
      },
    ],
  }),
  composition({
    name: "binaryCrossEntropyWithLogits",
    title: "with weights of the positive ones",
    inputs: { x: { shape: [2, 2] }, t: { shape: [2, 2], domain: [0.1, 0.9] }, w: { shape: [2], domain: [0.5, 3] } },
    body: ({ x, t, w }) => binaryCrossEntropyWithLogits(x, t, { posWeight: w, reduction: "none" }),
    samples: [
      {
        in: {
          x: [
            [0, 0],
            [0, 0],
          ],
          t: [
            [1, 0],
            [0, 1],
          ],
          w: [2, 3],
        },
        out: [
          [2 * Math.LN2, Math.LN2],
          [Math.LN2, 3 * Math.LN2],
        ],
      },
    ],
  }),
  composition({
    name: "klDivergence",
    inputs: { logq: { shape: [2, 2] }, p: { shape: [2, 2], domain: [0.2, 2] } },
    body: ({ logq, p }) => klDivergence(logq, p, { reduction: "batchmean" }),
    samples: [
      {
        in: {
          logq: [
            [-Math.LN2, -Math.LN2],
            [0, Number.NEGATIVE_INFINITY],
          ],
          p: [
            [1, 0],
            [1, 0],
          ],
        },
        out: Math.LN2 / 2,
      },
    ],
  }),
  composition({
    name: "cosineSimilarity",
    inputs: { a: { shape: [2, 3] }, b: { shape: [2, 3] } },
    body: ({ a, b }) => cosineSimilarity(a, b),
    samples: [
      {
        in: {
          a: [
            [1, 0, 0],
            [3e200, 4e200, 0],
          ],
          b: [
            [1, 1, 0],
            [0, 1e-200, 0],
          ],
        },
        out: [Math.SQRT1_2, 0.8],
      },
      {
        in: {
          a: [
            [0, 0, 0],
            [1, 2, 2],
          ],
          b: [
            [1, 1, 0],
            [-2, -4, -4],
          ],
        },
        out: [0, -1],
      },
    ],
  }),
];

const table = { x: { shape: [3, 2] }, label: { shape: [3], dtype: "i32", below: 2 } } as const;
const even = {
  x: [
    [0, 0],
    [0, 0],
    [1e4, -1e4],
  ],
};
const third = Math.log(3);

const overClasses: readonly Composition[] = [
  composition({
    name: "nll",
    inputs: table,
    body: ({ x, label }) => nll(x, label, { reduction: "sum" }),
    samples: [
      {
        in: {
          x: [
            [-1, -2],
            [-3, Number.NEGATIVE_INFINITY],
            [-5, -6],
          ],
          label: [1, 0, 1],
        },
        out: 11,
      },
    ],
  }),
  composition({
    name: "nll",
    title: "with weights, some ignored, classes on axis 0",
    inputs: { x: { shape: [2, 3] }, label: table.label, w: { shape: [2], domain: [0.5, 2] } },
    body: ({ x, label, w }) => nll(x, label, { axis: 0, classWeights: w, ignoreIndex: 2, reduction: "mean" }),
    samples: [
      {
        in: {
          x: [
            [-1, -2, -3],
            [-4, -5, -6],
          ],
          label: [1, 2, 0],
          w: [2, 0.5],
        },
        out: (0.5 * 4 + 2 * 3) / 2.5,
      },
    ],
  }),
  composition({
    name: "crossEntropy",
    title: "with smoothed labels",
    inputs: table,
    body: ({ x, label }) => crossEntropy(x, label, { labelSmoothing: 0.2 }),
    // At even logits every target loses ln 2; at the last, 0.8 · 2e4 for the wrong class and 0.2 / 2 · 2e4 for all.
    samples: [{ in: { ...even, label: [0, 1, 1] }, out: [Math.LN2, Math.LN2, 1.8e4] }],
  }),
  composition({
    name: "crossEntropy",
    title: "mean of those that are not ignored",
    inputs: table,
    body: ({ x, label }) => crossEntropy(x, label, { ignoreIndex: -100, reduction: "mean" }),
    samples: [{ in: { ...even, label: [0, 1, -100] }, out: Math.LN2 }],
  }),
  composition({
    name: "crossEntropy",
    title: "with weights and smoothed labels",
    inputs: { ...table, w: { shape: [2], domain: [0.5, 2] } },
    body: ({ x, label, w }) => crossEntropy(x, label, { classWeights: w, labelSmoothing: 0.5, reduction: "mean" }),
    // (0.5 w[t] + 0.25 (w[0] + w[1])) ln 2 for the even ones; the last loses nothing for class 0 and 2e4 for class 1.
    samples: [
      {
        in: { ...even, label: [0, 1, 0], w: [1, 3] },
        out: (1.5 * Math.LN2 + 2.5 * Math.LN2 + 0.25 * 3 * 2e4) / 5,
      },
    ],
  }),
  composition({
    name: "crossEntropy",
    title: "of probabilities on axis 1, with weights and smoothing",
    inputs: {
      x: { shape: [1, 3, 2] },
      p: { shape: [1, 3, 2], domain: [0.1, 0.9] },
      w: { shape: [3], domain: [0.5, 2] },
    },
    body: ({ x, p, w }) => crossEntropy(x, p, { axis: 1, classWeights: w, labelSmoothing: 0.3, reduction: "mean" }),
    // Even logits: Σ w (0.7 p + 0.1) ln 3, for p = (1, 0, 0) and (0, 0.5, 0.5), w = (1, 2, 4).
    samples: [
      {
        in: {
          x: [
            [
              [0, 1],
              [0, 1],
              [0, 1],
            ],
          ],
          p: [
            [
              [1, 0],
              [0, 0.5],
              [0, 0.5],
            ],
          ],
          w: [1, 2, 4],
        },
        out: ((0.7 + 0.7 + 2.1 + 0.7) / 2) * third,
      },
    ],
  }),
];

export const losses: readonly Composition[] = [...pairs, ...overClasses];
