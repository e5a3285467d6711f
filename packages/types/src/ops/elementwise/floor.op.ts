/** Rounding down: piecewise constant, so its derivative is zero, by convention also where it jumps. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "floor",
  doc: "Largest whole number that is at most x, elementwise.",
  lower: (s, x) => s.floor(x),
  derivative: { form: "none", zero: true, why: "floor is piecewise constant" },
  samples: [{ in: [[-1.5, -1, 0.75, 2]], out: [-2, -1, 0, 2] }],
  edges: [0, 1, Number.POSITIVE_INFINITY, Number.NaN],
});

/**
 * Largest whole number that is at most x, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ⌊x⌋
 * @derivative dy = 0
 * @conventions the derivative is 0 at the jumps too; ±Infinity and NaN stay what they are
 */
export const floor = elementwiseFunction<UnaryFn<"floor">>("floor");
