/** Logarithm to base 10: y' = 1/(x ln 10). A primitive, because ln x / ln 10 is no whole number at some powers of 10. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "log10",
  doc: "Logarithm to base 10, elementwise; exact at powers of 10.",
  lower: (s, x) => s.log10(x),
  partials: (o, x) => [o.div(Math.LOG10E, x)],
  samples: [{ in: [[1, 1000, 2, 0.5]], out: [0, 3, 0.3010299956639812, -0.3010299956639812] }],
  edges: [0, -1, Number.POSITIVE_INFINITY, Number.NaN],
  domain: [0.2, 3],
});

/**
 * Logarithm to base 10, elementwise; exact at powers of 10.
 *
 * @shapes x: [...] -> [...]
 * @formula y = log₁₀ x
 * @derivative dy = dx / (x ln 10)
 */
export const log10 = elementwiseFunction<UnaryFn<"log10">>("log10");
