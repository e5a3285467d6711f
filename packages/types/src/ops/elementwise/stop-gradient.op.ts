/** Identity whose derivative is zero by decree. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "stopGradient",
  doc: "x itself, with a gradient of exactly zero.",
  kind: "any",
  lower: (_s, x) => x,
  derivative: { form: "none", zero: true, why: "stopGradient stops the gradient" },
  samples: [{ in: [[1, -2]], out: [1, -2] }],
});

/**
 * `x` itself; nothing is differentiated through it, in any mode and to any order.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x
 * @derivative dy = 0
 */
export const stopGradient = elementwiseFunction<UnaryFn<"stopGradient", "any">>("stopGradient", "any");
