/** Complementary error function: y = 1 - erf x, y' = -2/√π e^(-x²). A primitive, because 1 - erf x has no digits left for x > 6. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "erfc",
  doc: "Complementary error function, 1 - erf x, elementwise, with all its digits where it is small.",
  lower: (s, x) => s.erfc(x),
  partials: (o, x) => [o.mul(-2 / Math.sqrt(Math.PI), o.expProduct(o.neg(x), x))],
  // NIST Digital Library of Mathematical Functions, chapter 7; digits from 50-digit arithmetic.
  samples: [{ in: [[0, 1, -2, 5]], out: [1, 0.15729920705028513, 1.9953222650189528, 1.537459794428035e-12] }],
  edges: [0, 30, -30, Number.NaN],
});

/**
 * Complementary error function, elementwise, with all its digits where it is small.
 *
 * @shapes x: [...] -> [...]
 * @formula y = 1 - erf x = 2/√π ∫ₓ^∞ e^(-t²) dt
 * @derivative dy = -2/√π e^(-x²) dx
 */
export const erfc = elementwiseFunction<UnaryFn<"erfc">>("erfc");
