/** Arc sine: y' = 1/√(1 - x²). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "asin",
  doc: "Arc sine in radians, elementwise, of x in [-1, 1].",
  lower: (s, x) => s.asin(x),
  partials: (o, x) => [o.div(1, o.sqrt(o.oneMinusSquare(x)))],
  samples: [{ in: [[0, 1, -0.5]], out: [0, Math.PI / 2, -0.5235987755982989] }],
  edges: [-1, 1, 2, Number.NaN],
  domain: [-0.9, 0.9],
});

/**
 * Arc sine in radians, elementwise, of x in [-1, 1].
 *
 * @shapes x: [...] -> [...]
 * @formula y = asin x
 * @derivative dy = dx / √(1 - x²)
 * @conventions the derivative at ±1 is Infinity; NaN outside of [-1, 1]
 */
export const asin = elementwiseFunction<UnaryFn<"asin">>("asin");
