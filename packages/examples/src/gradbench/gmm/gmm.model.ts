/** GradBench's gmm: the logarithm of the posterior of a mixture of Gaussians, with a Wishart prior on the precisions. */
import {
  add,
  arange,
  dimension,
  div,
  einsum,
  equal,
  exp,
  f64,
  fn,
  grad,
  greater,
  log,
  logSumExp,
  mul,
  shiftRight,
  square,
  sub,
  sum,
  take,
  unsqueeze,
  where,
} from "tapeless";

const params = {
  /** The weights of the mixture are the softmax of it. */
  alpha: f64(["k"]),
  mu: f64(["k", "d"]),
  q: f64(["k", "d"]),
  /** d(d - 1)/2 numbers for each component. */
  l: f64(["k", "t"]),
};

/**
 * Q: lower triangular matrices, e^q on their diagonals and l below, column by column. The column j has d - 1 - j numbers of
 * l, so the element i, j is number j(2d - j - 1)/2 + i - j - 1.
 */
const triangles = fn({ q: params.q, l: params.l }, ({ q, l }) => {
  const i = unsqueeze(arange("d"), 1);
  const j = unsqueeze(arange("d"), 0);
  const columnStart = shiftRight(mul(j, sub(sub(mul(2, dimension("d")), j), 1)), 1);
  const below = take(l, add(columnStart, sub(sub(i, j), 1)), 1);
  return where(greater(i, j), below, where(equal(i, j), unsqueeze(exp(q), 2), 0));
});

/** Σᵢ log Σₖ φₖ N(xᵢ; μₖ, (QₖᵀQₖ)⁻¹), where φ = softmax α and det Qₖ = e^Σq. */
const logLikelihood = fn({ params, x: f64(["n", "d"]) }, ({ params: { alpha, mu, q, l }, x }) => {
  const Q = triangles({ q, l });
  const whitened = sub(einsum("kij,nj->nki", Q, x), einsum("kij,kj->ki", Q, mu));
  const beta = sub(add(alpha, sum(q, 1)), mul(0.5, sum(square(whitened), 2)));
  const perPoint = add(logSumExp(alpha), mul(dimension("d", "f64"), 0.5 * Math.log(2 * Math.PI)));
  return sum(sub(logSumExp(beta, 1), perPoint));
});

const prior = {
  gamma: f64([]),
  m: f64([]),
  /** log Γ_d((d + m + 1)/2), the multivariate gamma function; no parameter is in it. */
  logGamma: f64([]),
};

/** Σₖ log W(QₖᵀQₖ; γ⁻²·1, d + m + 1), the Wishart distribution. */
const logPrior = fn({ params, prior }, ({ params: { q, l }, prior: { gamma, m, logGamma } }) => {
  const d = dimension("d", "f64");
  const freedom = add(d, m, 1);
  const constant = sub(mul(freedom, d, log(div(gamma, Math.SQRT2))), logGamma);
  const frobenius = add(sum(exp(mul(2, q))), sum(square(l)));
  return add(mul(dimension("k", "f64"), constant), sub(mul(m, sum(q)), mul(0.5, square(gamma), frobenius)));
});

export const objective = fn({ params, prior, x: f64(["n", "d"]) }, ({ params, prior, x }) =>
  add(logLikelihood({ params, x }), logPrior({ params, prior })),
);

export const jacobian = grad(objective, "params");
