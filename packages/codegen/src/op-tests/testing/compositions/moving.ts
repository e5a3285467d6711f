/** Functions that move, repeat, cut and mask elements. Samples are their definitions. */
import { chunk, diag, expand, pad, repeat, roll, slice, sliceBox, split, tile, tril, triu } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const line = { x: { shape: [4] } } as const;
const table = { x: { shape: [2, 3] } } as const;
const numbers = {
  x: [
    [1, 2, 3],
    [4, 5, 6],
  ],
} as const;

export const moving: readonly Composition[] = [
  composition({
    name: "slice",
    title: "backwards",
    inputs: line,
    body: ({ x }) => slice(x, 0, -1, 0, -2),
    samples: [{ in: { x: [1, 2, 3, 4] }, out: [4, 2] }],
  }),
  composition({
    name: "sliceBox",
    inputs: table,
    body: ({ x }) => sliceBox(x, [1, 0], [undefined, 3], [-1, 2]),
    samples: [
      {
        in: numbers,
        out: [
          [4, 6],
          [1, 3],
        ],
      },
    ],
  }),
  composition({
    name: "pad",
    inputs: line,
    body: ({ x }) => pad(x, [[1, 2]], { value: 7 }),
    samples: [{ in: { x: [1, 2, 3, 4] }, out: [7, 1, 2, 3, 4, 7, 7] }],
  }),
  composition({
    name: "pad",
    title: "reflect",
    inputs: table,
    body: ({ x }) => pad(x, [1, [0, 2]], { mode: "reflect" }),
    samples: [
      {
        in: numbers,
        out: [
          [4, 5, 6, 5, 4],
          [1, 2, 3, 2, 1],
          [4, 5, 6, 5, 4],
          [1, 2, 3, 2, 1],
        ],
      },
    ],
  }),
  composition({
    name: "pad",
    title: "edge",
    inputs: table,
    body: ({ x }) => pad(x, [0, [2, 1]], { mode: "edge" }),
    samples: [
      {
        in: numbers,
        out: [
          [1, 1, 1, 2, 3, 3],
          [4, 4, 4, 5, 6, 6],
        ],
      },
    ],
  }),
  composition({
    name: "split",
    inputs: table,
    body: ({ x }) => split(x, [1, 2], 1),
    samples: [
      {
        in: numbers,
        out: [1, 4, 2, 3, 5, 6],
      },
    ],
  }),
  composition({
    name: "chunk",
    inputs: line,
    body: ({ x }) => chunk(x, 2),
    samples: [{ in: { x: [1, 2, 3, 4] }, out: [1, 2, 3, 4] }],
  }),
  composition({
    name: "expand",
    inputs: { x: { shape: [2, 1] } },
    body: ({ x }) => expand(x, [2, -1, 2]),
    samples: [
      {
        in: { x: [[1], [2]] },
        out: [
          [
            [1, 1],
            [2, 2],
          ],
          [
            [1, 1],
            [2, 2],
          ],
        ],
      },
    ],
  }),
  composition({
    name: "tile",
    inputs: table,
    body: ({ x }) => tile(x, [2, 2]),
    samples: [
      {
        in: numbers,
        out: [
          [1, 2, 3, 1, 2, 3],
          [4, 5, 6, 4, 5, 6],
          [1, 2, 3, 1, 2, 3],
          [4, 5, 6, 4, 5, 6],
        ],
      },
    ],
  }),
  composition({
    name: "repeat",
    inputs: table,
    body: ({ x }) => repeat(x, 2, 1),
    samples: [
      {
        in: numbers,
        out: [
          [1, 1, 2, 2, 3, 3],
          [4, 4, 5, 5, 6, 6],
        ],
      },
    ],
  }),
  composition({
    name: "roll",
    inputs: table,
    body: ({ x }) => roll(x, [1, -4], [0, 1]),
    samples: [
      {
        in: numbers,
        out: [
          [5, 6, 4],
          [2, 3, 1],
        ],
      },
    ],
  }),
  composition({
    name: "tril",
    inputs: table,
    body: ({ x }) => tril(x),
    samples: [
      {
        in: numbers,
        out: [
          [1, 0, 0],
          [4, 5, 0],
        ],
      },
    ],
  }),
  composition({
    name: "triu",
    inputs: table,
    body: ({ x }) => triu(x, 1),
    samples: [
      {
        in: numbers,
        out: [
          [0, 2, 3],
          [0, 0, 6],
        ],
      },
    ],
  }),
  composition({
    name: "diag",
    inputs: { x: { shape: [2] } },
    body: ({ x }) => diag(x, -1),
    samples: [
      {
        in: { x: [1, 2] },
        out: [
          [0, 0, 0],
          [1, 0, 0],
          [0, 2, 0],
        ],
      },
    ],
  }),
];
