/** Product: d(xy) = y dx + x dy. */
import type { VariadicFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "mul",
  doc: "Product a · b, elementwise, of two or more operands.",
  kind: "numeric",
  arity: 2,
  commutative: true,
  lower: (s, x, y) => s.mul(x, y),
  partials: (_o, x, y) => [y, x],
  // Only met in rules that users write, whose programs are transposed as they are.
  linear: {
    operands: [0, 1],
    mode: "each",
    transpose: (o, k, ct, [x, y]) => {
      const other = k === 0 ? y : x;
      if (other === undefined) throw new Error("bug: mul of two tangents is not linear");
      return o.mulZero(ct, other);
    },
  },
  samples: [
    {
      in: [
        [1, 2],
        [10, -2],
      ],
      out: [10, -4],
    },
  ],
  edges: [0, Number.POSITIVE_INFINITY, Number.NaN],
});

/**
 * Product of two or more tensors or numbers, elementwise.
 *
 * @shapes a, b, …: broadcast -> broadcast
 * @formula y = a · b · …
 * @derivative dy = b da + a db
 */
export const mul = elementwiseFunction<VariadicFn<"mul">>("mul", "numeric", true);
