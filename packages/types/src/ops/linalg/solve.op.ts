/**
 * A linear system, by elimination with partial pivoting. Linear in the right side; the transpose solves with the
 * transposed matrix and shares the elimination.
 *
 * A primitive, because the derivative needs neither the pivots nor the steps: a x = b gives a dx = db - da x.
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import { flagAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { filled } from "../filled.js";
import { placed, rowElimination, unplaced } from "./elimination.js";
import { product, turned } from "./matrix.js";

const lower = { lower: true, unit: true } as const;
const upper = { lower: false, unit: false } as const;

/** P a = L U, so x = U⁻¹ L⁻¹ P b, and aᵀ x = b gives x = Pᵀ L⁻ᵀ U⁻ᵀ b. */
function solution(o: Vocabulary, a: Value, b: Value, transposed: boolean): Value {
  if (a.sizes[0] === 0) return b;
  const { places, ...factors } = rowElimination(o, a);
  if (transposed) {
    const inner = o.triangularSolve(factors.upper, b, { ...upper, transposed });
    return unplaced(o, o.triangularSolve(factors.lower, inner, { ...lower, transposed }), places);
  }
  const inner = o.triangularSolve(factors.lower, placed(o, b, places), { ...lower, transposed });
  return o.triangularSolve(factors.upper, inner, { ...upper, transposed });
}

export default defineOp({
  name: "solve",
  doc: "x with a x = b (aᵀ x = b where `transposed`); Infinity or NaN where a is singular.",
  elementwise: false,
  arity: 2,
  infer: ([, b]) => [{ shape: b?.shape ?? [], dtype: b?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, [a], [da, db], x, { attrs }) => {
      if (a === undefined) throw new Error("bug: solve takes two operands");
      if (da === undefined) return o.solve(a, db ?? filled(o, 0, x.sizes, x.dtype), attrs);
      const moved = product(o, flagAttr(attrs, "transposed") ? turned(o, da) : da, x);
      return o.solve(a, db === undefined ? o.neg(moved) : o.sub(db, moved), attrs);
    },
  },
  linear: {
    operands: [1],
    mode: "each",
    transpose: (o, _k, ct, [a], { attrs }) => {
      if (a === undefined) throw new Error("bug: solve is not linear in the matrix");
      return o.solve(a, ct, { transposed: !flagAttr(attrs, "transposed") });
    },
  },
  lowering: {
    form: "decompose",
    decompose: (o, [a, b], { attrs }) => {
      if (a === undefined || b === undefined) throw new Error("bug: solve takes two operands");
      return solution(o, a, b, flagAttr(attrs, "transposed"));
    },
  },
  dtypes: [
    ["f64", "f32"],
    ["f64", "f32"],
  ],
  samples: [
    {
      // x is chosen, b is the product; the first pivot is 0
      in: [
        [
          [0, 2, 1],
          [1, 1, 0],
          [3, 0, 1],
        ],
        [[7], [3], [6]],
      ],
      attrs: { transposed: false },
      out: [[1], [2], [3]],
    },
    {
      in: [
        [
          [0, 2],
          [4, 1],
        ],
        [
          [8, 4],
          [4, 3],
        ],
      ],
      attrs: { transposed: true },
      out: [
        [1, 1],
        [2, 1],
      ],
    },
  ],
  edges: [0],
  domain: [-2, 2],
});
