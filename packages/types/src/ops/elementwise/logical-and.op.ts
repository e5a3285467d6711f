/** Logic on bools: nothing is differentiated. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "logicalAnd",
  doc: "a and b, elementwise, on bools.",
  kind: "boolean",
  arity: 2,
  commutative: true,
  result: "bool",
  lower: (s, x, y) => s.and(x, y),
  derivative: { form: "none", zero: true, why: "bools have no derivative" },
  samples: [
    {
      in: [
        [1, 1, 0],
        [1, 0, 0],
      ],
      out: [1, 0, 0],
    },
  ],
});

/**
 * Whether both hold, elementwise, on bools.
 *
 * @shapes a, b: broadcast -> bool
 * @formula y = a ∧ b
 * @derivative none: bools have no derivative
 */
export const logicalAnd = elementwiseFunction<BinaryFn<"logicalAnd", "boolean">>("logicalAnd", "boolean");
