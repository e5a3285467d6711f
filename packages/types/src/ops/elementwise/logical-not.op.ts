/** Logic on bools: nothing is differentiated. */
import type { UnaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "logicalNot",
  doc: "not a, elementwise, on bools.",
  kind: "boolean",
  arity: 1,
  result: "bool",
  lower: (s, x) => s.not(x),
  derivative: { form: "none", zero: true, why: "bools have no derivative" },
  samples: [{ in: [[1, 0]], out: [0, 1] }],
});

/**
 * Whether it does not hold, elementwise, on bools.
 *
 * @shapes a: bool [...] -> bool [...]
 * @formula y = ¬a
 * @derivative none: bools have no derivative
 */
export const logicalNot = elementwiseFunction<UnaryFn<"logicalNot", "boolean">>("logicalNot", "boolean");
