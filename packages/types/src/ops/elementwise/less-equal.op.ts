/** Comparison a ≤ b: a bool, so nothing is differentiated. */
import type { CompareFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "lessEqual",
  doc: "Whether a ≤ b, elementwise, as bool.",
  kind: "numeric",
  arity: 2,
  result: "bool",
  lower: (s, x, y) => s.lessEqual(x, y),
  derivative: { form: "none", zero: true, why: "a comparison is piecewise constant" },
  samples: [
    {
      in: [
        [1, 2, 3],
        [2, 2, 2],
      ],
      out: [1, 1, 0],
    },
  ],
  edges: [Number.NaN, Number.POSITIVE_INFINITY],
});

/**
 * Whether `a` is at most `b`, elementwise.
 *
 * @shapes a, b: broadcast -> bool
 * @formula y = (a ≤ b)
 * @derivative none: a bool has no derivative
 * @conventions false where one is NaN
 */
export const lessEqual = elementwiseFunction<CompareFn<"lessEqual">>("lessEqual", "numeric");
