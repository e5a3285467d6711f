/** Normalisation layers, compared with plain loops over numbers and with rows worked out by hand. */
import { batchNorm, cast, groupNorm, instanceNorm, layerNorm, rmsNorm, runningStatistics } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";
import { affine, numbers, standardised, sumOf, table, transposed } from "./plain.js";

const eps = 1e-5;
const rows = table(3, 4);
const w = numbers(4, 50);
const b = numbers(4, 60);

/** Examples of four channels with two positions each. */
const examples = [table(4, 2, 20), table(4, 2, 30)];

/** All numbers of groups of channels of one example together, normalised; channels have two positions. */
function perGroup(channels: readonly (readonly number[])[], size: number): number[][] {
  const groups = Array.from({ length: channels.length / size }, (_, g) =>
    channels.slice(g * size, (g + 1) * size).flat(),
  );
  const flat = groups.flatMap((group) => standardised(group, eps));
  return channels.map((_, c) => flat.slice(2 * c, 2 * c + 2).map((value) => value * (w[c] ?? 0) + (b[c] ?? 0)));
}

/** Every channel over all examples and positions. */
function perChannel(batch: readonly (readonly (readonly number[])[])[]): number[][][] {
  const channels = [0, 1, 2, 3].map((c) =>
    standardised(
      batch.flatMap((example) => example[c] ?? []),
      eps,
    ),
  );
  return batch.map((example, n) =>
    example.map((_, c) => (channels[c] ?? []).slice(2 * n, 2 * n + 2).map((y) => y * (w[c] ?? 0) + (b[c] ?? 0))),
  );
}

const overRows: readonly Composition[] = [
  composition({
    name: "layerNorm",
    inputs: { x: { shape: [3, 4] }, w: { shape: [4] }, b: { shape: [4] } },
    body: ({ x, w, b }) => layerNorm(x, w, b),
    samples: [{ in: { x: rows, w, b }, out: rows.map((row) => affine(standardised(row, eps), w, b)) }],
  }),
  composition({
    name: "layerNorm",
    title: "without parameters, over two axes, with another eps",
    inputs: { x: { shape: [2, 2] } },
    body: ({ x }) => layerNorm(x, null, null, { rank: 2, eps: 1.5 }),
    samples: [
      {
        in: {
          x: [
            [1, -1],
            [2, -2],
          ],
        },
        out: [
          [0.5, -0.5],
          [1, -1],
        ],
      },
    ],
  }),
  composition({
    name: "layerNorm",
    title: "far from 0, where the mean is rounded",
    inputs: { x: { shape: [3] } },
    body: ({ x }) => layerNorm(x),
    // Deviations -2/3, 1/3, 1/3 from a mean that is no f64; variance 2/9.
    samples: [
      { in: { x: [1e8, 100000001, 100000001] }, out: [-2 / 3, 1 / 3, 1 / 3].map((v) => v / Math.sqrt(2 / 9 + eps)) },
      { in: { x: [7, 7, 7] }, out: [0, 0, 0] },
      { in: { x: [0.1, 0.1, 0.1] }, out: [0, 0, 0] },
    ],
  }),
  composition({
    name: "rmsNorm",
    inputs: { x: { shape: [2, 2] }, w: { shape: [2] } },
    body: ({ x, w }) => rmsNorm(x, w, { eps: 0.5 }),
    samples: [
      {
        in: {
          x: [
            [3, 4],
            [0, 0],
          ],
          w: [1, 2],
        },
        out: [
          [3 / Math.sqrt(13), 8 / Math.sqrt(13)],
          [0, 0],
        ],
      },
    ],
  }),
];

