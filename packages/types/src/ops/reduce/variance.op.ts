/**
 * Variance. A primitive because of its derivative: the mean has none in it (deviations add up to 0), which the derivative
 * of the composition would only find by adding up and cancelling, at the price of digits and of another reduction.
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import type { Attrs } from "../../node/attrs.js";
import type { Axes } from "../../shape/axes.js";
import type { ReduceFn, SpreadOptions } from "../../shape/reduce.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { numberAttr, shiftAxes } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";
import { dividedByCount, keptShape, type ReduceOptions, reduceWith, spread } from "./reduction.js";

/** x - mean(x), once. */
function lessMean(o: Vocabulary, x: Value, attrs: Attrs): Value {
  return o.sub(x, spread(o, dividedByCount(o, o.sum(x, attrs), x, attrs), x.sizes, attrs));
}

/**
 * Deviations from the mean. The mean's rounding error, which is relative to x, is in all of them alike; taking out the
 * mean once more leaves an error relative to the deviations.
 */
const deviations = (o: Vocabulary, x: Value, attrs: Attrs): Value => lessMean(o, lessMean(o, x, attrs), attrs);

export default defineOp({
  name: "variance",
  doc: "Σ(x - mean)² / (n - correction) over the given axes (all when none are given), in two passes.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => [{ shape: keptShape(x?.shape ?? [], attrs), dtype: x?.dtype ?? "f32" }],
  // dy = 2/(n - c) Σ (x - m)(dx - dm), and Σ (x - m) dm = 0.
  derivative: {
    form: "jvp",
    jvp: (o, [x], [dx], _out, { attrs }) => {
      if (x === undefined || dx === undefined) throw new Error("bug: variance takes one operand");
      const axes = { axes: attrs.axes ?? [] };
      const doubled = o.mul(2, deviations(o, x, axes));
      return o.sum(o.mulZero(dx, dividedByCount(o, doubled, x, axes, numberAttr(attrs, "correction"))), axes);
    },
  },
  absorb: (attrs) => shiftAxes(attrs, "axes"),
  lowering: {
    form: "decompose",
    decompose: (o, [x], { attrs }) => {
      if (x === undefined) throw new Error("bug: variance takes one operand");
      const axes = { axes: attrs.axes ?? [] };
      const from = deviations(o, x, axes);
      return dividedByCount(o, o.sum(o.mul(from, from), axes), x, axes, numberAttr(attrs, "correction"));
    },
  },
  dtypes: [["f64", "f32"]],
  samples: [
    { in: [[1, 2, 3, 4]], attrs: { axes: [0], correction: 0 }, out: 1.25 },
    { in: [[1, 2, 3, 4]], attrs: { axes: [0], correction: 1 }, out: 5 / 3 },
    {
      in: [
        [
          [1, 3],
          [2, 2],
        ],
      ],
      attrs: { axes: [1], correction: 0 },
      out: [1, 0],
    },
    // One-pass formulas give 0 or less here.
    { in: [[1e8 + 1, 1e8 + 2, 1e8 + 3]], attrs: { axes: [0], correction: 0 }, out: 2 / 3 },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/**
 * Variance over one axis, several, or all: the mean square of the deviations from the mean. `{ correction: 1 }` divides by
 * one less, as one does for a sample.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = Σ(x - m)² / (n - correction), m = Σx / n
 * @derivative dy = 2 Σ(x - m) dx / (n - correction)
 * @conventions correction is 0 when left out; NaN where there are no more elements than the correction
 */
export const variance = publicFunction<ReduceFn<"variance", "float", SpreadOptions>>(
  (x: AnyTensor, axes?: Axes, options: ReduceOptions & SpreadOptions = {}) =>
    reduceWith("variance", "float", x, axes, options, { correction: options.correction ?? 0 }),
);
