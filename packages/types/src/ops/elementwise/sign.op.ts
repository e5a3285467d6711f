/** Sign: piecewise constant, so its derivative is zero, by convention also at 0. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "sign",
  doc: "Sign, -1, 0 or 1, elementwise.",
  kind: "numeric",
  lower: (s, x) => s.sign(x),
  derivative: { form: "none", zero: true, why: "sign is piecewise constant" },
  samples: [{ in: [[-2, 0, 3]], out: [-1, 0, 1] }],
  edges: [0, Number.NEGATIVE_INFINITY, Number.NaN],
});

/**
 * Sign, elementwise: -1, 0 or 1.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x/|x|, and 0 at 0
 * @derivative dy = 0
 * @conventions the derivative at 0 is 0; NaN propagates
 */
export const sign = elementwiseFunction<UnaryFn<"sign", "numeric">>("sign", "numeric");
