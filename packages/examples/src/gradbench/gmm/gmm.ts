/** The module `gmm`. */
import { partsOf } from "../output.js";
import { operation, type Problem } from "../problem.js";
import { matrix, numberFrom, object, type Reader, requireEqual, vector, wholeFrom } from "../read.js";
import { jacobian, type ObjectiveInput, objective } from "./gmm.gen.js";

/** log Γ(h/2): from Γ(1/2) = √π or Γ(1) = 1 on, by Γ(z + 1) = z Γ(z). */
function logGammaOfHalf(h: number): number {
  let value = h % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let twice = h % 2 === 0 ? 2 : 1; twice < h; twice += 2) value += Math.log(twice / 2);
  return value;
}

/** log Γ_d(h/2), the multivariate gamma function: (d(d - 1)/4) log π + Σᵢ log Γ((h - i)/2), i from 0 to d - 1. */
export function logMultivariateGamma(d: number, h: number): number {
  let value = (d * (d - 1) * Math.log(Math.PI)) / 4;
  for (let i = 0; i < d; i++) value += logGammaOfHalf(h - i);
  return value;
}

const fields = object({
  d: wholeFrom(1),
  k: wholeFrom(1),
  n: wholeFrom(0),
  x: matrix,
  m: wholeFrom(0),
  gamma: numberFrom(0),
  alpha: vector,
  mu: matrix,
  q: matrix,
  l: matrix,
});

const read: Reader<ObjectiveInput> = (value, at) => {
  const { d, k, n, x, m, gamma, alpha, mu, q, l } = fields(value, at);
  requireEqual("alpha", "its length", alpha.length, k);
  for (const [name, { rows, columns }, wanted] of [
    ["x", x, { rows: n, columns: d }],
    ["mu", mu, { rows: k, columns: d }],
    ["q", q, { rows: k, columns: d }],
    ["l", l, { rows: k, columns: (d * (d - 1)) / 2 }],
  ] as const) {
    requireEqual(name, "the number of rows", rows, wanted.rows);
    if (rows > 0) requireEqual(name, "the length of a row", columns, wanted.columns);
  }
  return {
    params: { alpha, mu: mu.data, q: q.data, l: l.data },
    prior: { gamma, m, logGamma: logMultivariateGamma(d, d + m + 1) },
    x: x.data,
  };
};

export const gmm: Problem = {
  name: "gmm",
  functions: {
    objective: operation(read, objective),
    jacobian: operation(read, jacobian, ({ alpha, mu, q, l }) => {
      const rows = (data: Float64Array) => partsOf(data, alpha.length);
      return { alpha, mu: rows(mu), q: rows(q), l: rows(l) };
    }),
  },
};