const overChannels: readonly Composition[] = [
  composition({
    name: "batchNorm",
    inputs: { x: { shape: [3, 4] }, w: { shape: [4] }, b: { shape: [4] } },
    body: ({ x, w, b }) => batchNorm(x, w, b),
    samples: [
      {
        in: { x: rows, w, b },
        out: transposed(transposed(rows).map((channel) => standardised(channel, eps))).map((row) => affine(row, w, b)),
      },
    ],
  }),
  composition({
    name: "batchNorm",
    title: "of channels with positions",
    inputs: { x: { shape: [2, 4, 2] }, w: { shape: [4] }, b: { shape: [4] } },
    body: ({ x, w, b }) => batchNorm(x, w, b),
    samples: [{ in: { x: examples, w, b }, out: perChannel(examples) }],
  }),
  composition({
    name: "batchNorm",
    title: "with statistics, channels last",
    inputs: {
      x: { shape: [1, 2, 2] },
      w: { shape: [2] },
      mean: { shape: [2] },
      variance: { shape: [2], domain: [1, 2] },
    },
    body: ({ x, w, mean, variance }) => batchNorm(x, w, null, { axis: -1, statistics: { mean, variance }, eps: 0 }),
    samples: [
      {
        in: {
          x: [
            [
              [1, 3],
              [10, 4],
            ],
          ],
          w: [2, 3],
          mean: [1, 2],
          variance: [4, 0.25],
        },
        out: [
          [
            [0, 6],
            [9, 12],
          ],
        ],
      },
    ],
  }),
  composition({
    name: "groupNorm",
    inputs: { x: { shape: [2, 4, 2] }, w: { shape: [4] }, b: { shape: [4] } },
    body: ({ x, w, b }) => groupNorm(x, 2, w, b),
    samples: [{ in: { x: examples, w, b }, out: examples.map((example) => perGroup(example, 2)) }],
  }),
  composition({
    name: "groupNorm",
    title: "of channels alone",
    inputs: { x: { shape: [1, 4] } },
    body: ({ x }) => groupNorm(x, 2, null, null, { eps: 3 }),
    samples: [{ in: { x: [[1, 3, 2, 4]] }, out: [[-0.5, 0.5, -0.5, 0.5]] }],
  }),
  composition({
    name: "instanceNorm",
    inputs: { x: { shape: [2, 4, 2] }, w: { shape: [4] }, b: { shape: [4] } },
    body: ({ x, w, b }) => instanceNorm(x, w, b),
    samples: [{ in: { x: examples, w, b }, out: examples.map((example) => perGroup(example, 1)) }],
  }),
];

const mean = (values: readonly number[]): number => sumOf(values) / values.length;

/** Of integers, for nothing is differentiated through the batch. */
const statistics: readonly Composition[] = [
  composition({
    name: "runningStatistics",
    inputs: { x: { shape: [3, 2], dtype: "i32", below: 9 }, mean: { shape: [2] }, variance: { shape: [2] } },
    body: ({ x, mean, variance }) => runningStatistics(cast(x, "f64"), { mean, variance }),
    // Channel means 2 and 0, sample variances 1 and 4.
    samples: [
      {
        in: {
          x: [
            [1, 0],
            [2, 2],
            [3, -2],
          ],
          mean: [0, 10],
          variance: [1, 1],
        },
        out: [
          [0.2, 9],
          [1, 1.3],
        ],
      },
    ],
  }),
  composition({
    name: "runningStatistics",
    title: "of the batch alone, channels first",
    inputs: { x: { shape: [2, 3], dtype: "i32", below: 9 }, mean: { shape: [2] }, variance: { shape: [2] } },
    body: ({ x, mean, variance }) => runningStatistics(cast(x, "f64"), { mean, variance }, { axis: 0, momentum: 1 }),
    samples: [
      {
        in: {
          x: [
            [1, 2, 4],
            [5, 5, 5],
          ],
          mean: [9, 9],
          variance: [9, 9],
        },
        out: [
          [mean([1, 2, 4]), 5],
          [7 / 3, 0],
        ],
      },
    ],
  }),
];

export const normalization: readonly Composition[] = [overRows, overChannels, statistics].flat();
