/** The smallest element over axes: the derivative goes to the first of equal ones, as `argmin` points there. */
import type { ReduceFn } from "../../shape/reduce.js";
import { shiftAxes } from "../attrs.js";
import { defineOp } from "../define.js";
import { firstMask } from "./first-mask.js";
import { chosenShape, reduceFunction, reductionLoops } from "./reduction.js";

export default defineOp({
  name: "min",
  doc: "The smallest element over the given axes (all when none are given); NaN propagates.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => [{ shape: chosenShape("min", x?.shape ?? [], attrs), dtype: x?.dtype ?? "f32" }],
  // y = x[j] for the first j at which it is attained, so dy = dx[j] = Σ mask · dx.
  derivative: {
    form: "jvp",
    jvp: (o, [x], [dx], _out, { attrs }) => {
      if (x === undefined || dx === undefined) throw new Error("bug: min takes one operand");
      return o.sum(o.mulZero(dx, firstMask(o, o.argmin(x, attrs), x, attrs)), attrs);
    },
  },
  absorb: (attrs) => shiftAxes(attrs, "axes"),
  lowering: {
    form: "define",
    define: ({ s, operands: [x], dtype }, attrs) => ({
      ...reductionLoops(x?.shape ?? [], attrs),
      combine: "min",
      body: (d) => x?.at(d) ?? s.constant(0, dtype),
    }),
  },
  dtypes: [["f64", "f32", "i32"]],
  samples: [
    {
      in: [
        [
          [1, 3, 2],
          [6, 4, 6],
        ],
      ],
      attrs: { axes: [1] },
      out: [1, 4],
    },
  ],
  edges: [Number.NaN, Number.NEGATIVE_INFINITY],
  domain: [-2, 2],
});

/** The smallest element over one axis, several, or all; of equal ones the first gets the gradient. */
export const min = reduceFunction<ReduceFn<"min", "numeric">>("min", "numeric");
