/**
 * The determinant: the product of the pivots of an elimination with complete pivoting.
 *
 * A primitive, because d det a = ⟨cof a, da⟩ holds for every matrix, while the derivative of an elimination divides by
 * its pivots. The elimination is shared with that of `cofactor`. Up to three rows are written out.
 */
import { defineOp } from "../define.js";
import { fullElimination } from "./elimination.js";
import { smallDet } from "./small-cofactor.js";

export default defineOp({
  name: "det",
  doc: "The determinant; its gradient is the matrix of cofactors, also where a is singular.",
  elementwise: false,
  arity: 1,
  infer: ([a]) => [{ shape: [], dtype: a?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, [a], [da]) => {
      if (a === undefined || da === undefined) throw new Error("bug: det takes one operand");
      return o.contract(o.cofactor(a), da, { left: [0, 1], right: [0, 1], out: [] });
    },
  },
  lowering: {
    form: "decompose",
    decompose: (o, [a]) => {
      if (a === undefined) throw new Error("bug: det takes one operand");
      return smallDet(o, a) ?? fullElimination(o, a).det;
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
      out: -6,
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
          [1, 2, 0],
          [0, 1, 1],
          [2, 0, 1],
        ],
      ],
      out: 5,
    },
  ],
  edges: [],
  domain: [-2, 2],
});
