/** Logarithm to base 2: y' = 1/(x ln 2). A primitive, because ln x / ln 2 is no whole number at some powers of 2. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "log2",
  doc: "Logarithm to base 2, elementwise; exact at powers of 2.",
  lower: (s, x) => s.log2(x),
  // log₂e / x: x ln 2 would lose digits where x is subnormal.
  partials: (o, x) => [o.div(Math.LOG2E, x)],
  samples: [{ in: [[1, 8, 0.125, 10, 2 ** 29]], out: [0, 3, -3, 3.321928094887362, 29] }],
  edges: [0, -1, Number.POSITIVE_INFINITY, Number.NaN],
  domain: [0.2, 3],
});

/**
 * Logarithm to base 2, elementwise; exact at powers of 2.
 *
 * @shapes x: [...] -> [...]
 * @formula y = log₂ x
 * @derivative dy = dx / (x ln 2)
 */
export const log2 = elementwiseFunction<UnaryFn<"log2">>("log2");
