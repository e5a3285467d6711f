/** Cosine: y' = -sin x. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "cos",
  doc: "Cosine of an angle in radians, elementwise.",
  lower: (s, x) => s.cos(x),
  partials: (o, x) => [o.neg(o.sin(x))],
  samples: [{ in: [[0, 1, -2]], out: [1, 0.5403023058681398, -0.4161468365471424] }],
  edges: [0, 1000, Number.NaN],
});

/**
 * Cosine of an angle in radians, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = cos x
 * @derivative dy = -sin(x) dx
 */
export const cos = elementwiseFunction<UnaryFn<"cos">>("cos");
