/** Functions that move elements. */
import { flatten, squeeze, stack, transpose, unsqueeze } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const box = { x: { shape: [2, 1, 3] } } as const;
const given = { x: [[[1, 2, 3]], [[4, 5, 6]]] };

export const shapes: readonly Composition[] = [
  composition({
    name: "flatten",
    inputs: box,
    body: ({ x }) => flatten(x),
    samples: [{ in: given, out: [1, 2, 3, 4, 5, 6] }],
  }),
  composition({
    name: "squeeze",
    inputs: box,
    body: ({ x }) => squeeze(x, 1),
    samples: [
      {
        in: given,
        out: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
    ],
  }),
  composition({
    name: "unsqueeze",
    inputs: { x: { shape: [2] } },
    body: ({ x }) => unsqueeze(x, -1),
    samples: [{ in: { x: [7, 8] }, out: [[7], [8]] }],
  }),
  composition({
    name: "transpose",
    inputs: box,
    body: ({ x }) => transpose(x),
    samples: [
      {
        in: given,
        out: [
          [[1], [2], [3]],
          [[4], [5], [6]],
        ],
      },
    ],
  }),
  composition({
    name: "stack",
    inputs: { x: { shape: [2] }, y: { shape: [2] } },
    body: ({ x, y }) => stack([x, y], 1),
    samples: [
      {
        in: { x: [1, 2], y: [3, 4] },
        out: [
          [1, 3],
          [2, 4],
        ],
      },
    ],
  }),
];
