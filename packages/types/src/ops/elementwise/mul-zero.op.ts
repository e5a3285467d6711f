/**
 * A product with strong zeros, 0 · ∞ = ∞ · 0 = 0: what cotangents are multiplied with partial derivatives by, so that a
 * branch that was not taken contributes exactly nothing, whatever its partials are. Bilinear, and closed under
 * differentiation; for that both zeros must be strong: the cotangent of `p` is a product in which `ct` may be what is
 * infinite, and the cotangent of the product 0. With `{ keep: true }` the zero belongs to the value that is computed,
 * and the pass `relaxStrongZeros` leaves the product alone.
 */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "mulZero",
  doc: "ct · p, and exactly 0 where either is 0, whatever the other is (also NaN and Infinity).",
  arity: 2,
  lower: (s, ct, p) => s.select(s.or(s.equal(ct, 0), s.equal(p, 0)), 0, s.mul(ct, p)),
  linear: {
    operands: [0, 1],
    mode: "each",
    transpose: (o, k, ct, [x, p]) => {
      if (k === 0 && p !== undefined) return o.mulZero(ct, p);
      if (k === 1 && x !== undefined) return o.mulZero(x, ct);
      throw new Error("bug: mulZero of two tangents is not linear");
    },
  },
  samples: [
    {
      in: [
        [2, 0, 0, Number.POSITIVE_INFINITY],
        [3, Number.POSITIVE_INFINITY, Number.NaN, 0],
      ],
      out: [6, 0, 0, 0],
    },
  ],
  edges: [0],
  domain: [0.5, 2],
});
