/** Inverse hyperbolic cosine: y' = 1/√(x² - 1). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "acosh",
  doc: "Inverse hyperbolic cosine, ln(x + √(x² - 1)), elementwise, of x ≥ 1.",
  lower: (s, x) => s.acosh(x),
  // √(x - 1) √(x + 1): x² - 1 cancels near 1, and x² overflows.
  partials: (o, x) => [o.div(1, o.mul(o.sqrt(o.sub(x, 1)), o.sqrt(o.add(x, 1))))],
  samples: [{ in: [[1, 2, 1.5]], out: [0, 1.3169578969248168, 0.9624236501192069] }],
  edges: [1, 0.5, 1e300, Number.NaN],
  domain: [1.2, 4],
});

/**
 * Inverse hyperbolic cosine, elementwise, of x ≥ 1.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ln(x + √(x² - 1))
 * @derivative dy = dx / √(x² - 1)
 * @conventions the derivative at 1 is Infinity; NaN below
 */
export const acosh = elementwiseFunction<UnaryFn<"acosh">>("acosh");
