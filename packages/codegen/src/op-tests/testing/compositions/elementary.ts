/** Elementary functions made of others. Samples are closed forms; decimals are from 50-digit arithmetic. */
import { exp2, lerp, reciprocal, rsqrt, squaredDifference } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const positive = { shape: [4], domain: [0.3, 3] } as const;
const vector = { shape: [4] } as const;

export const elementary: readonly Composition[] = [
  composition({
    name: "reciprocal",
    inputs: { x: positive },
    body: ({ x }) => reciprocal(x),
    samples: [{ in: { x: [2, -0.5, 1e-160, inf] }, out: [0.5, -2, 1e160, 0] }],
  }),
  composition({
    name: "rsqrt",
    inputs: { x: positive },
    body: ({ x }) => rsqrt(x),
    samples: [{ in: { x: [1, 4, 2, -1] }, out: [1, 0.5, Math.SQRT1_2, nan] }],
  }),
  composition({
    name: "exp2",
    inputs: { x: vector },
    body: ({ x }) => exp2(x),
    samples: [{ in: { x: [0, 3, 0.5, -1] }, out: [1, 8, Math.SQRT2, 0.5] }],
  }),
  composition({
    name: "squaredDifference",
    inputs: { a: { shape: [2, 2] }, b: { shape: [2] } },
    body: ({ a, b }) => squaredDifference(a, b),
    samples: [
      {
        in: {
          a: [
            [1, 2],
            [3, -4],
          ],
          b: [0, 5],
        },
        out: [
          [1, 9],
          [9, 81],
        ],
      },
    ],
  }),
  composition({
    name: "squaredDifference",
    title: "of whole numbers",
    inputs: { x: { shape: [4], dtype: "i32" } },
    body: ({ x }) => squaredDifference(2, x),
    samples: [{ in: { x: [0, 2, 5, -1] }, out: [4, 0, 9, 9] }],
  }),
  composition({
    name: "lerp",
    inputs: { a: vector, b: vector, t: { shape: [] } },
    body: ({ a, b, t }) => lerp(a, b, t),
    samples: [{ in: { a: [0, 1, -4, 1e16], b: [10, 3, 4, 1], t: 0.25 }, out: [2.5, 1.5, -2, 7.5e15] }],
  }),
  composition({
    name: "lerp",
    title: "with numbers, at the ends",
    inputs: { b: vector },
    body: ({ b }) => lerp(lerp(1e16, b, 1), 0.1, 0),
    samples: [{ in: { b: [0.1, 3, -4, 1] }, out: [0.1, 3, -4, 1] }],
  }),
];
