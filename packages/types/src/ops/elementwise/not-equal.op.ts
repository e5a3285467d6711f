/** Comparison a ≠ b: a bool, so nothing is differentiated. */
import type { CompareFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "notEqual",
  doc: "Whether a ≠ b, elementwise, as bool.",
  kind: "any",
  arity: 2,
  commutative: true,
  result: "bool",
  // As stored: x computed anew in a fused kernel must equal an x that went through f32 memory, as in x = max(x).
  lower: (s, x, y) => (x.dtype === "f32" ? s.notEqual(s.round32(x), s.round32(y)) : s.notEqual(x, y)),
  derivative: { form: "none", zero: true, why: "a comparison is piecewise constant" },
  samples: [
    {
      in: [
        [1, 2, 3],
        [2, 2, 2],
      ],
      out: [1, 0, 1],
    },
  ],
  edges: [Number.NaN, Number.POSITIVE_INFINITY],
});

/**
 * Whether two differ, elementwise.
 *
 * @shapes a, b: broadcast -> bool
 * @formula y = (a ≠ b)
 * @derivative none: a bool has no derivative
 * @conventions NaN differs from everything, itself too; f32 are compared as they are stored
 */
export const notEqual = elementwiseFunction<CompareFn<"notEqual", "any">>("notEqual", "any");
