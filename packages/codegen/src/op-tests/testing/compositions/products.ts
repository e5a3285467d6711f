/** Products of matrices and vectors. Samples are worked out by hand. */
import { dot, matmul, outer } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

export const products: readonly Composition[] = [
  composition({
    name: "matmul",
    inputs: { a: { shape: [2, 3] }, b: { shape: [3, 2] } },
    body: ({ a, b }) => matmul(a, b),
    samples: [
      {
        in: {
          a: [
            [1, 2, 3],
            [0, -1, 1],
          ],
          b: [
            [1, 0],
            [2, 1],
            [-1, 4],
          ],
        },
        out: [
          [2, 14],
          [-3, 3],
        ],
      },
    ],
  }),
  composition({
    name: "dot",
    inputs: { a: { shape: [3] }, b: { shape: [3] } },
    body: ({ a, b }) => dot(a, b),
    samples: [{ in: { a: [1, 2, 3], b: [4, -5, 6] }, out: 12 }],
  }),
  composition({
    name: "outer",
    inputs: { a: { shape: [2] }, b: { shape: [3] } },
    body: ({ a, b }) => outer(a, b),
    samples: [
      {
        in: { a: [1, -2], b: [3, 0, 5] },
        out: [
          [3, 0, 5],
          [-6, 0, -10],
        ],
      },
    ],
  }),
];
