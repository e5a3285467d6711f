/**
 * log Σ eˣ, stable. A primitive because the composition's derivative would go through the maximum that is taken out;
 * directly it is the softmax: dy = Σ e^(x - y) dx.
 */
import type { ReduceFn } from "../../shape/reduce.js";
import type { DType } from "../../shape/tensor.js";
import { shiftAxes } from "../attrs.js";
import { defineOp } from "../define.js";
import { keptShape, reduceFunction, spread } from "./reduction.js";

/** Largest finite number of the dtype, also when stored: taking out ±Infinity would give Infinity - Infinity. */
export const largestFinite = (dtype: DType): number => (dtype === "f32" ? 3.4028234663852886e38 : Number.MAX_VALUE);

export default defineOp({
  name: "logSumExp",
  doc: "log Σ eˣ over the given axes (all when none are given), stable for any x; its gradient is the softmax.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => [{ shape: keptShape(x?.shape ?? [], attrs), dtype: x?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, [x], [dx], out, { attrs }) => {
      if (x === undefined || dx === undefined) throw new Error("bug: logSumExp takes one operand");
      // Where all x are -Infinity so is y, and x - y would be NaN; with y held finite the softmax is 0 there.
      const softmax = o.exp(o.sub(x, spread(o, o.maximum(out, -largestFinite(x.dtype)), x.sizes, attrs)));
      return o.sum(o.mulZero(dx, softmax), attrs);
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
      const finite = largestFinite(x.dtype);
      const shift = o.minimum(o.maximum(o.max(x, attrs), -finite), finite);
      const total = o.sum(o.exp(o.sub(x, spread(o, shift, x.sizes, attrs))), attrs);
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
 * @derivative dy = Σ e^(x - y) dx
 * @conventions the gradient is 0 where all x are -Infinity
 */
export const logSumExp = reduceFunction<ReduceFn<"logSumExp", "float">>("logSumExp", "float");
