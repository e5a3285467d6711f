/**
 * log Σ eˣ, stable. A primitive because the composition's derivative would go through the maximum that is taken out;
 * directly it is the softmax. That is not had as e^(x - y): y = 1e4 is rounded in its 12th digit behind the point.
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import type { Attrs } from "../../node/attrs.js";
import type { ReduceFn } from "../../shape/reduce.js";
import type { DType } from "../../shape/tensor.js";
import { shiftAxes } from "../attrs.js";
import { defineOp } from "../define.js";
import { keptShape, largestIfAny, reduceFunction, spread } from "./reduction.js";

/** Largest finite number of the dtype, also when stored: taking out ±Infinity would give Infinity - Infinity. */
export const largestFinite = (dtype: DType): number => (dtype === "f32" ? 3.4028234663852886e38 : Number.MAX_VALUE);

interface Shifted {
  readonly shift: Value;
  /** e^(x - shift). */
  readonly powers: Value;
  readonly total: Value;
}

/**
 * What value and derivative have in common, so that both together compute the exponentials once. The shift is the largest
 * x, held finite; as no quotient of exponentials changes with it, nothing is differentiated through it.
 */
function shifted(o: Vocabulary, x: Value, attrs: Attrs): Shifted {
  const finite = largestFinite(x.dtype);
  const shift = o.stopGradient(o.minimum(o.maximum(largestIfAny(o, x, attrs), -finite), finite));
  const powers = o.exp(o.sub(x, spread(o, shift, x.sizes, attrs)));
  return { shift, powers, total: o.sum(powers, attrs) };
}

export default defineOp({
  name: "logSumExp",
  doc: "log Σ eˣ over the given axes (all when none are given), stable for any x; its gradient is the softmax.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => [{ shape: keptShape(x?.shape ?? [], attrs), dtype: x?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, [x], [dx], _out, { attrs }) => {
      if (x === undefined || dx === undefined) throw new Error("bug: logSumExp takes one operand");
      if (x.sizes.includes(0)) return o.sum(dx, attrs);
      const { powers, total } = shifted(o, x, attrs);
      // Where all x are -Infinity all powers are 0, and their sum; the softmax is 0 there.
      const divisor = o.where(o.equal(total, 0), 1, total);
      return o.sum(o.mulZero(dx, o.div(powers, spread(o, divisor, x.sizes, attrs))), attrs);
    },
  },
  absorb: (attrs) => shiftAxes(attrs, "axes"),
  lowering: {
    form: "decompose",
    decompose: (o, [x], { attrs }) => {
      if (x === undefined) throw new Error("bug: logSumExp takes one operand");
      const shape = keptShape(x.sizes, attrs);
      // Of nothing there is no maximum, but a sum: log 0.
      if (x.sizes.includes(0)) return o.broadcastTo(Number.NEGATIVE_INFINITY, { shape, axes: [], dtype: x.dtype });
      const { shift, total } = shifted(o, x, attrs);
      return o.add(o.log(total), shift);
    },
  },
  dtypes: [["f64", "f32"]],
  samples: [
    { in: [[0, 0]], attrs: { axes: [0] }, out: Math.LN2 },
    { in: [[10000, 10000]], attrs: { axes: [0] }, out: 10000.69314718056 },
    {
      in: [
        [
          [1, 2],
          [-1000, 0],
        ],
      ],
      attrs: { axes: [1] },
      out: [2.313261687518223, 0],
    },
  ],
  edges: [1e4, -1e4, Number.NaN],
  domain: [-2, 2],
});

/**
 * The logarithm of a sum of exponentials over one axis, several, or all, stable for any size of x.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = ln Σ eˣ
 * @derivative dy = Σ softmax(x) dx
 * @conventions the gradient is 0 where all x are -Infinity
 */
export const logSumExp = reduceFunction<ReduceFn<"logSumExp", "float">>("logSumExp", "float");
