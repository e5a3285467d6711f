/** The sign of the determinant, from the elimination of `logAbsDet`: the product of the signs of its pivots. */
import { defineOp } from "../define.js";
import { filled } from "../filled.js";
import { rowElimination } from "./elimination.js";

export default defineOp({
  name: "detSign",
  doc: "sign det a: -1, 0 or 1, also where the determinant itself would overflow.",
  elementwise: false,
  arity: 1,
  infer: ([a]) => [{ shape: [], dtype: a?.dtype ?? "f32" }],
  derivative: { form: "none", zero: true, why: "a sign is piecewise constant" },
  lowering: {
    form: "decompose",
    decompose: (o, [a]) => {
      if (a === undefined) throw new Error("bug: detSign takes one operand");
      return a.sizes[0] === 0 ? filled(o, 1, [], a.dtype) : rowElimination(o, a).sign;
    },
  },
  dtypes: [["f64", "f32"]],
  samples: [
    {
      in: [
        [
          [0, 2],
          [3, 1],
        ],
      ],
      out: -1,
    },
    {
      in: [
        [
          [1, 2],
          [2, 4],
        ],
      ],
      out: 0,
    },
    {
      in: [
        [
          [0, 0, 2],
          [3, 0, 0],
          [0, 1, 0],
        ],
      ],
      out: 1,
    },
  ],
  edges: [0],
  domain: [-2, 2],
});
