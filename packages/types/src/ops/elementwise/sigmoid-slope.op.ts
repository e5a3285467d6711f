/** The derivative of the logistic function: y = σ(x) σ(-x), y' = -y tanh(x/2). */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "sigmoidSlope",
  doc: "Derivative of the logistic function, σ(x) σ(-x), elementwise; with all its digits far out.",
  lower: (s, x) => s.sigmoidSlope(x),
  // As σ(x) σ(-x) its derivative would be y (σ(-x) - σ(x)), which cancels near 0.
  partials: (o, x, _y, _z, out) => [o.neg(o.mul(out, o.tanh(o.mul(0.5, x))))],
  // 1/(4 cosh²(x/2)); digits from 50-digit arithmetic.
  samples: [{ in: [[0, 1, -2]], out: [0.25, 0.19661193324148185, 0.10499358540350649] }],
  edges: [40, 1000, -1000, Number.NaN],
});
