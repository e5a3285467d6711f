/** Bits set in both a and b: nothing is differentiated. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "bitAnd",
  doc: "Bits set in both a and b, elementwise, of i32.",
  kind: "integer",
  arity: 2,
  commutative: true,
  lower: (s, x, y) => s.bitAnd(x, y),
  derivative: { form: "none", zero: true, why: "integers have no derivative" },
  samples: [
    {
      in: [
        [12, -1, 6],
        [10, 7, -4],
      ],
      out: [8, 7, 4],
    },
  ],
});

/**
 * Bits set in both a and b, elementwise, of i32.
 *
 * @shapes a, b: broadcast
 * @formula y = a & b
 * @derivative none: integers have no derivative
 */
export const bitAnd = elementwiseFunction<BinaryFn<"bitAnd", "integer">>("bitAnd", "integer");
