/**
 * A triangular system, solved row by row. Linear in the right side, where the transpose solves with the transposed matrix.
 *
 * A primitive, because differentiating the loop would keep every step's right side (n² m numbers), and the rule needs
 * but the solution: T x = b gives T dx = db - dT x.
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import type { Attrs } from "../../node/attrs.js";
import { flagAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { filled } from "../filled.js";
import { loop } from "./loop.js";
import { part, positions, product, turned } from "./matrix.js";

/** Which triangle of the operand is meant, and how. */
interface Triangle {
  readonly lower: boolean;
  /** Solve with the transposed triangle. */
  readonly transposed: boolean;
  /** The diagonal is taken to be 1 and not read. */
  readonly unit: boolean;
}

const triangleOf = (attrs: Attrs): Triangle => ({
  lower: flagAttr(attrs, "lower"),
  transposed: flagAttr(attrs, "transposed"),
  unit: flagAttr(attrs, "unit"),
});

/** The triangle of `a` that the system reads, zeros elsewhere, transposed if the system is. */
function triangle(o: Vocabulary, a: Value, { lower, transposed, unit }: Triangle): Value {
  const compare = lower ? (unit ? "greater" : "greaterEqual") : unit ? "less" : "lessEqual";
  const kept = part(o, compare, a);
  return transposed ? turned(o, kept) : kept;
}

/**
 * x[k] = (b[k] - Σ t[k, j] x[j]) / t[k, k] over the rows that are solved already; the others are still 0. From the first
 * row on if the system is a lower one, else from the last.
 */
function substitution(o: Vocabulary, a: Value, b: Value, which: Triangle): Value {
  const [n = 0, m = 0] = b.sizes;
  const rows = which.transposed ? turned(o, a) : a;
  const isLower = which.lower !== which.transposed;
  const [x] = loop(
    { length: n, init: [filled(o, 0, b.sizes, b.dtype)], along: [positions(o, n), rows, b], reverse: !isLower },
    ([solved], [k, row, right]) => {
      if (k === undefined || row === undefined || right === undefined) throw new Error("bug: three arrays are walked");
      const at = o.broadcastTo(k, { shape: [n], axes: [] });
      const before = o[isLower ? "less" : "greater"](positions(o, n), at);
      const known = o.contract(o.where(before, row, 0), solved, { left: [0], right: [0, 1], out: [1] });
      const left = o.sub(right, known);
      const pivot = o.broadcastTo(o.gather(row, k, { inRange: true }), { shape: [m], axes: [] });
      return [o.scatterAdd(solved, k, which.unit ? left : o.div(left, pivot), { inRange: true })];
    },
  );
  return x;
}

export default defineOp({
  name: "triangularSolve",
  doc: "x with T x = b, T the lower or upper triangle of a, transposed or not, its diagonal taken as 1 where `unit`.",
  elementwise: false,
  arity: 2,
  infer: ([, b]) => [{ shape: b?.shape ?? [], dtype: b?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, [a], [da, db], x, { attrs }) => {
      if (a === undefined) throw new Error("bug: triangularSolve takes two operands");
      const moved = da === undefined ? undefined : product(o, triangle(o, da, triangleOf(attrs)), x);
      if (moved === undefined) return o.triangularSolve(a, db ?? filled(o, 0, x.sizes, x.dtype), attrs);
      return o.triangularSolve(a, db === undefined ? o.neg(moved) : o.sub(db, moved), attrs);
    },
  },
  linear: {
    operands: [1],
    mode: "each",
    transpose: (o, _k, ct, [a], { attrs }) => {
      if (a === undefined) throw new Error("bug: triangularSolve is not linear in the matrix");
      return o.triangularSolve(a, ct, { ...attrs, transposed: !flagAttr(attrs, "transposed") });
    },
  },
  lowering: {
    form: "decompose",
    decompose: (o, [a, b], { attrs }) => {
      if (a === undefined || b === undefined) throw new Error("bug: triangularSolve takes two operands");
      return substitution(o, a, b, triangleOf(attrs));
    },
  },
  dtypes: [
    ["f64", "f32"],
    ["f64", "f32"],
  ],
  samples: [
    {
      // 2 x = 4; 1 x + 4 y = 10; the 9 is not read
      in: [
        [
          [2, 9],
          [1, 4],
        ],
        [[4], [10]],
      ],
      attrs: { lower: true, transposed: false, unit: false },
      out: [[2], [2]],
    },
    {
      in: [
        [
          [2, 3],
          [9, 4],
        ],
        [[4], [10]],
      ],
      attrs: { lower: false, transposed: true, unit: false },
      out: [[2], [1]],
    },
    {
      in: [
        [
          [9, 3],
          [9, 9],
        ],
        [
          [4, 1],
          [10, 0],
        ],
      ],
      attrs: { lower: false, transposed: false, unit: true },
      out: [
        [-26, 1],
        [10, 0],
      ],
    },
  ],
  edges: [0],
  domain: [0.5, 2],
});
