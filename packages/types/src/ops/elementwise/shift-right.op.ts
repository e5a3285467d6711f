/** Bits of a moved right by b places, the sign kept: nothing is differentiated. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "shiftRight",
  doc: "Bits of a moved right by b places, elementwise, of i32, the sign kept; b counts modulo 32.",
  kind: "integer",
  arity: 2,
  lower: (s, x, y) => s.shiftRight(x, y),
  derivative: { form: "none", zero: true, why: "integers have no derivative" },
  samples: [
    {
      in: [
        [12, -12, -1, 7],
        [2, 2, 31, 32],
      ],
      out: [3, -3, -1, 7],
    },
  ],
});

/**
 * Bits of a moved right by b places, elementwise, of i32, the sign kept.
 *
 * @shapes a, b: broadcast
 * @formula y = ⌊a / 2ᵇ⌋
 * @derivative none: integers have no derivative
 * @conventions the count b is taken modulo 32
 */
export const shiftRight = elementwiseFunction<BinaryFn<"shiftRight", "integer">>("shiftRight", "integer");
