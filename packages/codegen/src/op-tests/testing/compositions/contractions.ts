/** Einsum and its relatives. Samples are worked out by hand. */
import { einsum, gemm, matrixNorm, tensordot, trace } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const einsums: readonly Composition[] = [
  composition({
    name: "einsum",
    inputs: { x: { shape: [2, 3] }, y: { shape: [3, 2] } },
    body: ({ x, y }) => einsum("ij,jk->ki", x, y),
    samples: [
      {
        in: {
          x: [
            [1, 2, 3],
            [0, -1, 1],
          ],
          y: [
            [1, 0],
            [2, 1],
            [-1, 4],
          ],
        },
        out: [
          [2, -3],
          [14, 3],
        ],
      },
    ],
  }),
  composition({
    name: "einsum",
    title: "a diagonal and a sum of its own",
    inputs: { x: { shape: [2, 2, 3] } },
    body: ({ x }) => einsum("iij->i", x),
    samples: [
      {
        in: {
          x: [
            [
              [1, 2, 3],
              [9, 9, 9],
            ],
            [
              [9, 9, 9],
              [4, 5, 7],
            ],
          ],
        },
        out: [6, 16],
      },
    ],
  }),
  composition({
    name: "einsum",
    title: "three operands: a bilinear form",
    inputs: { x: { shape: [2] }, a: { shape: [2, 3] }, y: { shape: [3] } },
    body: ({ x, a, y }) => einsum("i,ij,j", x, a, y),
    samples: [
      {
        in: {
          x: [1, 2],
          a: [
            [1, 0, 2],
            [0, 3, 1],
          ],
          y: [4, 5, 6],
        },
        out: 58,
      },
    ],
  }),
  composition({
    name: "einsum",
    title: "axes that broadcast",
    inputs: { x: { shape: [2, 1, 2] }, y: { shape: [2, 2] } },
    body: ({ x, y }) => einsum("...i,...i->...", x, y),
    samples: [
      {
        in: {
          x: [[[1, 2]], [[3, 4]]],
          y: [
            [1, 1],
            [0, 2],
          ],
        },
        out: [
          [3, 4],
          [7, 8],
        ],
      },
    ],
  }),
];

const products: readonly Composition[] = [
  composition({
    name: "tensordot",
    inputs: { a: { shape: [2, 3] }, b: { shape: [2, 3, 2] } },
    body: ({ a, b }) => tensordot(a, b, 2),
    samples: [
      {
        in: {
          a: [
            [1, 0, 2],
            [0, 1, 0],
          ],
          b: [
            [
              [1, 2],
              [9, 9],
              [3, 4],
            ],
            [
              [9, 9],
              [5, 6],
              [9, 9],
            ],
          ],
        },
        out: [12, 16],
      },
    ],
  }),
  composition({
    name: "tensordot",
    title: "named axes",
    inputs: { a: { shape: [2, 3] }, b: { shape: [2, 3] } },
    body: ({ a, b }) => tensordot(a, b, [[1], [-1]]),
    samples: [
      {
        in: {
          a: [
            [1, 2, 3],
            [0, 1, 0],
          ],
          b: [
            [1, 1, 1],
            [2, 0, -1],
          ],
        },
        out: [
          [6, -1],
          [1, 0],
        ],
      },
    ],
  }),
  composition({
    name: "gemm",
    inputs: { a: { shape: [3, 2] }, b: { shape: [2, 3] }, c: { shape: [2] } },
    body: ({ a, b, c }) => gemm(a, b, c, { transposeA: true, transposeB: true, alpha: 0.5, beta: 2 }),
    samples: [
      {
        in: {
          a: [
            [1, 0],
            [2, -1],
            [3, 1],
          ],
          b: [
            [1, 2, -1],
            [0, 1, 4],
          ],
          c: [10, 20],
        },
        out: [
          [21, 47],
          [18.5, 41.5],
        ],
      },
    ],
  }),
  composition({
    name: "gemm",
    title: "a number is added",
    inputs: { a: { shape: [1, 2] }, b: { shape: [2, 1] } },
    body: ({ a, b }) => gemm(a, b, 3),
    samples: [{ in: { a: [[1, 2]], b: [[3], [4]] }, out: [[14]] }],
  }),
];

const sums: readonly Composition[] = [
  composition({
    name: "trace",
    inputs: { x: { shape: [2, 2, 3] } },
    body: ({ x }) => trace(x),
    samples: [
      {
        in: {
          x: [
            [
              [1, 2, 3],
              [4, 5, 6],
            ],
            [
              [0, 9, 9],
              [9, -2, 9],
            ],
          ],
        },
        out: [6, -2],
      },
    ],
  }),
  composition({
    name: "matrixNorm",
    inputs: { x: { shape: [2, 2] } },
    body: ({ x }) => matrixNorm(x),
    samples: [
      {
        in: {
          x: [
            [1, 3],
            [-1, 5],
          ],
        },
        out: 6,
      },
    ],
  }),
  composition({
    name: "matrixNorm",
    title: "columns",
    inputs: { x: { shape: [2, 2, 2] } },
    body: ({ x }) => matrixNorm(x, 1),
    samples: [
      {
        in: {
          x: [
            [
              [1, 3],
              [-1, 5],
            ],
            [
              [-7, 3],
              [0, 5],
            ],
          ],
        },
        out: [8, 8],
      },
    ],
    kinks: [0],
  }),
  composition({
    name: "matrixNorm",
    title: "rows",
    inputs: { x: { shape: [2, 3] } },
    body: ({ x }) => matrixNorm(x, Number.POSITIVE_INFINITY),
    samples: [
      {
        in: {
          x: [
            [1, 3, -1],
            [-1, 2, 1],
          ],
        },
        out: 5,
      },
    ],
    kinks: [0],
  }),
];

export const contractions: readonly Composition[] = [einsums, products, sums].flat();
