/** Negation: linear, its own transpose. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "neg",
  doc: "Negation, -x, elementwise.",
  kind: "numeric",
  lower: (s, x) => s.neg(x),
  linear: { operands: [0], mode: "jointly", transpose: (o, _k, ct) => o.neg(ct) },
  samples: [{ in: [[1, -2]], out: [-1, 2] }],
  edges: [0, Number.NaN],
});

/**
 * Negation, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = -x
 * @derivative dy = -dx
 */
export const neg = elementwiseFunction<UnaryFn<"neg", "numeric">>("neg", "numeric");
