/**
 * x / (1 + |x|). A primitive because the quotient rule gives 1/(1 + |x|) - |x|/(1 + |x|)², which cancels for large x; it is
 * 1/(1 + |x|)², taken as a square so that it does not overflow on the way.
 */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "softsign",
  doc: "x / (1 + |x|), elementwise.",
  lower: (s, x) => s.div(x, s.add(1, s.abs(x))),
  partials: (o, x) => {
    const part = o.div(1, o.add(1, o.abs(x)));
    return [o.mul(part, part)];
  },
  samples: [{ in: [[0, 1, -3]], out: [0, 0.5, -0.75] }],
  edges: [0, 1e300, Number.NaN],
});

/**
 * Sign that goes over from -1 to 1 smoothly.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x / (1 + |x|)
 * @derivative dy = dx / (1 + |x|)²
 * @conventions the second derivative jumps at 0 and is 0 there
 */
export const softsign = elementwiseFunction<UnaryFn<"softsign">>("softsign");
