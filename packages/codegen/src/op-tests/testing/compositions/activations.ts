/** Activations, `clip` and questions about numbers. Samples are closed forms, or worked out by hand. */
import {
  celu,
  clip,
  elu,
  gelu,
  hardShrink,
  hardSigmoid,
  hardTanh,
  isFinite as isFiniteNumber,
  isInfinite,
  isNaN as isNotANumber,
  leakyRelu,
  logicalXor,
  logSigmoid,
  prelu,
  relu6,
  selu,
  softShrink,
  thresholdedRelu,
} from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const vector = { x: { shape: [3] } } as const;
const wide = { x: { shape: [4], domain: [-8, 8] } } as const;
const five = { x: { shape: [5] } } as const;

const questions: readonly Composition[] = [
  composition({
    name: "isNaN",
    inputs: five,
    body: ({ x }) => isNotANumber(x),
    samples: [{ in: { x: [0, nan, inf, -inf, 1e308] }, out: [0, 1, 0, 0, 0] }],
  }),
  composition({
    name: "isInfinite",
    inputs: five,
    body: ({ x }) => isInfinite(x),
    samples: [{ in: { x: [0, nan, inf, -inf, 1e308] }, out: [0, 0, 1, 1, 0] }],
  }),
  composition({
    name: "isFinite",
    inputs: five,
    body: ({ x }) => isFiniteNumber(x),
    samples: [{ in: { x: [0, nan, inf, -inf, 1e308] }, out: [1, 0, 0, 0, 1] }],
  }),
  composition({
    name: "logicalXor",
    inputs: { a: { shape: [4], dtype: "bool" }, b: { shape: [4], dtype: "bool" } },
    body: ({ a, b }) => logicalXor(a, b),
    samples: [{ in: { a: [0, 0, 1, 1], b: [0, 1, 0, 1] }, out: [0, 1, 1, 0] }],
  }),
];

const clips: readonly Composition[] = [
  composition({
    name: "clip",
    inputs: five,
    body: ({ x }) => clip(x, -1, 1),
    samples: [{ in: { x: [-2, -1, 0.5, 1, 3] }, out: [-1, -1, 0.5, 1, 1] }],
    kinks: [-1, 1],
  }),
  composition({
    name: "clip",
    title: "between tensors that broadcast",
    inputs: { x: { shape: [2, 3] }, min: { shape: [3], domain: [-3, -1.5] }, max: { shape: [2, 1], domain: [0.4, 1] } },
    body: ({ x, min, max }) => clip(x, min, max),
    samples: [
      {
        in: {
          x: [
            [-5, 0, 5],
            [nan, -1, 0],
          ],
          min: [-1, -1, nan],
          max: [[2], [-3]],
        },
        out: [
          [-1, 0, nan],
          [nan, -3, nan],
        ],
      },
    ],
    kinks: [],
  }),
  composition({
    name: "clip",
    title: "of whole numbers",
    inputs: { x: { shape: [3], dtype: "i32" } },
    body: ({ x }) => clip(x, 1, 2),
    samples: [{ in: { x: [0, 2, 5] }, out: [1, 2, 2] }],
  }),
];

const exponentials: readonly Composition[] = [
  composition({
    name: "elu",
    inputs: vector,
    body: ({ x }) => elu(x, 2),
    samples: [{ in: { x: [-1, 0, 3] }, out: [2 * (1 / Math.E - 1), 0, 3] }],
    kinks: [0],
  }),
  composition({
    name: "selu",
    inputs: vector,
    body: ({ x }) => selu(x),
    samples: [{ in: { x: [-1, 0, 3] }, out: [1.7580993408473768 * (1 / Math.E - 1), 0, 3.1521029620664414] }],
    kinks: [0],
  }),
  composition({
    name: "celu",
    inputs: vector,
    body: ({ x }) => celu(x, 2),
    samples: [{ in: { x: [-2, 0, 3] }, out: [2 * (1 / Math.E - 1), 0, 3] }],
    kinks: [0],
  }),
  composition({
    name: "gelu",
    title: "approximated by tanh",
    inputs: vector,
    body: ({ x }) => gelu(x, "tanh"),
    // The closed form in 40-digit arithmetic.
    samples: [{ in: { x: [0, 1, -2] }, out: [0, 0.8411919906082767, -0.04540230591222498] }],
  }),
  composition({
    name: "logSigmoid",
    inputs: { x: { shape: [4] } },
    body: ({ x }) => logSigmoid(x),
    samples: [{ in: { x: [0, -1, 40, -1e4] }, out: [-Math.LN2, -1.3132616875182228, -4.248354255291589e-18, -1e4] }],
  }),
];

const rectifiers: readonly Composition[] = [
  composition({
    name: "leakyRelu",
    inputs: vector,
    body: ({ x }) => leakyRelu(x, 0.25),
    samples: [{ in: { x: [-2, 0, 3] }, out: [-0.5, 0, 3] }],
    kinks: [0],
  }),
  composition({
    name: "prelu",
    inputs: { x: { shape: [2, 3] }, slope: { shape: [3] } },
    body: ({ x, slope }) => prelu(x, slope),
    samples: [
      {
        in: {
          x: [
            [1, -2, 3],
            [-4, 0, -6],
          ],
          slope: [0.5, 2, -1],
        },
        out: [
          [1, -4, 3],
          [-2, 0, 6],
        ],
      },
    ],
    kinks: [0],
  }),
  composition({
    name: "relu6",
    inputs: wide,
    body: ({ x }) => relu6(x),
    samples: [{ in: { x: [-1, 2, 6, 7] }, out: [0, 2, 6, 6] }],
    kinks: [0, 6],
  }),
  composition({
    name: "thresholdedRelu",
    inputs: wide,
    body: ({ x }) => thresholdedRelu(x),
    samples: [{ in: { x: [-1, 1, 1.5, nan] }, out: [0, 0, 1.5, nan] }],
    kinks: [1],
  }),
  composition({
    name: "hardTanh",
    inputs: wide,
    body: ({ x }) => hardTanh(x),
    samples: [{ in: { x: [-4, -0.5, 1, 2] }, out: [-1, -0.5, 1, 1] }],
    kinks: [-1, 1],
  }),
  composition({
    name: "hardSigmoid",
    inputs: wide,
    body: ({ x }) => hardSigmoid(x),
    samples: [{ in: { x: [-4, 0, 1.5, 3] }, out: [0, 0.5, 0.75, 1] }],
    kinks: [-3, 3],
  }),
  composition({
    name: "hardShrink",
    inputs: wide,
    body: ({ x }) => hardShrink(x),
    samples: [{ in: { x: [-0.75, 0.5, 0.25, nan] }, out: [-0.75, 0, 0, nan] }],
    kinks: [-0.5, 0.5],
  }),
  composition({
    name: "softShrink",
    inputs: wide,
    body: ({ x }) => softShrink(x),
    samples: [{ in: { x: [-0.75, 0.5, 2, nan] }, out: [-0.25, 0, 1.5, nan] }],
    kinks: [-0.5, 0.5],
  }),
];

export const activations: readonly Composition[] = [...questions, ...clips, ...exponentials, ...rectifiers];
