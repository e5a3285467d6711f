/** Quotient: d(x/y) = dx/y - (x/y) dy/y. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "div",
  doc: "Quotient a / b, elementwise.",
  arity: 2,
  lower: (s, x, y) => s.div(x, y),
  partials: (o, _x, y, _z, out) => [o.div(1, y), o.neg(o.div(out, y))],
  // Only met in rules that users write, whose programs are transposed as they are.
  linear: {
    operands: [0],
    mode: "each",
    transpose: (o, _k, ct, [, y]) => {
      if (y === undefined) throw new Error("bug: div is not linear in its divisor");
      return o.mulZero(ct, o.div(1, y));
    },
  },
  samples: [
    {
      in: [
        [1, 3],
        [4, -2],
      ],
      out: [0.25, -1.5],
    },
  ],
  edges: [0, Number.POSITIVE_INFINITY, Number.NaN],
  domain: [0.5, 3],
});

/**
 * Quotient, elementwise.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = a/b
 * @derivative dy = da/b - y db/b
 */
export const div = elementwiseFunction<BinaryFn<"div", "float">>("div");
