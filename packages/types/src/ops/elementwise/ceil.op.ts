/** Rounding up: piecewise constant, so its derivative is zero, by convention also where it jumps. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "ceil",
  doc: "Smallest whole number that is at least x, elementwise.",
  lower: (s, x) => s.ceil(x),
  derivative: { form: "none", zero: true, why: "ceil is piecewise constant" },
  samples: [{ in: [[-1.5, -1, 0.25, 2]], out: [-1, -1, 1, 2] }],
  edges: [0, 1, Number.POSITIVE_INFINITY, Number.NaN],
});

/**
 * Smallest whole number that is at least x, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ⌈x⌉
 * @derivative dy = 0
 * @conventions the derivative is 0 at the jumps too; ±Infinity and NaN stay what they are
 */
export const ceil = elementwiseFunction<UnaryFn<"ceil">>("ceil");
