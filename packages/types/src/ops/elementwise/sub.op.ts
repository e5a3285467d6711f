/** Difference: linear in both operands together. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "sub",
  doc: "Difference a - b, elementwise.",
  kind: "numeric",
  arity: 2,
  lower: (s, x, y) => s.sub(x, y),
  linear: { operands: [0, 1], mode: "jointly", transpose: (o, k, ct) => (k === 0 ? ct : o.neg(ct)) },
  samples: [
    {
      in: [
        [1, 2],
        [10, -2],
      ],
      out: [-9, 4],
    },
  ],
  edges: [Number.POSITIVE_INFINITY, Number.NaN],
});

/**
 * Difference, elementwise.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = a - b
 * @derivative dy = da - db
 */
export const sub = elementwiseFunction<BinaryFn<"sub">>("sub", "numeric");
