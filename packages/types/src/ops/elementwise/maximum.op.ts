/** The larger of two: the derivative goes to it; of two equal values half to each. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "maximum",
  doc: "The larger of a and b, elementwise; the derivative goes to the larger, half to each where they are equal.",
  kind: "numeric",
  arity: 2,
  lower: (s, x, y) => s.max(x, y),
  partials: (o, x, y) => {
    const half = o.mul(0.5, o.cast(o.equal(x, y), { dtype: x.dtype }));
    const wins = (a: typeof x, b: typeof x) => o.add(o.cast(o.greater(a, b), { dtype: x.dtype }), half);
    return [wins(x, y), wins(y, x)];
  },
  samples: [
    {
      in: [
        [1, 5, 2],
        [3, -1, 2],
      ],
      out: [3, 5, 2],
    },
  ],
  edges: [0, Number.NEGATIVE_INFINITY, Number.NaN],
});

/**
 * The larger of two, elementwise.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = max(a, b)
 * @derivative dy = da where a > b, db where a < b
 * @conventions two equal values get half each; NaN propagates, with derivative 0
 */
export const maximum = elementwiseFunction<BinaryFn<"maximum">>("maximum", "numeric");
