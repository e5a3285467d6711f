/** Bits of a moved right by b places, zeros coming in from the left: nothing is differentiated. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "shiftRightLogical",
  doc: "Bits of a moved right by b places, elementwise, of i32, zeros coming in from the left; b counts modulo 32.",
  kind: "integer",
  arity: 2,
  lower: (s, x, y) => s.shiftRightLogical(x, y),
  derivative: { form: "none", zero: true, why: "integers have no derivative" },
  samples: [
    {
      in: [
        [12, -1, -1, -8],
        [2, 31, 0, 1],
      ],
      out: [3, 1, -1, 2147483644],
    },
  ],
});

/**
 * Bits of a moved right by b places, elementwise, of i32, zeros coming in from the left.
 *
 * @shapes a, b: broadcast
 * @formula y = ⌊(a mod 2³²) / 2ᵇ⌋, as i32
 * @derivative none: integers have no derivative
 * @conventions the count b is taken modulo 32
 */
export const shiftRightLogical = elementwiseFunction<BinaryFn<"shiftRightLogical", "integer">>(
  "shiftRightLogical",
  "integer",
);
