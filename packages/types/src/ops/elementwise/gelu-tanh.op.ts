/**
 * y = x σ(v), v = √(8/π)(x + 0.044715 x³), since (1 + tanh(v/2))/2 = σ(v); y' = σ(v)(1 + x v' σ(-v)). A primitive, because by
 * the product rule y' cancels near its zero at x = -0.752, and because σ(v) needs care far on the left.
 */
import type { RuleOperand, Value, Vocabulary } from "../../graph/op.js";
import type { ScalarBuilder } from "../../scalar/builder.js";
import type { ScalarExpr } from "../../scalar/expr.js";
import { defineElementwise } from "../define.js";
import { geluTanhCubic as cubic, geluTanhParts, geluTanhLinear as linear } from "./gelu-tanh.js";

/** In f32, computed in double, the product rule is enough, and σ(-v) is 1 - σ(v), of which the value is made. */
function slope32(o: Vocabulary, x: Value): RuleOperand {
  const { near, up, speed } = geluTanhParts(o, x);
  return o.mul(up, o.add(1, o.mul(o.mul(near, speed), o.sub(1, up))));
}

/** σ(v) as `geluTanhParts` has it. */
function up32(s: ScalarBuilder, x: ScalarExpr): ScalarExpr {
  const near = s.max(s.min(x, 32), -32);
  const v = s.mul(near, s.add(linear, s.mul(cubic, s.mul(near, near))));
  return s.div(1, s.add(1, s.exp(s.neg(v))));
}

export default defineElementwise({
  name: "geluTanh",
  doc: "x/2 · (1 + tanh(√(2/π)(x + 0.044715 x³))), elementwise.",
  lower: (s, x) => s.mul(x, x.dtype === "f32" ? up32(s, x) : s.normalCdfTanh(x)),
  partials: (o, x) => [x.dtype === "f32" ? slope32(o, x) : o.geluTanhSlope(x)],
  // The closed form in 40-digit arithmetic.
  samples: [{ in: [[0, 1, -2]], out: [0, 0.8411919906082767, -0.04540230591222498] }],
  edges: [-0.7524614220710163, 1000, -1000, Number.NaN],
});
