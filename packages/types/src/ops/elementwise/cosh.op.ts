/** Hyperbolic cosine: y' = sinh x. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "cosh",
  doc: "Hyperbolic cosine, (eˣ + e⁻ˣ)/2, elementwise.",
  lower: (s, x) => s.cosh(x),
  partials: (o, x) => [o.sinh(x)],
  samples: [{ in: [[0, 1, -2]], out: [1, 1.5430806348152437, 3.7621956910836314] }],
  edges: [0, 1000, -1000, Number.NaN],
});

/**
 * Hyperbolic cosine, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = (eˣ + e⁻ˣ)/2
 * @derivative dy = sinh(x) dx
 */
export const cosh = elementwiseFunction<UnaryFn<"cosh">>("cosh");
