/** Logarithm of a sum of exponentials: y = ln(eᵃ + eᵇ), dy = σ(a - b) da + σ(b - a) db. A primitive: eᵃ overflows. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "logAddExp",
  doc: "Logarithm of a sum of exponentials, ln(eᵃ + eᵇ), elementwise, stable.",
  arity: 2,
  lower: (s, x, y) =>
    // The larger one goes before. Equal ones are apart by 0 even where they are infinite.
    s.select(s.equal(x, y), s.add(x, Math.LN2), s.add(s.max(x, y), s.log1p(s.exp(s.neg(s.abs(s.sub(x, y))))))),
  partials: (o, x, y) => [o.sigmoidDifference(x, y), o.sigmoidDifference(y, x)],
  samples: [
    {
      in: [
        [0, 1, -5, 1000],
        [0, 3, 1, 1000],
      ],
      out: [Math.LN2, 3.1269280110429727, 1.0024756851377306, 1000.6931471805599],
    },
  ],
  edges: [0, 1e4, -1e4, Number.NEGATIVE_INFINITY, Number.NaN],
});

/**
 * Logarithm of a sum of two exponentials, elementwise; stable for operands of any size.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = ln(eᵃ + eᵇ)
 * @derivative dy = σ(a - b) da + σ(b - a) db, σ the logistic function
 */
export const logAddExp = elementwiseFunction<BinaryFn<"logAddExp", "float">>("logAddExp");
