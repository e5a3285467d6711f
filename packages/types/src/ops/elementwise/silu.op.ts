/** y = x σ(x), y' = σ(x)(1 + x σ(-x)). A primitive, because by the product rule y' cancels near its zero at x = -1.278. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "silu",
  doc: "x · sigmoid(x), elementwise.",
  // In f32 the product rule in double is enough, and shares the exponential and the division with the value.
  lower: (s, x) => {
    const below = s.add(1, s.exp(s.neg(x)));
    return x.dtype === "f32" ? s.mul(x, s.div(1, below)) : s.div(x, below);
  },
  partials: (o, x) => {
    if (x.dtype !== "f32") return [o.siluSlope(x)];
    const up = o.sigmoid(x);
    return [o.mul(up, o.add(1, o.mul(x, o.sub(1, up))))];
  },
  // x / (1 + e^-x)
  samples: [{ in: [[0, 1, -2]], out: [0, 0.7310585786300049, -0.23840584404423512] }],
  edges: [-1.2784645427610737, 1000, -700, Number.NaN],
});

/**
 * Sigmoid linear unit, also called swish.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x σ(x), σ(x) = 1/(1 + e⁻ˣ)
 * @derivative dy = σ(x)(1 + x σ(-x)) dx
 */
export const silu = elementwiseFunction<UnaryFn<"silu">>("silu");
