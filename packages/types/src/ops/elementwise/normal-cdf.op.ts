/**
 * Distribution function of the normal distribution: y = Φ(x), y' = e^(-x²/2)/√(2π). What gelu is made of: a rounding of
 * x/√2 would show in erfc as an error of x² units in the last place.
 */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "normalCdf",
  doc: "Distribution function of the normal distribution, Φ(x) = erfc(-x/√2)/2, elementwise, with all its digits where it is small.",
  lower: (s, x) => s.normalCdf(x),
  partials: (o, x) => [o.mul(1 / Math.sqrt(2 * Math.PI), o.expProduct(o.mul(x, -0.5), x))],
  // Digits from 50-digit arithmetic.
  samples: [{ in: [[0, 1, -2, -10]], out: [0.5, 0.8413447460685429, 0.02275013194817921, 7.619853024160525e-24] }],
  edges: [0, 40, -40, Number.NaN],
});
