/** Arc tangent: y' = 1/(1 + x²). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "atan",
  doc: "Arc tangent in radians, elementwise.",
  lower: (s, x) => s.atan(x),
  partials: (o, x) => [o.atanSlope(x)],
  samples: [{ in: [[0, 1, -2]], out: [0, Math.PI / 4, -1.1071487177940904] }],
  edges: [Number.POSITIVE_INFINITY, Number.NaN],
});

/**
 * Arc tangent in radians, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = atan x
 * @derivative dy = dx / (1 + x²)
 */
export const atan = elementwiseFunction<UnaryFn<"atan">>("atan");
