/**
 * Rounding to the nearest whole number, halves to the even one: piecewise constant, so its derivative is zero, by
 * convention also where it jumps.
 */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "round",
  doc: "Nearest whole number, elementwise; halves go to the even one.",
  lower: (s, x) => s.round(x),
  derivative: { form: "none", zero: true, why: "round is piecewise constant" },
  samples: [
    { in: [[-2.5, -1.5, -0.75, -0.5, 0, 0.5, 1.5, 2.5]], out: [-2, -2, -1, 0, 0, 0, 2, 2] },
    // The largest double below a half, and one whose sum with 1/2 rounds to the next whole number.
    { in: [[0.49999999999999994, 4503599627370495.5, 9007199254740991]], out: [0, 4503599627370496, 9007199254740991] },
  ],
  edges: [0, 0.5, Number.POSITIVE_INFINITY, Number.NaN],
});

/**
 * Nearest whole number, elementwise; halves go to the even one.
 *
 * @shapes x: [...] -> [...]
 * @formula y = the whole number with |x - y| ≤ 1/2, the even one of two
 * @derivative dy = 0
 * @conventions the derivative is 0 at the jumps too; ±Infinity and NaN stay what they are
 */
export const round = elementwiseFunction<UnaryFn<"round">>("round");
