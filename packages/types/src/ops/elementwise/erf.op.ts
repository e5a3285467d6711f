/** Error function: y = 2/√π ∫₀ˣ e^(-t²) dt, y' = 2/√π e^(-x²). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "erf",
  doc: "Error function, 2/√π ∫₀ˣ e^(-t²) dt, elementwise.",
  lower: (s, x) => s.erf(x),
  partials: (o, x) => [o.mul(2 / Math.sqrt(Math.PI), o.expProduct(o.neg(x), x))],
  // NIST Digital Library of Mathematical Functions, chapter 7; digits from 50-digit arithmetic.
  samples: [{ in: [[0, 1, -2, 0.5]], out: [0, 0.8427007929497149, -0.9953222650189527, 0.5204998778130465] }],
  edges: [0, 30, -30, Number.NaN],
});

/**
 * Error function, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = 2/√π ∫₀ˣ e^(-t²) dt
 * @derivative dy = 2/√π e^(-x²) dx
 */
export const erf = elementwiseFunction<UnaryFn<"erf">>("erf");
