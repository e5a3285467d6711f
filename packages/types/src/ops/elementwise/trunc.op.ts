/** Rounding toward zero: piecewise constant, so its derivative is zero, by convention also where it jumps. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "trunc",
  doc: "Whole part of x, rounded toward zero, elementwise.",
  lower: (s, x) => s.trunc(x),
  derivative: { form: "none", zero: true, why: "trunc is piecewise constant" },
  samples: [{ in: [[-1.5, -1, 0.75, 2]], out: [-1, -1, 0, 2] }],
  edges: [0, 1, Number.POSITIVE_INFINITY, Number.NaN],
});

/**
 * Whole part of x, rounded toward zero, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = sign(x) ⌊|x|⌋
 * @derivative dy = 0
 * @conventions the derivative is 0 at the jumps too; ±Infinity and NaN stay what they are
 */
export const trunc = elementwiseFunction<UnaryFn<"trunc">>("trunc");
