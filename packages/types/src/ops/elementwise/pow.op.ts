/** Power: dxʸ = y xʸ⁻¹ dx + xʸ ln x dy. */

import type { RuleOperand, Value, Vocabulary } from "../../graph/op.js";
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

/** y xʸ⁻¹ = y out/x, and infinite at 0: for exponents below 1/2, of which y - 1 has lost digits. */
function quotient(o: Vocabulary, x: Value, y: number, out: Value): RuleOperand {
  const infinite = y > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return o.where(o.equal(x, 0), infinite, o.div(o.mul(y, out), x));
}

/**
 * y xʸ⁻¹, and 0 where y = 0: there 0 · x⁻¹ would be NaN at x = 0. A strong zero and not a choice, because a choice would
 * have the derivative 0 in y, and ∂²xʸ/∂x∂y is 1/x at y = 0.
 */
function basePartial(o: Vocabulary, x: Value, y: Value, out: Value): RuleOperand {
  if (x.literal !== undefined || y.literal === 0) return 0;
  if (y.literal !== undefined) {
    const less = y.literal - 1;
    return less + 1 === y.literal ? o.mul(y, o.pow(x, less)) : quotient(o, x, y.literal, out);
  }
  const power = o.mulZero(y, o.pow(x, o.sub(y, 1)), { keep: true });
  const nonzero = o.logicalAnd(o.notEqual(x, 0), o.notEqual(y, 0));
  return o.where(o.logicalAnd(o.less(y, 0.5), nonzero), o.div(o.mul(y, out), x), power);
}

/** xʸ ln x, and 0 at x = 0 with y > 0: there 0 · ln 0 would be NaN. */
function exponentPartial(o: Vocabulary, x: Value, y: Value, out: Value): RuleOperand {
  if (y.literal !== undefined) return 0;
  if (x.literal !== undefined) return powerOfLiteral(o, x, out);
  return o.where(o.logicalAnd(o.equal(x, 0), o.greater(y, 0)), 0, o.mul(out, o.log(x)));
}

/** cʸ ln c for a number c, which 0 takes to 0. */
function powerOfLiteral(o: Vocabulary, x: Value, out: Value): RuleOperand {
  return x.literal === 0 ? 0 : o.mul(out, o.log(o.broadcastTo(x, { shape: out.sizes, axes: [] })));
}

export default defineElementwise({
  name: "pow",
  doc: "Power x^y, elementwise; x^0 is 1 and its derivative in x is 0 for every x; the derivative in y is 0 at base 0 with a positive exponent.",
  arity: 2,
  lower: (s, x, y) => s.pow(x, y),
  partials: (o, x, y, _z, out) => [basePartial(o, x, y, out), exponentPartial(o, x, y, out)],
  samples: [
    {
      in: [
        [2, 9, 0],
        [3, 0.5, 0],
      ],
      out: [8, 3, 1],
    },
  ],
  edges: [0, Number.NaN],
  domain: [0.3, 3],
});

/**
 * Power, elementwise.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = aᵇ
 * @derivative dy = b aᵇ⁻¹ da + y ln a db
 * @conventions a⁰ is 1 with derivative 0 in a, for every a; the derivative in b is 0 at a = 0 with b > 0; second derivatives
 * at a subnormal a may be NaN
 */
export const pow = elementwiseFunction<BinaryFn<"pow", "float">>("pow");
