/** Rules of a vector and a scalar: norms, products, quadratic forms, and what broadcasting a scalar sums up. */
import { abs, add, div, dot, f64, fn, grad, jvp, l1Norm, matmul, mul, square, sub, sum, valueAndGrad } from "tapeless";

const x = f64(["n"]);
const y = f64(["n"]);
const c = f64([]);

/** Squared length: d ‖x‖₂² / dx = 2x. */
export const squaredNorm = valueAndGrad(
  fn({ x }, ({ x }) => dot(x, x)),
  ["x"],
);

/** Sum of absolute values: d ‖x‖₁ / dx = sign x, and 0 at 0. */
export const absoluteNorm = valueAndGrad(
  fn({ x }, ({ x }) => l1Norm(x)),
  ["x"],
);

/** The same written out, Σ|xᵢ|. */
export const sumOfAbsolutes = valueAndGrad(
  fn({ x }, ({ x }) => sum(abs(x))),
  ["x"],
);

/** Sum: d Σᵢ xᵢ / dx = 1 everywhere. */
export const total = valueAndGrad(
  fn({ x }, ({ x }) => sum(x)),
  ["x"],
);

/** Product of two vectors: d xᵀy / dx = y and d xᵀy / dy = x. */
export const inner = valueAndGrad(
  fn({ x, y }, ({ x, y }) => dot(x, y)),
  ["x", "y"],
);

/** A scalar z = xᵀy in e = z²: dx = dz · y and dy = dz · x with dz = 2z. */
export const innerSquared = valueAndGrad(
  fn({ x, y }, ({ x, y }) => square(dot(x, y))),
  ["x", "y"],
);

/** Quadratic form: d xᵀMx / dx = (M + Mᵀ)x, which is 2Mx where M is symmetric; d xᵀMx / dM = x xᵀ. */
const quadraticForm = fn({ x, M: f64(["n", "n"]) }, ({ x, M }) => dot(matmul(x, M), x));

/** d xᵀMx / dx = (M + Mᵀ)x, which is 2Mx where M is symmetric; d xᵀMx / dM = x xᵀ. */
export const quadratic = valueAndGrad(quadraticForm, ["x", "M"]);

/** Its second derivative along v is (M + Mᵀ)v: forward mode over the gradient. */
export const quadraticCurvature = jvp(grad(quadraticForm, "x"), "x");

/** z = c·x in e = Σz²: dx = c·dz, and c, which every element shares, gets the sum dc = dzᵀx. */
export const scaled = valueAndGrad(
  fn({ c, x }, ({ c, x }) => sum(square(mul(c, x)))),
  ["c", "x"],
);

/** z = c + x in e = Σz²: dx = dz and dc = Σ dz. */
export const shifted = valueAndGrad(
  fn({ c, x }, ({ c, x }) => sum(square(add(c, x)))),
  ["c", "x"],
);

/** z = c/x in e = Σz²: dx = -c·dz/x² and dc = Σ dz/x. */
export const divided = valueAndGrad(
  fn({ c, x }, ({ c, x }) => sum(square(div(c, x)))),
  ["c", "x"],
);

/** ((a + h)ᵀb - aᵀb) / h with the same h on every element: the derivative along 1, which is Σb. */
export const forwardDifference = fn({ a: x, b: y, h: c }, ({ a, b, h }) => div(sub(dot(add(a, h), b), dot(a, b)), h));
