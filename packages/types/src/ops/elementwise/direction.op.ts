/** What the derivatives of lengths and angles are made of: with h = √(a² + b²), c = a/h and s = b/h, dc = s (s da - c db)/h. */

import type { Value, Vocabulary } from "../../graph/op.js";
import { defineElementwise } from "../define.js";

/** The length, and 1 at the origin, where what is divided by it is 0. */
const divisor = (o: Vocabulary, length: Value): Value => o.where(o.equal(length, 0), 1, length);

export default defineElementwise({
  name: "direction",
  doc: "The cosine a/√(a² + b²) of the angle of the point (a, b), elementwise; it and its derivatives are 0 at the origin.",
  arity: 2,
  lower: (s, x, y) => s.direction(x, y),
  partials: (o, x, y, _z, out) => {
    const [sine, length] = [o.direction(y, x), divisor(o, o.hypot(x, y))];
    return [o.div(o.mul(sine, sine), length), o.neg(o.div(o.mul(sine, out), length))];
  },
  samples: [
    {
      in: [
        [3, -1, 0, 3e300, 0],
        [4, 1, 0, -4e300, 2],
      ],
      out: [0.6, -Math.SQRT1_2, 0, 0.6, 0],
    },
  ],
  edges: [0, 1e-300, 1e300, Number.NaN],
});
