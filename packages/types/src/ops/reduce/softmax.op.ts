/**
 * eˣ / Σ eˣ along an axis. A primitive because its derivative needs the result only: dy = y · (dx - Σ y dx). The
 * composition by way of logSumExp would compute the exponentials twice.
 */

import { emit } from "../../graph/emit.js";
import { asTraced } from "../../graph/tensor.js";
import { takenDType } from "../../shape/dtypes.js";
import { type AxisFn, alongAxis } from "../../shape/reduce.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { shiftAxes } from "../attrs.js";
import { defineOp, publicFunction } from "../define.js";
import { largestIfAny, spread } from "./reduction.js";

export default defineOp({
  name: "softmax",
  doc: "e^x / Σ e^x along the axis, stable for any x; each row sums to 1.",
  elementwise: false,
  arity: 1,
  infer: ([x]) => [{ shape: x?.shape ?? [], dtype: x?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, [x], [dx], out, { attrs }) => {
      if (x === undefined || dx === undefined) throw new Error("bug: softmax takes one operand");
      const mean = o.sum(o.mulZero(dx, out), attrs);
      return o.mulZero(o.sub(dx, spread(o, mean, x.sizes, attrs)), out);
    },
  },
  absorb: (attrs) => shiftAxes(attrs, "axes"),
  lowering: {
    form: "decompose",
    decompose: (o, [x], { attrs }) => {
      if (x === undefined) throw new Error("bug: softmax takes one operand");
      if (x.sizes.includes(0)) return x; // without elements there is no maximum, and nothing to compute
      const exponentials = o.exp(o.sub(x, spread(o, largestIfAny(o, x, attrs), x.sizes, attrs)));
      return o.div(exponentials, spread(o, o.sum(exponentials, attrs), x.sizes, attrs));
    },
  },
  dtypes: [["f64", "f32"]],
  samples: [
    { in: [[0, 0]], attrs: { axes: [0] }, out: [0.5, 0.5] },
    { in: [[10000, 10000]], attrs: { axes: [0] }, out: [0.5, 0.5] },
    {
      in: [
        [
          [1, 2],
          [0, -10000],
        ],
      ],
      attrs: { axes: [1] },
      out: [
        [0.2689414213699951, 0.7310585786300049],
        [1, 0],
      ],
    },
  ],
  edges: [1e4, -1e4, Number.NaN],
  domain: [-2, 2],
});

/**
 * Exponentials over their sum along an axis, the last when left out; stable for `x` of any size.
 *
 * @shapes x: [...] -> [...]
 * @formula y = eˣ / Σ eˣ
 * @derivative dy = y (dx - Σ y dx)
 */
export const softmax = publicFunction<AxisFn<"softmax">>((x: AnyTensor, axis?: number) => {
  const tensor = asTraced(x, "softmax");
  takenDType("softmax", "float", tensor.dtype);
  return emit("softmax", [tensor], { axes: [alongAxis("softmax", tensor.sizes, axis)] });
});
