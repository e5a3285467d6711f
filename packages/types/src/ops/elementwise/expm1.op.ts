/** Exponential less one: y = eˣ - 1, y' = eˣ. A primitive, because eˣ - 1 has no digits left near 0. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "expm1",
  doc: "Exponential less one, eˣ - 1, elementwise, accurate near 0.",
  lower: (s, x) => s.expm1(x),
  // Not y + 1, which loses its digits where y is near -1.
  partials: (o, x) => [o.exp(x)],
  samples: [{ in: [[0, 1, -2, 1e-10]], out: [0, 1.7182818284590453, -0.8646647167633873, 1.00000000005e-10] }],
  edges: [0, 1000, -1000, Number.NaN],
});

/**
 * Exponential less one, elementwise; accurate near 0, where `sub(exp(x), 1)` loses its digits.
 *
 * @shapes x: [...] -> [...]
 * @formula y = eˣ - 1
 * @derivative dy = eˣ dx
 */
export const expm1 = elementwiseFunction<UnaryFn<"expm1">>("expm1");
