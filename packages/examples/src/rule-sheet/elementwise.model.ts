/**
 * Rules of elementwise functions: a cotangent dY of the result is dY ∘ f'(X) of the operand. Shapes do not matter to them,
 * so these take tensors of any shape, flat.
 */
import {
  add,
  cos,
  div,
  exp,
  f64,
  fn,
  log,
  mul,
  pow,
  relu,
  sigmoid,
  square,
  sub,
  sum,
  tanh,
  valueAndGrad,
  vjp,
} from "tapeless";

const X = f64(["size"]);
const M = f64(["size"]);
const N = f64(["size"]);

/** Y = e^X: dX = dY ∘ Y. */
export const exponential = vjp(
  fn({ X }, ({ X }) => exp(X)),
  ["X"],
);

/** Y = ln X: dX = dY / X. */
export const logarithm = vjp(
  fn({ X }, ({ X }) => log(X)),
  ["X"],
);

/** Y = σ(X): dX = dY ∘ Y ∘ (1 - Y). */
export const logistic = vjp(
  fn({ X }, ({ X }) => sigmoid(X)),
  ["X"],
);

/** Y = tanh X: dX = dY ∘ (1 + Y) ∘ (1 - Y). */
export const hyperbolicTangent = vjp(
  fn({ X }, ({ X }) => tanh(X)),
  ["X"],
);

/** Y = max(0, X): dX = dY where X > 0, and 0 elsewhere, also at 0. */
export const rectifier = vjp(
  fn({ X }, ({ X }) => relu(X)),
  ["X"],
);

/** Y = M + N: dM = dN = dY. */
export const matrixSum = vjp(
  fn({ M, N }, ({ M, N }) => add(M, N)),
  ["M", "N"],
);

/** Y = M - N: dM = dY and dN = -dY. */
export const matrixDifference = vjp(
  fn({ M, N }, ({ M, N }) => sub(M, N)),
  ["M", "N"],
);

/** Y = M ∘ N: dM = dY ∘ N and dN = dY ∘ M. */
export const hadamard = vjp(
  fn({ M, N }, ({ M, N }) => mul(M, N)),
  ["M", "N"],
);

/** Z = cos X in e = ΣZ²: dX = -dZ ∘ sin X. */
export const cosine = valueAndGrad(
  fn({ X }, ({ X }) => sum(square(cos(X)))),
  ["X"],
);

/** Z = X^Y, elementwise: dX = dZ ∘ Y ∘ X^(Y-1) and dY = dZ ∘ X^Y ∘ ln X. */
export const power = valueAndGrad(
  fn({ X, Y: f64(["size"]) }, ({ X, Y }) => sum(square(pow(X, Y)))),
  ["X", "Y"],
);

/** d = ln(a·b): da = 1/a and db = 1/b, whatever the other is. */
export const logOfProduct = vjp(
  fn({ a: f64(["size"]), b: f64(["size"]) }, ({ a, b }) => log(mul(a, b))),
  ["a", "b"],
);

/** d Σ(a ∘ b) / da = b and d Σ(a ∘ b) / db = a. */
export const sumOfProducts = valueAndGrad(
  fn({ a: M, b: N }, ({ a, b }) => sum(mul(a, b))),
  ["a", "b"],
);

/** d Σ(1/a) / da = -1/a². */
export const sumOfReciprocals = valueAndGrad(
  fn({ a: f64(["size"]) }, ({ a }) => sum(div(1, a))),
  ["a"],
);
