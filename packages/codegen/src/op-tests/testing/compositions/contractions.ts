/** Einsum and its relatives. Samples are worked out by hand. */
import { einsum } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

export const contractions: readonly Composition[] = [
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
