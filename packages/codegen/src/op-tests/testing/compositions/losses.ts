/** Losses. Samples are closed forms. */
import { crossEntropy, logSoftmax, mse } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

export const losses: readonly Composition[] = [
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
];
