/**
 * The Cholesky factor, column by column. Of the operand the lower triangle is read.
 *
 * A primitive, because its derivative needs but the factor: from L Lᵀ = a follows L⁻¹ da L⁻ᵀ = L⁻¹ dL + (L⁻¹ dL)ᵀ, and
 * since L⁻¹ dL is a lower triangle, it is Φ of the left side, which keeps the part below the diagonal and half of the
 * diagonal: dL = L Φ(L⁻¹ da L⁻ᵀ) (Murray, "Differentiation of the Cholesky decomposition", 2016, section 3.1).
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import { defineOp } from "../define.js";
import { loop } from "./loop.js";
import { filled, part, positions, product, turned } from "./matrix.js";

/**
 * Rows of Lᵀ, so that a step reads and writes rows: Lᵀ[k, i] = (a[i, k] - Σ Lᵀ[j, k] Lᵀ[j, i]) / L[k, k] over the rows
 * that are there already; the others are still 0.
 */
function factor(o: Vocabulary, a: Value): Value {
  const [n = 0] = a.sizes;
  const [upper] = loop(
    { length: n, init: [filled(o, 0, a.sizes, a.dtype)], along: [positions(o, n), turned(o, a)] },
    ([found], [k, column]) => {
      if (k === undefined || column === undefined) throw new Error("bug: two arrays are walked");
      const heads = o.gather(turned(o, found), k, { inRange: true });
      const rest = o.sub(column, o.contract(heads, found, { left: [0], right: [0, 1], out: [1] }));
      const root = o.sqrt(o.gather(rest, k, { inRange: true }));
      const below = o.greaterEqual(positions(o, n), o.broadcastTo(k, { shape: [n], axes: [] }));
      const row = o.where(below, o.div(rest, o.broadcastTo(root, { shape: [n], axes: [] })), 0);
      return [o.scatterAdd(found, k, row, { inRange: true })];
    },
  );
  return turned(o, upper);
}

/** The symmetric matrix with this lower triangle. */
const mirrored = (o: Vocabulary, a: Value): Value =>
  o.add(part(o, "greaterEqual", a), turned(o, part(o, "greater", a)));

/** Below the diagonal as it is, the diagonal halved, zeros above. */
const phi = (o: Vocabulary, a: Value): Value => part(o, "greater", a, part(o, "equal", o.mulZero(a, 0.5)));

export default defineOp({
  name: "cholesky",
  doc: "The lower triangle L with L Lᵀ = a, of a symmetric positive definite a, whose lower triangle is read.",
  elementwise: false,
  arity: 1,
  infer: ([a]) => [{ shape: a?.shape ?? [], dtype: a?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, _operands, [da], factorOfA) => {
      if (da === undefined) throw new Error("bug: cholesky takes one operand");
      const attrs = { lower: true, transposed: false, unit: false };
      // L⁻¹ S L⁻ᵀ is symmetric, so its transpose is as good: L⁻¹ (L⁻¹ S)ᵀ.
      const half = o.triangularSolve(factorOfA, mirrored(o, da), attrs);
      return product(o, factorOfA, phi(o, o.triangularSolve(factorOfA, turned(o, half), attrs)));
    },
  },
  lowering: {
    form: "decompose",
    decompose: (o, [a]) => {
      if (a === undefined) throw new Error("bug: cholesky takes one operand");
      return factor(o, a);
    },
  },
  dtypes: [["f64", "f32"]],
  samples: [
    {
      // the factor is chosen, a is its product; the 9 are not read
      in: [
        [
          [4, 9, 9],
          [2, 10, 9],
          [6, -3, 26],
        ],
      ],
      out: [
        [2, 0, 0],
        [1, 3, 0],
        [3, -2, 3.605551275463989],
      ],
    },
    {
      in: [
        [
          [4, 2],
          [2, 5],
        ],
      ],
      out: [
        [2, 0],
        [1, 2],
      ],
    },
  ],
  edges: [0],
  domain: [0.5, 2],
});
