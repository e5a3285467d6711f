/** Bits set in exactly one of a and b: nothing is differentiated. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "bitXor",
  doc: "Bits set in exactly one of a and b, elementwise, of i32.",
  kind: "integer",
  arity: 2,
  commutative: true,
  lower: (s, x, y) => s.bitXor(x, y),
  derivative: { form: "none", zero: true, why: "integers have no derivative" },
  samples: [
    {
      in: [
        [12, -1, 6],
        [10, 7, 6],
      ],
      out: [6, -8, 0],
    },
  ],
});

/**
 * Bits set in exactly one of a and b, elementwise, of i32.
 *
 * @shapes a, b: broadcast
 * @formula y = a ^ b
 * @derivative none: integers have no derivative
 */
export const bitXor = elementwiseFunction<BinaryFn<"bitXor", "integer">>("bitXor", "integer");
