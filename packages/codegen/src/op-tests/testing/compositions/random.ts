/**
 * Random numbers. Samples follow from the words that jax 0.10.2 gives for PRNGKey(42) (split, bits, fold_in); normal ones by
 * √2 erf⁻¹(2u − 1) in 40 digits.
 */
import { dropout, foldIn, randomBernoulli, randomNormal, randomUniform, splitKey } from "@tapeless/types";
import { type Composition, composition } from "./composition.js";

const key = { shape: [2], dtype: "i32", below: 1000 } as const;
const words = [0, 42];

/** Multiples of 2⁻⁵³ of the first three elements. */
const units = [0.4267275666499091, 0.015010069515314584, 0.5741444178995353] as const;

export const randomNumbers: readonly Composition[] = [
  composition({
    name: "splitKey",
    inputs: { key },
    body: ({ key }) => splitKey(key, 3),
    samples: [
      {
        in: { key: words },
        out: [
          [1832780943, 270669613],
          [64467757, -1378843660],
          [-1829035798, 255383827],
        ],
      },
    ],
  }),
  composition({
    name: "foldIn",
    inputs: { key, data: { shape: [], dtype: "i32", below: 9 } },
    body: ({ key, data }) => [foldIn(key, data), foldIn(key, 2 ** 32 - 1)],
    samples: [
      {
        in: { key: words, data: 7 },
        out: [
          [-1747954385, 1371500959],
          [-1896430451, -403990582],
        ],
      },
    ],
  }),
  composition({
    name: "randomUniform",
    inputs: { key, min: { shape: [] }, max: { shape: [3] } },
    body: ({ key, min, max }) => randomUniform(key, [3], { dtype: "f64", min, max }),
    samples: [{ in: { key: words, min: 0, max: [1, 2, 4] }, out: [units[0], 2 * units[1], 4 * units[2]] }],
  }),
  composition({
    name: "randomUniform",
    title: "f32",
    inputs: { key },
    body: ({ key }) => randomUniform(key, [3]),
    samples: [{ in: { key: words }, out: [0.48870962858200073, 0.6797971725463867, 0.6162715554237366] }],
  }),
  composition({
    name: "randomNormal",
    inputs: { key, mean: { shape: [3] }, std: { shape: [] } },
    body: ({ key, mean, std }) => randomNormal(key, [3], { dtype: "f64", mean, std }),
    samples: [
      {
        in: { key: words, mean: [0, 0, 0], std: 1 },
        out: [-0.1847117452819115, -2.1698245603977533, 0.18693555179382598],
      },
    ],
  }),
  composition({
    name: "randomBernoulli",
    inputs: { key, p: { shape: [3] } },
    body: ({ key, p }) => randomBernoulli(key, p, [3]),
    samples: [
      { in: { key: words, p: [0.5, 0.5, 0.5] }, out: [1, 1, 0] },
      { in: { key: words, p: units }, out: [0, 0, 0] },
    ],
  }),
  composition({
    name: "dropout",
    inputs: { key, x: { shape: [3] } },
    body: ({ key, x }) => dropout(x, key, 0.5),
    samples: [{ in: { key: words, x: [1, 2, 3] }, out: [2, 4, 0] }],
  }),
];
