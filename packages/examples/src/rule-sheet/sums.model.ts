/** Rules of reductions and broadcasts, which are each other's transpose. */
import { broadcastTo, exp, f64, fn, max, mean, mul, square, sum, tanh, unsqueeze, valueAndGrad } from "tapeless";

const X = f64([2, 4, 3, 7]);

/** Y = ΣX over the first axis: dX repeats dY along that axis. */
export const sumAxis0 = valueAndGrad(
  fn({ X }, ({ X }) => sum(square(sum(X, 0)))),
  ["X"],
);

/** Y = ΣX over the second axis. */
export const sumAxis1 = valueAndGrad(
  fn({ X }, ({ X }) => sum(square(sum(X, 1)))),
  ["X"],
);

/** Y = ΣX over the third axis. */
export const sumAxis2 = valueAndGrad(
  fn({ X }, ({ X }) => sum(square(sum(X, 2)))),
  ["X"],
);

/** Y = ΣX over the last axis. */
export const sumAxis3 = valueAndGrad(
  fn({ X }, ({ X }) => sum(square(sum(X, -1)))),
  ["X"],
);

/** y[i, j, k] = a[i, k]: a new axis, repeated twice. */
export const expandDims = fn({ a: f64([2, 3]) }, ({ a }) => broadcastTo(unsqueeze(a, 1), [2, 2, 3]));

/** d Σx / dx = 1 for every element of a matrix. */
export const sumAll = valueAndGrad(
  fn({ X: f64([3, 4]) }, ({ X }) => sum(X)),
  ["X"],
);

/** The mean over m·n elements: each gets 1 / (m·n). */
export const meanAll = valueAndGrad(
  fn({ X: f64([3, 4]) }, ({ X }) => mean(X)),
  ["X"],
);

/** b = row sums, c = Σb²: db = 2b, and each element of a row gets that of its row. */
export const squaredRowSums = valueAndGrad(
  fn({ a: f64(["m", 5]) }, ({ a }) => sum(square(sum(a, 1)))),
  ["a"],
);

/** The largest element of each row gets the whole cotangent, the others none. */
export const rowMaxima = valueAndGrad(
  fn({ a: f64(["m", 5]) }, ({ a }) => sum(max(a, 1, { keepDims: true }))),
  ["a"],
);

/** probs = counts · inv with one inv for a row: dinv = Σ over the row of counts · dprobs. */
export const normalisedCounts = valueAndGrad(
  fn({ counts: f64(["m", "n"]), counts_sum_inv: f64(["m", 1]) }, (given) =>
    sum(tanh(mul(given.counts, given.counts_sum_inv))),
  ),
  ["counts", "counts_sum_inv"],
);

/** d Σeᵃ / da = eᵃ. */
export const sumOfExponentials = valueAndGrad(
  fn({ a: f64(["n"]) }, ({ a }) => sum(exp(a))),
  ["a"],
);
