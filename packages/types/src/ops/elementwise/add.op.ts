/** Sum of tensors: linear in both operands together. */
import type { VariadicFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "add",
  doc: "Sum a + b, elementwise, of two or more operands.",
  kind: "numeric",
  arity: 2,
  commutative: true,
  lower: (s, x, y) => s.add(x, y),
  linear: { operands: [0, 1], mode: "jointly", transpose: (_o, _k, ct) => ct },
  samples: [
    {
      in: [
        [1, 2],
        [10, -2],
      ],
      out: [11, 0],
    },
  ],
  edges: [Number.POSITIVE_INFINITY, Number.NaN],
});

/**
 * Sum of two or more tensors or numbers, elementwise.
 *
 * @shapes a, b, …: broadcast -> broadcast
 * @formula y = a + b + …
 * @derivative dy = da + db + …
 */
export const add = elementwiseFunction<VariadicFn<"add">>("add", "numeric", true);
