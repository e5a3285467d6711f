/**
 * The logarithm of the absolute determinant, which overflows nowhere. The elimination is the one of `solve`, and shared
 * with it, also by the derivative: d log|det a| = tr(a⁻¹ da).
 */
import { defineOp } from "../define.js";
import { filled } from "../filled.js";
import { rowElimination } from "./elimination.js";
import { diagonalOf, identity } from "./matrix.js";

export default defineOp({
  name: "logAbsDet",
  doc: "log |det a|; -Infinity where a is singular.",
  elementwise: false,
  arity: 1,
  infer: ([a]) => [{ shape: [], dtype: a?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, [a], [da]) => {
      if (a === undefined || da === undefined) throw new Error("bug: logAbsDet takes one operand");
      const inverse = o.solve(a, identity(o, a.sizes[0] ?? 0, a.dtype), { transposed: false });
      return o.contract(inverse, da, { left: [0, 1], right: [1, 0], out: [] });
    },
  },
  lowering: {
    form: "decompose",
    decompose: (o, [a]) => {
      if (a === undefined) throw new Error("bug: logAbsDet takes one operand");
      if (a.sizes[0] === 0) return filled(o, 0, [], a.dtype);
      return o.sum(o.log(o.abs(diagonalOf(o, rowElimination(o, a).upper))), { axes: [0] });
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
      out: 1.791759469228055,
    },
    {
      in: [
        [
          [1, 2, 0],
          [0, 1, 1],
          [2, 0, 1],
        ],
      ],
      out: 1.6094379124341003,
    },
  ],
  edges: [0],
  domain: [-2, 2],
});
