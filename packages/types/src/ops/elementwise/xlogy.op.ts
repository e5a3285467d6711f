/**
 * Number times logarithm: y = a ln b, 0 where a is 0, dy = ln b da + (a/b) db. A primitive, because in a (1/b), the
 * derivative of a product, 1/b overflows where a/b does not.
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

/** b, and 1 where a is 0 and ln b is no number or infinite: there nothing happens. */
function logarithmed(o: Vocabulary, a: Value, b: Value): Value {
  const outside = o.logicalOr(o.lessEqual(b, 0), o.equal(b, Number.POSITIVE_INFINITY));
  if (a.literal !== undefined) return a.literal === 0 ? o.where(outside, 1, b) : b;
  return o.where(o.logicalAnd(o.equal(a, 0), outside), 1, b);
}

export default defineElementwise({
  name: "xlogy",
  doc: "A number times a logarithm, a ln b, elementwise, and 0 where a is 0.",
  arity: 2,
  lower: (s, x, y) => {
    const outside = s.or(s.lessEqual(y, 0), s.equal(y, Number.POSITIVE_INFINITY));
    return s.select(s.and(s.equal(x, 0), outside), 0, s.mul(x, s.log(y)));
  },
  partials: (o, x, y, _z, out) => {
    const full = y.literal === undefined ? y : o.broadcastTo(y, { shape: out.sizes, axes: [] });
    const b = logarithmed(o, x, full);
    return [o.log(b), o.div(x, b)];
  },
  samples: [
    {
      in: [
        [2, 0, 0, 0, 3, 0],
        [Math.E, 0, -1, Number.POSITIVE_INFINITY, 2, 5],
      ],
      out: [2, 0, 0, 0, 2.0794415416798357, 0],
    },
  ],
  edges: [0, Number.NaN],
  domain: [0.3, 3],
});

/**
 * A number times a logarithm, elementwise, and 0 where the number is 0.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = a ln b, 0 where a = 0
 * @derivative dy = ln b da + (a/b) db
 * @conventions where a = 0 and ln b is no number or infinite, value and derivatives are 0; NaN propagates
 */
export const xlogy = elementwiseFunction<BinaryFn<"xlogy", "float">>("xlogy");
