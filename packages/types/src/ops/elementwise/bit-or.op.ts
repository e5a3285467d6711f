/** Bits set in a or b or both: nothing is differentiated. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "bitOr",
  doc: "Bits set in a or b or both, elementwise, of i32.",
  kind: "integer",
  arity: 2,
  commutative: true,
  lower: (s, x, y) => s.bitOr(x, y),
  derivative: { form: "none", zero: true, why: "integers have no derivative" },
  samples: [
    {
      in: [
        [12, -8, 6],
        [10, 7, 0],
      ],
      out: [14, -1, 6],
    },
  ],
});

/**
 * Bits set in a or b or both, elementwise, of i32.
 *
 * @shapes a, b: broadcast
 * @formula y = a | b
 * @derivative none: integers have no derivative
 */
export const bitOr = elementwiseFunction<BinaryFn<"bitOr", "integer">>("bitOr", "integer");
