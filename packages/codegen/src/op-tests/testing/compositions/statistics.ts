/** Means and squares. Samples are worked out by hand. */
import { mean, square } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const matrix = { x: { shape: [2, 3] } } as const;
const two = {
  x: [
    [1, -2, 3],
    [0, 4, -4],
  ],
};

export const statistics: readonly Composition[] = [
  composition({ name: "mean", inputs: matrix, body: ({ x }) => mean(x), samples: [{ in: two, out: 1 / 3 }] }),
  composition({
    name: "mean",
    title: "of rows",
    inputs: matrix,
    body: ({ x }) => mean(x, 1),
    samples: [{ in: two, out: [2 / 3, 0] }],
  }),
  composition({
    name: "square",
    inputs: { x: { shape: [3] } },
    body: ({ x }) => square(x),
    samples: [{ in: { x: [-2, 0, 3] }, out: [4, 0, 9] }],
  }),
];
