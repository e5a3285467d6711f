/** Remainder with the sign of the divisor: y = a - b ⌊a/b⌋, dy = da - ⌊a/b⌋ db. */
import type { ScalarBuilder } from "../../scalar/builder.js";
import type { ScalarExpr } from "../../scalar/expr.js";
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

/** As the function `mod`, in i32. */
function floored(s: ScalarBuilder, x: ScalarExpr, y: ScalarExpr): ScalarExpr {
  const rest = s.rem(x, y);
  return s.select(s.less(s.mul(s.sign(rest), s.sign(y)), 0), s.add(rest, y), rest);
}

export default defineElementwise({
  name: "mod",
  doc: "Remainder of a by b with the sign of b, elementwise.",
  arity: 2,
  kind: "numeric",
  lower: (s, x, y) => (x.dtype === "i32" ? floored(s, x, y) : s.mod(x, y)),
  // The quotient is whole: of (a - y)/b nothing is lost by rounding, and nothing flows through it.
  partials: (o, x, y, _z, out) => [1, o.neg(o.round(o.div(o.sub(x, out), y)))],
  samples: [
    {
      in: [
        [7, -7, 7, -7, 0.75],
        [3, 3, -3, -3, 0.5],
      ],
      out: [1, 2, -2, -1, 0.25],
    },
  ],
  edges: [0, Number.NaN],
  domain: [0.6, 2.9],
});

/**
 * Remainder with the sign of the divisor, elementwise.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = a - b ⌊a/b⌋
 * @derivative dy = da - ⌊a/b⌋ db
 * @conventions the derivative where it jumps is that beside the jump; b = 0 gives NaN, and 0 for i32
 */
export const mod = elementwiseFunction<BinaryFn<"mod", "numeric">>("mod", "numeric");
