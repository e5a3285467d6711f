/** Constants, as factors of an input so that there is something to differentiate. Samples are their definitions. */
import { add, arange, dimension, eye, full, linspace, mul, ones, onesLike, zeros, zerosLike } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const row = { x: { shape: [3] } } as const;
const square = {
  in: {
    x: [
      [1, 2],
      [3, 4],
    ],
  },
} as const;

export const creators: readonly Composition[] = [
  composition({
    name: "zeros",
    inputs: row,
    body: ({ x }) => add(x, zeros([2, 1], "f64")),
    samples: [
      {
        in: { x: [1, 2, 3] },
        out: [
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
    ],
  }),
  composition({
    name: "ones",
    inputs: row,
    body: ({ x }) => add(x, ones([3], "f64")),
    samples: [{ in: { x: [1, 2, 3] }, out: [2, 3, 4] }],
  }),
  composition({
    name: "full",
    inputs: row,
    body: ({ x }) => mul(x, full([], 2.5, "f64"), full([3], -2, "f64")),
    samples: [{ in: { x: [1, 2, 3] }, out: [-5, -10, -15] }],
  }),
  composition({
    name: "zerosLike",
    inputs: row,
    body: ({ x }) => add(x, zerosLike(x)),
    samples: [{ in: { x: [1, 2, 3] }, out: [1, 2, 3] }],
  }),
  composition({
    name: "onesLike",
    inputs: row,
    body: ({ x }) => add(x, onesLike(x)),
    samples: [{ in: { x: [1, 2, 3] }, out: [2, 3, 4] }],
  }),
  composition({
    name: "eye",
    inputs: { x: { shape: [2, 2] } },
    body: ({ x }) => mul(x, eye(2, "f64")),
    samples: [
      {
        ...square,
        out: [
          [1, 0],
          [0, 4],
        ],
      },
    ],
  }),
  composition({
    name: "eye",
    title: "off the main diagonal",
    inputs: { x: { shape: [2, 3] } },
    body: ({ x }) => mul(x, eye([2, 3], "f64", 1)),
    samples: [
      {
        in: {
          x: [
            [1, 2, 3],
            [4, 5, 6],
          ],
        },
        out: [
          [0, 2, 0],
          [0, 0, 6],
        ],
      },
    ],
  }),
  composition({
    name: "dimension",
    inputs: row,
    body: ({ x }) => mul(x, dimension(3, "f64")),
    samples: [{ in: { x: [1, 2, 3] }, out: [3, 6, 9] }],
  }),
  composition({
    name: "arange",
    inputs: row,
    body: ({ x }) => mul(x, arange(5, -1, -2, "f64")),
    samples: [{ in: { x: [1, 1, 2] }, out: [5, 3, 2] }],
  }),
  composition({
    name: "arange",
    title: "fractions",
    inputs: row,
    body: ({ x }) => mul(x, arange(0.5, 2, 0.5, "f64")),
    samples: [{ in: { x: [1, 1, 1] }, out: [0.5, 1, 1.5] }],
  }),
  composition({
    name: "linspace",
    inputs: row,
    body: ({ x }) => mul(x, linspace(-1, 0.1, 3, "f64")),
    samples: [{ in: { x: [1, 1, 1] }, out: [-1, -0.45, 0.1] }],
  }),
  composition({
    name: "linspace",
    title: "of one number",
    inputs: { x: { shape: [1] } },
    body: ({ x }) => mul(x, linspace(3, 7, 1, "f64")),
    samples: [{ in: { x: [2] }, out: [6] }],
  }),
];
