/**
 * 1 - x² as (1 - x)(1 + x), y' = -2x: what the derivatives of inverse functions are made of. Near ±1 the differences are
 * exact, and the square would not be. An op of its own, because the derivative of that product cancels near 0.
 */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "oneMinusSquare",
  doc: "1 - x², elementwise, with all its digits near ±1.",
  lower: (s, x) => s.mul(s.sub(1, x), s.add(1, x)),
  partials: (o, x) => [o.mul(-2, x)],
  samples: [{ in: [[0, 1, -2, 0.5]], out: [1, 0, -3, 0.75] }],
  edges: [1, -1, Number.NaN],
});
