/** Hyperbolic sine: y' = cosh x. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "sinh",
  doc: "Hyperbolic sine, (eˣ - e⁻ˣ)/2, elementwise.",
  lower: (s, x) => s.sinh(x),
  partials: (o, x) => [o.cosh(x)],
  samples: [{ in: [[0, 1, -2]], out: [0, 1.1752011936438014, -3.626860407847019] }],
  edges: [1e-9, 1000, -1000, Number.NaN],
});

/**
 * Hyperbolic sine, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = (eˣ - e⁻ˣ)/2
 * @derivative dy = cosh(x) dx
 */
export const sinh = elementwiseFunction<UnaryFn<"sinh">>("sinh");
