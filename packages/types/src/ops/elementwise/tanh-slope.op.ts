/** The derivative of tanh: y = 1/cosh²x, y' = -2 y tanh x. */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "tanhSlope",
  doc: "Derivative of tanh, 1/cosh²x, elementwise; with all its digits far out.",
  lower: (s, x) => s.tanhSlope(x),
  partials: (o, x, _y, _z, out) => [o.mul(-2, o.mul(out, o.tanh(x)))],
  // Digits from 50-digit arithmetic.
  samples: [{ in: [[0, 1, -2]], out: [1, 0.4199743416140261, 0.07065082485316447] }],
  edges: [20, 1000, -1000, Number.NaN],
});
