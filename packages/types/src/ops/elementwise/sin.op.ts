/** Sine: y' = cos x. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "sin",
  doc: "Sine of an angle in radians, elementwise.",
  lower: (s, x) => s.sin(x),
  partials: (o, x) => [o.cos(x)],
  samples: [{ in: [[0, 1, -2]], out: [0, 0.8414709848078965, -0.9092974268256817] }],
  edges: [0, 1000, Number.NaN],
});

/**
 * Sine of an angle in radians, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = sin x
 * @derivative dy = cos(x) dx
 */
export const sin = elementwiseFunction<UnaryFn<"sin">>("sin");
