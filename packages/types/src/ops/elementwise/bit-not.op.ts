/** Every bit the other way: nothing is differentiated. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "bitNot",
  doc: "Every bit of x the other way, elementwise, of i32.",
  kind: "integer",
  lower: (s, x) => s.bitNot(x),
  derivative: { form: "none", zero: true, why: "integers have no derivative" },
  samples: [{ in: [[0, -1, 5]], out: [-1, 0, -6] }],
});

/**
 * Every bit of x the other way, elementwise, of i32.
 *
 * @shapes x: [...] -> [...]
 * @formula y = -x - 1
 * @derivative none: integers have no derivative
 */
export const bitNot = elementwiseFunction<UnaryFn<"bitNot", "integer">>("bitNot", "integer");
