/** Exponential: y = eˣ, y' = y. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "exp",
  doc: "Exponential, eˣ, elementwise.",
  lower: (s, x) => s.exp(x),
  partials: (_o, _x, _y, _z, out) => [out],
  samples: [{ in: [[0, 1, -1]], out: [1, Math.E, 0.36787944117144233] }],
  edges: [1000, -1000, Number.NaN],
});

/**
 * Exponential, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = eˣ
 * @derivative dy = y dx
 */
export const exp = elementwiseFunction<UnaryFn<"exp">>("exp");
