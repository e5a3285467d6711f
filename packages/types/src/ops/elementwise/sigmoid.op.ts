/** Logistic function: y = 1/(1 + e⁻ˣ), y' = y (1 - y). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "sigmoid",
  doc: "Logistic function, 1/(1 + e⁻ˣ), elementwise; stable for large |x|.",
  lower: (s, x) => s.div(1, s.add(1, s.exp(s.neg(x)))),
  // y (1 - y) needs only y, and in f32 the difference in double is enough; in f64 it cancels where y is near 1.
  partials: (o, x, _y, _z, out) => [x.dtype === "f32" ? o.mul(out, o.sub(1, out)) : o.sigmoidSlope(x)],
  samples: [{ in: [[0, 1, -2]], out: [0.5, 0.7310585786300049, 0.11920292202211755] }],
  edges: [40, 1000, -1000, Number.NaN],
});

/**
 * Logistic function, elementwise; stable for `x` of any size.
 *
 * @shapes x: [...] -> [...]
 * @formula y = 1/(1 + e⁻ˣ)
 * @derivative dy = y (1 - y) dx
 */
export const sigmoid = elementwiseFunction<UnaryFn<"sigmoid">>("sigmoid");
