/** The derivative of silu, y = σ(x)(1 + x σ(-x)), and its own: y' = σ(x) σ(-x)(2 + x (σ(-x) - σ(x))). */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "siluSlope",
  doc: "Derivative of silu, elementwise, accurate near its zero.",
  lower: (s, x) => s.siluSlope(x),
  partials: (o, x) => {
    const [up, down] = [o.sigmoid(x), o.sigmoid(o.neg(x))];
    return [o.mul(o.mul(up, down), o.add(2, o.mul(x, o.sub(down, up))))];
  },
  // The closed form in 40-digit arithmetic.
  samples: [{ in: [[0, 1, -1]], out: [0.5, 0.9276705118714867, 0.07232948812851327] }],
  edges: [-1.2784645427610737, 1000, -700, Number.NaN],
});
