/** Rectifier: y = max(x, 0), y' = 1 for x > 0, and 0 at 0 (as PyTorch, JAX and TensorFlow). */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "relu",
  doc: "Rectifier, max(x, 0), elementwise; its derivative at 0 is 0.",
  kind: "numeric",
  lower: (s, x) => s.max(x, 0),
  partials: (o, x) => [o.cast(o.greater(x, 0), { dtype: x.dtype })],
  samples: [{ in: [[-2, 0, 3]], out: [0, 0, 3] }],
  edges: [0, 1e300, Number.NaN],
});

/**
 * Rectifier, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = max(x, 0)
 * @derivative dy = dx where x > 0, else 0
 * @conventions the derivative at 0 is 0; NaN propagates
 */
export const relu = elementwiseFunction<UnaryFn<"relu", "numeric">>("relu", "numeric");
