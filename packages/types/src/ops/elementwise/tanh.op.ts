/** Hyperbolic tangent: y' = 1/cosh²x. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "tanh",
  doc: "Hyperbolic tangent, elementwise.",
  lower: (s, x) => s.tanh(x),
  // 1/cosh²x = 1 - y². In f32 that needs only y; in f64 it loses the last digits (all of them at x = 20).
  partials: (o, x, _y, _z, out) => [x.dtype === "f32" ? o.sub(1, o.mul(out, out)) : o.tanhSlope(x)],
  samples: [{ in: [[0, 1, -2]], out: [0, 0.7615941559557649, -0.9640275800758169] }],
  edges: [20, 1000, -1000, Number.NaN],
});

/**
 * Hyperbolic tangent, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = (eˣ - e⁻ˣ)/(eˣ + e⁻ˣ)
 * @derivative dy = dx / cosh²x
 */
export const tanh = elementwiseFunction<UnaryFn<"tanh">>("tanh");
