/** Rules of products of matrices. `sum` and squares make a scalar of the result, so that dZ = 2Z or dZ = 1. */
import { dot, f64, fn, l2Norm, matmul, mul, sqrt, square, sum, transpose, valueAndGrad, vjp, vmap } from "tapeless";

const X = f64(["m", "n"]);

/** z = X y: dX = dz yᵀ and dy = Xᵀ dz. */
export const matrixVector = valueAndGrad(
  fn({ X, y: f64(["n"]) }, ({ X, y }) => {
    const z = matmul(X, y);
    return dot(z, z);
  }),
  ["X", "y"],
);

/** z = yᵀX: dX = y dzᵀ, the outer product, and dy = X dz. */
export const vectorMatrix = valueAndGrad(
  fn({ X, y: f64(["m"]) }, ({ X, y }) => {
    const z = matmul(y, X);
    return dot(z, z);
  }),
  ["X", "y"],
);

/** Z = X Y: dX = dZ Yᵀ and dY = Xᵀ dZ. */
export const matrixMatrix = valueAndGrad(
  fn({ X: f64([7, 3]), Y: f64([3, 2]) }, ({ X, Y }) => sum(square(matmul(X, Y)))),
  ["X", "Y"],
);

/** Z = XᵀX: dX = X (dZ + dZᵀ), for X is used twice. */
export const gram = valueAndGrad(
  fn({ X: f64([5, 3]) }, ({ X }) => sum(square(matmul(transpose(X), X)))),
  ["X"],
);

/** d Σ(Ab) / dA has bᵀ in every row; d Σ(Ab) / db are the sums of A's columns. */
export const sumOfMatrixVector = valueAndGrad(
  fn({ a: X, b: f64(["n"]) }, ({ a, b }) => sum(matmul(a, b))),
  ["a", "b"],
);

/** d Σ(AB) / dA has the sums of B's rows in every row, d Σ(AB) / dB the sums of A's columns in every column. */
export const sumOfMatrixMatrix = valueAndGrad(
  fn({ a: X, b: f64(["n", 2]) }, ({ a, b }) => sum(matmul(a, b))),
  ["a", "b"],
);

/** Squared Frobenius norm: d ‖X‖² / dX = 2X. */
export const frobeniusSquared = valueAndGrad(
  fn({ X: f64([3, 5]) }, ({ X }) => sum(mul(X, X))),
  ["X"],
);

/** Frobenius norm: d ‖X‖ / dX = X / ‖X‖, and 0 at 0. */
export const frobenius = valueAndGrad(
  fn({ X: f64([3, 5]) }, ({ X }) => l2Norm(X)),
  ["X"],
);

/** The same written out, √Σx²: here the gradient at 0 is not defined. */
export const rootOfSquares = valueAndGrad(
  fn({ X: f64([3, 5]) }, ({ X }) => sqrt(sum(square(X)))),
  ["X"],
);

/** y = A x, pulled back: a cotangent v of y is Aᵀv of x and v xᵀ of A. */
export const linearMap = vjp(
  fn({ A: X, x: f64(["n"]) }, ({ A, x }) => matmul(A, x)),
  ["x", "A"],
);

/** Jacobian of y = A x in numerator layout: J = A. Its rows are the unit vectors, pulled back all at once. */
export const linearJacobian = vmap(
  vjp(
    fn({ A: X, x: f64(["n"]) }, ({ A, x }) => matmul(A, x)),
    ["x"],
  ),
  "rows",
  { input: null },
);

/** Jacobian of y = xᵀA: J = Aᵀ. */
export const rowJacobian = vmap(
  vjp(
    fn({ A: X, x: f64(["m"]) }, ({ A, x }) => matmul(x, A)),
    ["x"],
  ),
  "rows",
  { input: null },
);
