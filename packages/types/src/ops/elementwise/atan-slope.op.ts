/**
 * 1/(1 + x²), the derivative of the arc tangent. An op of its own, because the derivative of that quotient would underflow
 * on the way: by its result y it is -2 (x y) y.
 */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "atanSlope",
  doc: "1/(1 + x²), elementwise.",
  lower: (s, x) => s.div(1, s.add(1, s.mul(x, x))),
  partials: (o, x, _y, _z, out) => [o.mul(-2, o.mul(o.mulZero(x, out, { keep: true }), out))],
  samples: [{ in: [[0, 1, -2, 0.5]], out: [1, 0.5, 0.2, 0.8] }],
  edges: [1e100, Number.POSITIVE_INFINITY, Number.NaN],
});
