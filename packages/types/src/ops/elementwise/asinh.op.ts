/** Inverse hyperbolic sine: y' = 1/√(x² + 1). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "asinh",
  doc: "Inverse hyperbolic sine, ln(x + √(x² + 1)), elementwise.",
  lower: (s, x) => s.asinh(x),
  // By `hypot`, because x² overflows long before the root does.
  partials: (o, x) => [o.div(1, o.hypot(x, 1))],
  samples: [{ in: [[0, 1, -2]], out: [0, 0.881373587019543, -1.4436354751788103] }],
  edges: [0, 1e300, -1e300, Number.NaN],
});

/**
 * Inverse hyperbolic sine, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ln(x + √(x² + 1))
 * @derivative dy = dx / √(x² + 1)
 */
export const asinh = elementwiseFunction<UnaryFn<"asinh">>("asinh");
