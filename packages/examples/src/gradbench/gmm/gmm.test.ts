/** gmm against the density of its definition, taken out of logarithms, and where one component makes it a closed form. */
import { expect, test } from "vitest";
import { check } from "../testing/check.js";
import { differences } from "../verify/differences.js";
import { gmm, logMultivariateGamma } from "./gmm.js";

type Matrix = readonly (readonly number[])[];

interface Input {
  readonly d: number;
  readonly k: number;
  readonly n: number;
  readonly m: number;
  readonly gamma: number;
  readonly x: Matrix;
  readonly alpha: readonly number[];
  readonly mu: Matrix;
  readonly q: Matrix;
  readonly l: Matrix;
}

const total = (values: readonly number[]) => values.reduce((so, value) => so + value, 0);
const at = (values: readonly number[] | undefined, i: number) => values?.[i] ?? Number.NaN;

/** Q of a component: e^q on the diagonal, l below it, column by column. */
function triangle({ d, q, l }: Input, k: number): Matrix {
  let next = 0;
  const rows = Array.from({ length: d }, () => new Array<number>(d).fill(0));
  for (let j = 0; j < d; j++) {
    for (let i = j; i < d; i++) {
      const row = rows[i] ?? [];
      row[j] = i === j ? Math.exp(at(q[k], i)) : at(l[k], next++);
    }
  }
  return rows;
}

/** log p(x | θ, φ) p(θ), factor by factor: with det Q = e^Σq, and the trace of QᵀQ the sum of the squares of Q. */
function logPosterior(input: Input): number {
  const { d, k, m, gamma, x, alpha, mu, q } = input;
  const weights = alpha.map((each) => Math.exp(each) / total(alpha.map(Math.exp)));
  const triangles = Array.from({ length: k }, (_, c) => triangle(input, c));
  const dets = q.map((row) => Math.exp(total(row)));
  const density = (point: readonly number[], c: number) => {
    const apart = point.map((value, j) => value - at(mu[c], j));
    const squares = (triangles[c] ?? []).map((row) => total(row.map((value, j) => value * at(apart, j))) ** 2);
    return (at(dets, c) * Math.exp(-total(squares) / 2)) / (2 * Math.PI) ** (d / 2);
  };
  const likelihood = total(x.map((point) => Math.log(total(weights.map((weight, c) => weight * density(point, c))))));
  const freedom = d + m + 1;
  const wishart = triangles.map((Q, c) => {
    const trace = gamma ** 2 * total(Q.flat().map((value) => value ** 2));
    const scale = (freedom * d * Math.log(2)) / 2 - freedom * d * Math.log(gamma) + logMultivariateGamma(d, freedom);
    return m * Math.log(at(dets, c)) - trace / 2 - scale;
  });
  return likelihood + total(wishart);
}

const input: Input = {
  d: 3,
  k: 2,
  n: 4,
  m: 2,
  gamma: 1.3,
  x: [
    [0.3, -1.2, 0.8],
    [1.1, 0.4, -0.5],
    [-0.7, 0.9, 0.1],
    [0.2, 0.2, -1.4],
  ],
  alpha: [0.4, -0.9],
  mu: [
    [0.1, 0.5, -0.2],
    [0.8, -0.3, 0.6],
  ],
  q: [
    [-0.2, 0.3, 0.1],
    [0.5, -0.4, 0.2],
  ],
  l: [
    [0.7, -0.6, 0.2],
    [-0.3, 0.9, 0.4],
  ],
};

const changed = <K extends "alpha" | "mu" | "q" | "l">(key: K) =>
  differences((value) => logPosterior({ ...input, [key]: value }), input[key]);

check(gmm, [
  { from: "by the definition", input, outputs: { objective: logPosterior(input) } },
  {
    from: "differences of the definition",
    input,
    outputs: { jacobian: { alpha: changed("alpha"), mu: changed("mu"), q: changed("q"), l: changed("l") } },
  },
  {
    from: "one Gaussian on the line: Σ(q - ½ log 2π - e²ᵠ(x - μ)²/2), and the Wishart prior with Γ(1) = 1",
    input: { d: 1, k: 1, n: 2, m: 0, gamma: 2, x: [[1], [4]], alpha: [5], mu: [[2]], q: [[0]], l: [[]] },
    outputs: {
      objective: -Math.log(2 * Math.PI) - 1 / 2 - 4 / 2 + 2 * Math.log(2 / Math.SQRT2) - 4 / 2,
      jacobian: { alpha: [0], mu: [[-1 + 2]], q: [[2 - (1 + 4) - 4]], l: [[]] },
    },
  },
]);

test.each([
  [1, 1, Math.log(Math.PI) / 2],
  [1, 8, Math.log(6)],
  [1, 5, Math.log((3 / 4) * Math.sqrt(Math.PI))],
  [2, 3, Math.log(Math.PI / 2)],
  [2, 4, Math.log(Math.PI / 2)],
])("log Γ_%i(%i/2)", (d, h, expected) => {
  expect(logMultivariateGamma(d, h)).toBeCloseTo(expected, 14);
});
