/** Bits of a moved left by b places; what leaves on the left is lost: nothing is differentiated. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "shiftLeft",
  doc: "Bits of a moved left by b places, elementwise, of i32; what leaves on the left is lost; b counts modulo 32.",
  kind: "integer",
  arity: 2,
  lower: (s, x, y) => s.shiftLeft(x, y),
  derivative: { form: "none", zero: true, why: "integers have no derivative" },
  samples: [
    {
      in: [
        [1, 3, -1, 1],
        [31, 2, 4, 32],
      ],
      out: [-2147483648, 12, -16, 1],
    },
  ],
});

/**
 * Bits of a moved left by b places, elementwise, of i32; what leaves on the left is lost.
 *
 * @shapes a, b: broadcast
 * @formula y = a · 2ᵇ modulo 2³²
 * @derivative none: integers have no derivative
 * @conventions the count b is taken modulo 32
 */
export const shiftLeft = elementwiseFunction<BinaryFn<"shiftLeft", "integer">>("shiftLeft", "integer");
