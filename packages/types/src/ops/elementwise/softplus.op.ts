/** y = ln(1 + e^x), y' = σ(x). A primitive: written so that e^x does not overflow, it has kinks at 0 that y has not. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "softplus",
  doc: "ln(1 + e^x), elementwise; stable for any x.",
  // max(x, 0) + ln(1 + e^-|x|): neither term is negative, so nothing cancels.
  lower: (s, x) => s.add(s.max(x, 0), s.log1p(s.exp(s.neg(s.abs(x))))),
  partials: (o, x) => [o.sigmoid(x)],
  samples: [
    {
      in: [[0, 1, -1, 1000, -40]],
      out: [Math.LN2, 1.3132616875182228, 0.31326168751822286, 1000, 4.248354255291589e-18],
    },
  ],
  edges: [0, 1000, -1000, Number.NaN],
});

/**
 * Rectifier without a kink; stable for `x` of any size.
 *
 * @shapes x: [...] -> [...]
 * @formula y = ln(1 + eˣ)
 * @derivative dy = σ(x) dx, σ the logistic function
 */
export const softplus = elementwiseFunction<UnaryFn<"softplus">>("softplus");
