/** Logarithm of one more: y = ln(1 + x), y' = 1/(1 + x). A primitive, because 1 + x has lost the digits of a small x. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "log1p",
  doc: "Logarithm of one more, ln(1 + x), elementwise, accurate near 0.",
  lower: (s, x) => s.log1p(x),
  partials: (o, x) => [o.div(1, o.add(1, x))],
  samples: [{ in: [[0, 1, -0.5, 1e-10]], out: [0, Math.LN2, -Math.LN2, 9.999999999500001e-11] }],
  edges: [0, -1, -2, Number.POSITIVE_INFINITY, Number.NaN],
  domain: [-0.8, 3],
});

/**
 * Logarithm of one more, elementwise; accurate near 0, where `log(add(1, x))` loses its digits.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ln(1 + x)
 * @derivative dy = dx / (1 + x)
 */
export const log1p = elementwiseFunction<UnaryFn<"log1p">>("log1p");
