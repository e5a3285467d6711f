/** Absolute value: y = |x|, y' = sign x, and 0 at 0. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "abs",
  doc: "Absolute value, |x|, elementwise; its derivative at 0 is 0.",
  kind: "numeric",
  lower: (s, x) => s.abs(x),
  partials: (o, x) => [o.sign(x)],
  samples: [{ in: [[-2, 0, 3]], out: [2, 0, 3] }],
  edges: [0, Number.NEGATIVE_INFINITY, Number.NaN],
});

/**
 * Absolute value, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = |x|
 * @derivative dy = sign(x) dx
 * @conventions the derivative at 0 is 0
 */
export const abs = elementwiseFunction<UnaryFn<"abs", "numeric">>("abs", "numeric");
