/**
 * The Cholesky factor, column by column. Of the operand the lower triangle is read.
 *
 * A primitive, because its derivative needs but the factor: from L Lᵀ = a follows L⁻¹ da L⁻ᵀ = L⁻¹ dL + (L⁻¹ dL)ᵀ, and
 * since L⁻¹ dL is a lower triangle, it is Φ of the left side, which keeps the part below the diagonal and half of the
 * diagonal: dL = L Φ(L⁻¹ da L⁻ᵀ) (Murray, "Differentiation of the Cholesky decomposition", 2016, section 3.1).
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import { defineOp } from "../define.js";
import { filled } from "../filled.js";
import { loop } from "./loop.js";
import { inColumns, inRows, part, positions, product, turned } from "./matrix.js";

const trusted = { inRange: true } as const;

/**
 * Rows of Lᵀ: row k is what is left of column k of `a`, divided by the root of its diagonal element; its product with
 * itself is subtracted in place.
 */
function factor(o: Vocabulary, a: Value): Value {
  const [n = 0] = a.sizes;
  const [, upper] = loop(
    { length: n, init: [turned(o, a), filled(o, 0, a.sizes, a.dtype)], along: [positions(o, n)] },
    ([rest, found], [k]) => {
      if (k === undefined) throw new Error("bug: one array is walked");
      const row = o.gather(rest, k, trusted);
      const root = o.sqrt(o.gather(row, k, trusted));
      const open = o.greaterEqual(positions(o, n), o.broadcastTo(k, { shape: [n], axes: [] }));
      const scaled = o.where(open, o.div(row, o.broadcastTo(root, { shape: [n], axes: [] })), 0);
      const next = o.scatterAdd(found, k, scaled, trusted);
      // Read back, so that the update reads the matrix where it writes it and nowhere else.
      const added = o.gather(next, k, trusted);
      return [o.sub(rest, o.mul(inRows(o, added, a.sizes), inColumns(o, added, a.sizes))), next];
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
