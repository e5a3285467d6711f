/** Determinants, inverses, factors and linear systems. Samples are worked out by hand: factors or solutions are chosen. */
import { cholesky, det, detSign, inverse, logAbsDet, solve, triangularSolve } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const determinants: readonly Composition[] = [
  composition({
    name: "det",
    inputs: { a: { shape: [2, 2] } },
    body: ({ a }) => det(a),
    samples: [
      {
        in: {
          a: [
            [3, 1],
            [2, 4],
          ],
        },
        out: 10,
      },
    ],
  }),
  composition({
    name: "det",
    title: "a batch",
    inputs: { a: { shape: [2, 2, 2] } },
    body: ({ a }) => det(a),
    samples: [
      {
        in: {
          a: [
            [
              [3, 1],
              [2, 4],
            ],
            [
              [1, 2],
              [2, 4],
            ],
          ],
        },
        out: [10, 0],
      },
    ],
  }),
  composition({
    name: "logAbsDet",
    inputs: { a: { shape: [2, 2], onDiagonal: 4 } },
    body: ({ a }) => logAbsDet(a),
    samples: [
      {
        in: {
          a: [
            [0, 2],
            [-0.5, 4],
          ],
        },
        out: 0,
      },
    ],
  }),
  composition({
    name: "detSign",
    inputs: { a: { shape: [2, 2], onDiagonal: 6 } },
    body: ({ a }) => detSign(a),
    samples: [
      {
        in: {
          a: [
            [0, 2],
            [1, 0],
          ],
        },
        out: -1,
      },
    ],
  }),
];

const factors: readonly Composition[] = [
  composition({
    name: "inverse",
    inputs: { a: { shape: [2, 2], onDiagonal: 4 } },
    body: ({ a }) => inverse(a),
    samples: [
      {
        in: {
          a: [
            [2, 1],
            [1, 1],
          ],
        },
        out: [
          [1, -1],
          [-1, 2],
        ],
      },
    ],
  }),
  composition({
    name: "cholesky",
    inputs: { a: { shape: [3, 3], onDiagonal: 8 } },
    body: ({ a }) => cholesky(a),
    samples: [
      {
        in: {
          a: [
            [4, 2, 6],
            [2, 10, -3],
            [6, -3, 26],
          ],
        },
        out: [
          [2, 0, 0],
          [1, 3, 0],
          [3, -2, Math.sqrt(13)],
        ],
      },
    ],
  }),
];

const systems: readonly Composition[] = [
  composition({
    name: "solve",
    inputs: { a: { shape: [2, 2], onDiagonal: 6 }, b: { shape: [2] } },
    body: ({ a, b }) => solve(a, b),
    samples: [
      {
        in: {
          a: [
            [0, 2],
            [4, 1],
          ],
          b: [4, 6],
        },
        out: [1, 2],
      },
    ],
  }),
  composition({
    name: "solve",
    title: "batches broadcast",
    inputs: { a: { shape: [1, 2, 2], onDiagonal: 5 }, b: { shape: [2, 2, 1] } },
    body: ({ a, b }) => solve(a, b),
    samples: [
      {
        in: {
          a: [
            [
              [0, 2],
              [4, 1],
            ],
          ],
          b: [
            [[2], [5]],
            [[4], [2]],
          ],
        },
        out: [
          [[1], [1]],
          [[0], [2]],
        ],
      },
    ],
  }),
  composition({
    name: "triangularSolve",
    inputs: { a: { shape: [2, 2], domain: [1, 3] }, b: { shape: [2, 2] } },
    body: ({ a, b }) => triangularSolve(a, b, { lower: false }),
    samples: [
      {
        in: {
          a: [
            [2, 1],
            [Number.NaN, 4],
          ],
          b: [
            [4, 2],
            [8, 0],
          ],
        },
        out: [
          [1, 1],
          [2, 0],
        ],
      },
    ],
  }),
  composition({
    name: "triangularSolve",
    title: "transposed, with ones on the diagonal",
    inputs: { a: { shape: [2, 2], domain: [1, 3] }, b: { shape: [2] } },
    body: ({ a, b }) => triangularSolve(a, b, { transposed: true, unitDiagonal: true }),
    samples: [
      {
        in: {
          a: [
            [9, 9],
            [3, 9],
          ],
          b: [4, 1],
        },
        out: [1, 1],
      },
    ],
  }),
];

export const linearSystems: readonly Composition[] = [determinants, factors, systems].flat();
