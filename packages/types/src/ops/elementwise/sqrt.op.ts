/** Square root: y = √x, y' = 1/(2y). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "sqrt",
  doc: "Square root, √x, elementwise.",
  lower: (s, x) => s.sqrt(x),
  partials: (o, _x, _y, _z, out) => [o.div(0.5, out)],
  samples: [{ in: [[0, 1, 2, 9]], out: [0, 1, Math.SQRT2, 3] }],
  edges: [-1, Number.POSITIVE_INFINITY, Number.NaN],
  domain: [0.2, 3],
});

/**
 * Square root, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = √x
 * @derivative dy = dx / 2y
 * @conventions the derivative at 0 is ∞; NaN below 0
 */
export const sqrt = elementwiseFunction<UnaryFn<"sqrt">>("sqrt");
