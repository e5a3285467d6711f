/** Remainder with the sign of the dividend: y = a - b trunc(a/b), dy = da - trunc(a/b) db. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "remainder",
  doc: "Remainder of a by b with the sign of a, elementwise.",
  arity: 2,
  kind: "numeric",
  lower: (s, x, y) => s.rem(x, y),
  // The quotient is whole: of (a - y)/b nothing is lost by rounding, and nothing flows through it.
  partials: (o, x, y, _z, out) => [1, o.neg(o.round(o.div(o.sub(x, out), y)))],
  samples: [
    {
      in: [
        [7, -7, 7, -7, 0.75],
        [3, 3, -3, -3, 0.5],
      ],
      out: [1, -1, 1, -1, 0.25],
    },
  ],
  edges: [0, Number.NaN],
  domain: [0.6, 2.9],
});

/**
 * Remainder with the sign of the dividend, elementwise, as `%` of JavaScript.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = a - b trunc(a/b)
 * @derivative dy = da - trunc(a/b) db
 * @conventions the derivative where it jumps is that beside the jump; b = 0 gives NaN, and 0 for i32
 */
export const remainder = elementwiseFunction<BinaryFn<"remainder", "numeric">>("remainder", "numeric");
