/**
 * y = x tanh(ln(1 + e^x)). With e = e^-|x| the factor is (1 + 2e)/(1 + 2e + 2e²) on the right and (2e + e²)/(2 + 2e + e²)
 * on the left: no logarithm, nothing that overflows or cancels. A primitive, because by the rules of products and
 * quotients its derivative cancels near its zero at x = -1.192.
 */

import type { ScalarBuilder } from "../../scalar/builder.js";
import type { ScalarExpr } from "../../scalar/expr.js";
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

/** With s = σ(-x), 1 + e^x is 1/s, so the factor is (1 - s²)/(1 + s²) = σ(x)(1 + s)/(1 + s²); in f32, with s = 1 - σ(x). */
function value32(s: ScalarBuilder, x: ScalarExpr): ScalarExpr {
  const up = s.div(1, s.add(1, s.exp(s.neg(x))));
  const down = s.sub(1, up);
  return s.mul(x, s.div(s.mul(up, s.add(1, down)), s.add(1, s.mul(down, down))));
}

export default defineElementwise({
  name: "mish",
  doc: "x · tanh(softplus(x)), elementwise.",
  lower: (s, x) => {
    if (x.dtype === "f32") return value32(s, x);
    const e = s.exp(s.neg(s.abs(x)));
    const right = s.add(1, s.mul(2, e));
    const left = s.mul(e, s.add(2, e));
    const factor = s.select(
      s.greater(x, 0),
      s.div(right, s.add(right, s.mul(2, s.mul(e, e)))),
      s.div(left, s.add(2, left)),
    );
    return s.mul(x, factor);
  },
  // With s = σ(-x), y' = σ(x)((1 + s)(1 + s²) + 4 x s²)/(1 + s²)²; in f32, computed in double, that is enough, and so is
  // s = 1 - σ(x).
  partials: (o, x) => {
    if (x.dtype !== "f32") return [o.mishSlope(x)];
    const up = o.sigmoid(x);
    const down = o.sub(1, up);
    const square = o.mul(down, down);
    const width = o.add(1, square);
    const sum = o.add(o.mul(o.add(1, down), width), o.mul(o.mul(4, square), x));
    return [o.mul(o.div(up, o.mul(width, width)), sum)];
  },
  // x (n / (n + 2)) with n = e^x (e^x + 2)
  samples: [{ in: [[0, 1, -1]], out: [0, 0.8650983882673103, -0.3034014613741089] }],
  edges: [0, -1.1924312145154952, 1000, -700, Number.NaN],
});

/**
 * Self-regularised rectifier.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x tanh(ln(1 + eˣ))
 * @derivative dy = (t + x σ(x)(1 - t²)) dx, t = tanh(ln(1 + eˣ))
 */
export const mish = elementwiseFunction<UnaryFn<"mish">>("mish");
