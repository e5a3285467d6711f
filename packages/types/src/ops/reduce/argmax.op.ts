/** Where the largest element is: an index, so nothing is differentiated. */
import type { ArgReduceFn } from "../../shape/reduce.js";
import { shiftAxes } from "../attrs.js";
import { defineOp } from "../define.js";
import { firstIndex } from "./first-mask.js";
import { chosenShape, reduceFunction } from "./reduction.js";

export default defineOp({
  name: "argmax",
  doc: "Index of the first largest element along the axis (over all elements in row-major order when none is given); the first NaN counts as largest.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => [{ shape: chosenShape("argmax", x?.shape ?? [], attrs), dtype: "i32" }],
  derivative: { form: "none", zero: true, why: "an index is piecewise constant" },
  absorb: (attrs) => shiftAxes(attrs, "axes"),
  lowering: {
    form: "decompose",
    decompose: (o, [x], { attrs }) => {
      if (x === undefined) throw new Error("bug: argmax takes one operand");
      return firstIndex(o, x, o.max(x, attrs), attrs);
    },
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
      out: [1, 0],
    },
    {
      in: [
        [
          [1, 3, 2],
          [6, 4, 6],
        ],
      ],
      attrs: { axes: [0, 1] },
      out: 3,
    },
  ],
  edges: [Number.NaN],
  domain: [-2, 2],
});

/** Index of the first largest element along an axis, or over all elements. */
export const argmax = reduceFunction<ArgReduceFn<"argmax">>("argmax", "numeric");
