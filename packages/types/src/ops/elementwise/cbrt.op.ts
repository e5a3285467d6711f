/** Cube root: y = ∛x, y' = 1/(3y²). A primitive, because a power has no value for negative x. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "cbrt",
  doc: "Cube root, ∛x, elementwise, of any sign.",
  lower: (s, x) => s.cbrt(x),
  partials: (o, _x, _y, _z, out) => [o.div(1 / 3, o.mul(out, out))],
  samples: [{ in: [[0, 8, -27, 2]], out: [0, 2, -3, 1.2599210498948732] }],
  edges: [Number.NEGATIVE_INFINITY, Number.NaN],
  domain: [0.2, 3],
});

/**
 * Cube root, elementwise; that of a negative number is negative.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ∛x
 * @derivative dy = dx / (3y²)
 * @conventions the derivative at 0 is Infinity
 */
export const cbrt = elementwiseFunction<UnaryFn<"cbrt">>("cbrt");
