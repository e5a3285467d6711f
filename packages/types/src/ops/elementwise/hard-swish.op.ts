/**
 * x · hardSigmoid(x). A primitive because the product rule gives (x + 3)/6 + x/6 between -3 and 3, which cancels at -3/2;
 * as one fraction, (2x + 3)/6, it does not.
 */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "hardSwish",
  doc: "x · min(max((x + 3) / 6, 0), 1), elementwise.",
  lower: (s, x) => s.mul(x, s.div(s.min(s.max(s.add(x, 3), 0), 6), 6)),
  partials: (o, x) => {
    const between = o.div(o.add(o.mul(2, x), 3), 6);
    return [o.where(o.greater(x, 3), 1, o.where(o.less(x, -3), 0, between))];
  },
  // x (x + 3) / 6 at 1 and -2; 0 below -3; x above 3.
  samples: [{ in: [[0, 1, -2, -4, 5]], out: [0, 2 / 3, -1 / 3, 0, 5] }],
  edges: [3, -3, -1.5, 1000, Number.NaN],
  domain: [-5, 5],
});

/**
 * `x` times `hardSigmoid(x)`: silu in pieces.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x · min(max((x + 3) / 6, 0), 1)
 * @derivative dy = 0 for x < -3, (2x + 3)/6 dx for -3 ≤ x ≤ 3, dx for x > 3
 * @conventions the kinks at -3 and 3 belong to the middle piece: the derivatives there are -1/2 and 3/2, as in PyTorch
 */
export const hardSwish = elementwiseFunction<UnaryFn<"hardSwish">>("hardSwish");
