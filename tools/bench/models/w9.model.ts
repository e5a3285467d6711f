/**
 * W9: the Gaussian mixture of ADBench, n = 1000 points of d = 10 dimensions, k = 5 components, in f64: Σᵢ log Σₖ of the
 * densities with a Wishart prior (γ = 1, m = 0), but for a constant.
 */
import {
  add,
  arange,
  einsum,
  equal,
  exp,
  f64,
  fn,
  greater,
  logSumExp,
  mul,
  shiftRight,
  square,
  sub,
  sum,
  take,
  unsqueeze,
  valueAndGrad,
  where,
} from "tapeless";

const [n, d, k] = [1000, 10, 5] as const;

const params = { alphas: f64([k]), means: f64([k, d]), q: f64([k, d]), l: f64([k, 45]) };

/** Lower triangles: e^q on the diagonal, l below it, column by column. */
const triangles = fn({ q: params.q, l: params.l }, ({ q, l }) => {
  const [row, column] = [unsqueeze(arange(d), 1), unsqueeze(arange(d), 0)];
  const start = shiftRight(mul(column, sub(2 * d - 1, column)), 1); // of a column in l: j(2d − j − 1)/2
  const below = take(l, add(start, sub(sub(row, column), 1)), 1);
  return where(greater(row, column), below, where(equal(row, column), unsqueeze(exp(q), 2), 0));
});

const loss = fn({ ...params, x: f64([n, d]) }, ({ alphas, means, q, l, x }) => {
  const centred = sub(unsqueeze(x, 1), unsqueeze(means, 0));
  const whitened = einsum("kij,nkj->nki", triangles({ q, l }), centred);
  const densities = sub(add(alphas, sum(q, 1)), mul(0.5, sum(square(whitened), 2)));
  const prior = mul(0.5, add(sum(square(exp(q))), sum(square(l))));
  return add(sub(sum(logSumExp(densities, 1)), mul(n, logSumExp(alphas))), prior);
});

export const lossAndGrad = valueAndGrad(loss, ["alphas", "means", "q", "l"]);
