/** Inverse of the normal distribution function: of y = Φ⁻¹(p), dp/dy is the density, so dy/dp = √(2π) e^(y²/2). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

/** √(2π) */
const root = 2.5066282746310002;

export default defineElementwise({
  name: "normalQuantile",
  doc: "Inverse of the standard normal distribution function, elementwise.",
  lower: (s, x) => s.normalQuantile(x),
  partials: (o, _x, _y, _z, out) => [o.mul(root, o.exp(o.mul(0.5, o.mul(out, out))))],
  // mpmath at 40 digits.
  samples: [
    {
      in: [[0.5, 0.25, 0.001, 1e-20, 0.975]],
      out: [0, -0.6744897501960817, -3.090232306167814, -9.262340089798409, 1.959963984540054],
    },
  ],
  edges: [0, 1, Number.NaN],
  domain: [0.1, 0.9],
});

/**
 * The number that a standard normal variable stays below with the given probability, elementwise.
 *
 * @shapes p: [...] -> [...]
 * @formula y = Φ⁻¹(p), Φ(y) = (1 + erf(y / √2)) / 2
 * @derivative dy = √(2π) e^(y² / 2) dp
 * @conventions -Infinity at 0, Infinity at 1, NaN outside
 */
export const normalQuantile = elementwiseFunction<UnaryFn<"normalQuantile">>("normalQuantile");
