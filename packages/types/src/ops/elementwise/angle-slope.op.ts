/**
 * a/(a² + b²), what the derivatives of an angle are. An op of its own, because derivatives of a quotient of lengths would
 * overflow where these do not: with f = f(a, b) and g = f(b, a), df = (g - f)(g + f) da - 2 f g db.
 */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "angleSlope",
  doc: "a/(a² + b²), elementwise, without overflow or underflow on the way; it and its derivatives are 0 at the origin.",
  arity: 2,
  // With h = √(a² + b²): (a/h)/h.
  lower: (s, x, y) => {
    const length = s.hypot(x, y);
    return s.div(s.direction(x, y), s.select(s.equal(length, 0), 1, length));
  },
  // Strong zeros: of two factors one may have overflowed.
  partials: (o, x, y, _z, out) => {
    const other = o.angleSlope(y, x);
    const keep = { keep: true };
    return [o.mulZero(o.sub(other, out), o.add(other, out), keep), o.mul(-2, o.mulZero(out, other, keep))];
  },
  samples: [
    {
      in: [
        [1, -2, 0, 0, 3e-200],
        [1, 1, 0, 4, 4e-200],
      ],
      out: [0.5, -0.4, 0, 0, 1.2e199],
    },
  ],
  edges: [0, 1e-160, 1e200, Number.NaN],
});
