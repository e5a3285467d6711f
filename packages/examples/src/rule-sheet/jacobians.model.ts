/**
 * Jacobians, in numerator layout: J[i, j] = ∂yᵢ/∂xⱼ. Pulling back the unit vectors of the result, all at once, gives the
 * rows: `vmap` of `vjp`, called with the identity matrix as cotangent.
 */
import { add, f64, fn, log, mul, sin, softmax, square, stack, sub, vjp, vmap } from "tapeless";

const w = f64(["n"]);
const x = f64(["n"]);

/** S = softmax x: ∂Sᵢ/∂xⱼ = Sᵢ(1 - Sⱼ) where i = j, else -SᵢSⱼ. Every row sums to 0. */
export const softmaxJacobian = vmap(
  vjp(
    fn({ x }, ({ x }) => softmax(x)),
    ["x"],
  ),
  "rows",
  { input: null },
);

/** ∂(w + x)/∂w = ∂(w + x)/∂x = I. */
export const sumJacobian = vmap(
  vjp(
    fn({ w, x }, ({ w, x }) => add(w, x)),
    ["w", "x"],
  ),
  "rows",
  { input: null },
);

/** ∂(w - x)/∂w = I and ∂(w - x)/∂x = -I. */
export const differenceJacobian = vmap(
  vjp(
    fn({ w, x }, ({ w, x }) => sub(w, x)),
    ["w", "x"],
  ),
  "rows",
  { input: null },
);

/** ∂(w ∘ x)/∂w = diag x and ∂(w ∘ x)/∂x = diag w. */
export const productJacobian = vmap(
  vjp(
    fn({ w, x }, ({ w, x }) => mul(w, x)),
    ["w", "x"],
  ),
  "rows",
  { input: null },
);

/** f(x) = x: the Jacobian is I. */
export const identityJacobian = vmap(
  vjp(
    fn({ x }, ({ x }) => x),
    ["x"],
  ),
  "rows",
  { input: null },
);

/** f = 3x²(2y + 7) and g = 4x + y²: J = [6x(2y + 7), 6x²; 4, 2y]. */
export const twoFunctions = vmap(
  vjp(
    fn({ x: f64([]), y: f64([]) }, ({ x, y }) => {
      const f = mul(mul(3, square(x)), add(mul(2, y), 7));
      const g = add(mul(4, x), square(y));
      return stack([f, g]);
    }),
    ["x", "y"],
  ),
  2,
  { input: null },
);

/** y = [ln g₁, sin g₂] of g = [x², 3x]: the product of both Jacobians, [2/x, 3 cos 3x]. */
export const vectorChain = vmap(
  vjp(
    fn({ x: f64([]) }, ({ x }) => stack([log(square(x)), sin(mul(3, x))])),
    ["x"],
  ),
  2,
  { input: null },
);
