/**
 * Reductions where something happens: zeros in products, nothing to spread, norms at 0 and out of range, ties, and numbers
 * that lie close together or far out. All expected values are closed forms.
 */
import {
  f64,
  fn,
  grad,
  l2Norm,
  logSoftmax,
  logSumExp,
  max,
  mean,
  mul,
  norm,
  prod,
  softmax,
  std,
  sum,
  variance,
} from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { checkEdge, checkSecondOrder, type Edge, type SecondOrder } from "./testing/edge.js";
import { resultsOf } from "./testing/programs-of-users.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const edges: readonly Edge[] = [
  { title: "prod with no zero", body: (x) => prod(x), x: [2, 3, 4], value: 24, dx: [12, 8, 6] },
  { title: "prod with one zero", body: (x) => prod(x), x: [2, 0, 4, 5], value: 0, dx: [0, 40, 0, 0] },
  { title: "prod with two zeros", body: (x) => prod(x), x: [2, 0, 0, 5, 3], value: 0, dx: [0, 0, 0, 0, 0] },
  { title: "prod of NaN", body: (x) => prod(x), x: [2, nan], value: nan, dx: [nan, 2] },
  { title: "std of equal numbers", body: (x) => std(x), x: [2, 2, 2], value: 0, dx: [0, 0, 0] },
  { title: "std of one number", body: (x) => std(x), x: [7], value: 0, dx: [0] },
  { title: "variance of one number of a sample", body: (x) => variance(x, 0, { correction: 1 }), x: [7], value: nan },
  {
    title: "variance far from 0", // deviations -1, 0, 1; one-pass formulas have no digit left
    body: (x) => variance(x),
    x: [1e9, 1e9 + 1, 1e9 + 2],
    value: 2 / 3,
    dx: [-2 / 3, 0, 2 / 3],
  },
  {
    title: "variance of large numbers",
    body: (x) => variance(x),
    x: [1e150, -1e150],
    value: 1e300,
    dx: [1e150, -1e150],
  },
  { title: "norm at 0", body: (x) => norm(x), x: [0, -0], value: 0, dx: [0, 0] },
  { title: "norm of order 1 at 0", body: (x) => norm(x, 0, { ord: 1 }), x: [0, 2], value: 2, dx: [0, 1] },
  { title: "norm of order 3 at 0", body: (x) => norm(x, 0, { ord: 3 }), x: [0, 0], value: 0, dx: [0, 0] },
  { title: "norm of order 1/2 at 0", body: (x) => norm(x, 0, { ord: 0.5 }), x: [0, 4], value: 4, dx: [0, 1] },
  {
    title: "norm of order Infinity with ties",
    body: (x) => norm(x, 0, { ord: inf }),
    x: [1, -3, 3],
    value: 3,
    dx: [0, -1, 0],
  },
  { title: "norm of huge numbers", body: (x) => l2Norm(x), x: [3e300, -4e300], value: 5e300, dx: [0.6, -0.8] },
  { title: "norm of tiny numbers", body: (x) => l2Norm(x), x: [3e-300, 4e-300, 0], value: 5e-300, dx: [0.6, 0.8, 0] },
  {
    title: "norm of subnormal numbers",
    body: (x) => l2Norm(x),
    x: [3 * 5e-324, 4 * 5e-324],
    value: 5 * 5e-324,
    dx: [0.6, 0.8],
  },
  { title: "norm of numbers far apart", body: (x) => l2Norm(x), x: [1e300, 1e-300], value: 1e300 },
  { title: "norm of Infinity", body: (x) => l2Norm(x), x: [1, -inf], value: inf },
  { title: "norm of NaN", body: (x) => l2Norm(x), x: [1, nan], value: nan },
  { title: "max with ties", body: (x) => max(x), x: [1, 3, 3], value: 3, dx: [0, 1, 0] },
  { title: "logSumExp far out", body: (x) => logSumExp(x), x: [1e308, 0, -1e308], value: 1e308, dx: [1, 0, 0] },
  { title: "logSumExp of -Infinity beside a number", body: (x) => logSumExp(x), x: [-inf, 2], value: 2, dx: [0, 1] },
  { title: "softmax far out", body: (x) => softmax(x), x: [1e308, 0], value: [1, 0], dx: [0, 0] },
  { title: "logSoftmax far out", body: (x) => logSoftmax(x), x: [1000, 0], value: [0, -1000], dx: [-1, 1] },
  { title: "mean of one", body: (x) => mean(x), x: [nan], value: nan, dx: [1] },
];

describe("edges of reductions", () => {
  test.each(edges)("$title", checkEdge);
});

test("the gradient of logSumExp has all its digits at logits of 1e4, and its gradient", () => {
  const logits = [10000.3, 9999.8, 10001.1];
  const total = fn({ x: f64([3]) }, ({ x }) => logSumExp(x));
  const slope = fn({ x: f64([3]), w: f64([3]) }, ({ x, w }) => sum(mul(grad(total)({ x }), w)));
  const powers = logits.map((x) => Math.exp(x - 10001.1));
  const whole = powers.reduce((a, b) => a + b);
  const weights = powers.map((power) => power / whole);
  const mean = weights.reduce((a, weight, k) => a + weight * (k + 1), 0);
  const [first] = resultsOf(grad(total), [logits]);
  const [second] = resultsOf(grad(slope, "x"), [logits, [1, 2, 3]]);
  weights.forEach((weight, k) => {
    expect(Math.abs((first?.[k] ?? 0) / weight - 1)).toBeLessThan(1e-15);
    expect(Math.abs((second?.[k] ?? 0) / (weight * (k + 1 - mean)) - 1)).toBeLessThan(1e-14);
  });
});

const seconds: readonly SecondOrder[] = [
  // ∂²Π/∂xᵢ∂xⱼ is the product of all but i and j; a row of the Hessian adds up over j ≠ i.
  { title: "prod", body: (x) => prod(x), x: [2, 3, 4], second: [7, 6, 5] },
  { title: "prod with one zero", body: (x) => prod(x), x: [2, 0, 4], second: [4, 6, 2] },
  { title: "prod with two zeros", body: (x) => prod(x), x: [0, 3, 0], second: [3, 0, 3] },
  { title: "prod with three zeros", body: (x) => prod(x), x: [0, 0, 0, 4], second: [0, 0, 0, 0] },
  // The Hessian's rows are 2(eᵢ - 1/n)/n, which adds up to 0.
  { title: "std of equal numbers", body: (x) => std(x), x: [2, 2, 2], second: [0, 0, 0] },
  { title: "norm at 0", body: (x) => norm(x), x: [0, 0], second: [0, 0] },
  // (I - uuᵀ)/|x| with u = (0.6, 0.8): rows add up to 1 - 0.6·1.4 and 1 - 0.8·1.4, over 5.
  { title: "norm", body: (x) => norm(x), x: [3, 4], second: [0.032, -0.024] },
];

describe("second derivatives of reductions", () => {
  test.each(seconds)("$title", checkSecondOrder);
});

test("the logarithm of a softmax keeps its digits for large logits", () => {
  const f = fn({ x: f64([2]) }, ({ x }) => logSoftmax(x));
  const [value = []] = resultsOf(f, [[1e4, 1e4 - 1]]);
  // -ln(1 + 1/e) and -ln(1 + e)
  [-0.31326168751822286, -1.3132616875182228].forEach((want, k) => {
    expect(Math.abs((value[k] ?? nan) - want)).toBeLessThan(5e-16);
  });
});
