/** Inverse hyperbolic tangent: y' = 1/(1 - x²). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "atanh",
  doc: "Inverse hyperbolic tangent, ½ ln((1 + x)/(1 - x)), elementwise, of |x| < 1.",
  lower: (s, x) => s.atanh(x),
  partials: (o, x) => [o.div(1, o.oneMinusSquare(x))],
  samples: [{ in: [[0, 0.5, -0.75]], out: [0, 0.5493061443340549, -0.9729550745276566] }],
  edges: [0.9999999999999999, -1, 1, 2, Number.NaN],
  domain: [-0.9, 0.9],
});

/**
 * Inverse hyperbolic tangent, elementwise, of |x| < 1.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ½ ln((1 + x)/(1 - x))
 * @derivative dy = dx / (1 - x²)
 * @conventions at ±1 the value and the derivative are infinite; NaN outside of [-1, 1]
 */
export const atanh = elementwiseFunction<UnaryFn<"atanh">>("atanh");
