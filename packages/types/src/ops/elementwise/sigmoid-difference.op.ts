/** What the derivative of logAddExp is made of: y = σ(a - b), dy = y σ(b - a)(da - db). */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "sigmoidDifference",
  doc: "Logistic function of a difference, σ(a - b), elementwise, without the rounding error of a - b.",
  arity: 2,
  lower: (s, x, y) => s.sigmoidDifference(x, y),
  partials: (o, x, y, _z, out) => {
    const slope = o.mul(out, o.sigmoidDifference(y, x));
    return [slope, o.neg(slope)];
  },
  // σ(-1), σ(2), 1/2; digits from 50-digit arithmetic.
  samples: [
    {
      in: [
        [1, 2, 3],
        [2, 0, 3],
      ],
      out: [0.2689414213699951, 0.8807970779778824, 0.5],
    },
  ],
  edges: [0, 1e4, -1e4, Number.NEGATIVE_INFINITY, Number.NaN],
});
