/** Natural logarithm: y = ln x, y' = 1/x. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "log",
  doc: "Natural logarithm, ln x, elementwise.",
  lower: (s, x) => s.log(x),
  partials: (o, x) => [o.div(1, x)],
  samples: [{ in: [[1, 2, 10]], out: [0, Math.LN2, Math.LN10] }],
  edges: [0, -1, Number.POSITIVE_INFINITY, Number.NaN],
  domain: [0.2, 3],
});

/**
 * Natural logarithm, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ln x
 * @derivative dy = dx / x
 * @conventions -∞ at 0, NaN below
 */
export const log = elementwiseFunction<UnaryFn<"log">>("log");
