/** Tangent: y' = 1 + y². */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "tan",
  doc: "Tangent of an angle in radians, elementwise.",
  lower: (s, x) => s.tan(x),
  partials: (o, _x, _y, _z, out) => [o.add(1, o.mul(out, out))],
  samples: [{ in: [[0, 1, -2]], out: [0, 1.5574077246549023, 2.185039863261519] }],
  edges: [Math.PI / 2, Number.POSITIVE_INFINITY, Number.NaN],
  domain: [-1.2, 1.2],
});

/**
 * Tangent of an angle in radians, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = tan x
 * @derivative dy = (1 + y²) dx
 */
export const tan = elementwiseFunction<UnaryFn<"tan">>("tan");
