/**
 * The matrix of cofactors of `a`, and its derivatives: with operands a, v₁ … vₖ the element i, j is ∂ᵏ/∂t₁…∂tₖ of
 * ∂ det/∂aᵢⱼ at a + Σ tᵢ vᵢ. Everything about a determinant's derivatives is in this one op, because it is closed:
 * linear in each v, symmetric in them, equal to its own transpose (⟨cof(a; v), w⟩ = D² det(a)[v, w] = ⟨v, cof(a; w)⟩), and
 * its derivative in `a` is itself with one more operand.
 *
 * Every value is a polynomial in the elements, so it is finite for singular matrices as well, whatever their rank. That
 * rules out det(a) a⁻ᵀ and the differentiated elimination, which both divide by pivots. Instead, from complete pivoting,
 * a = X D Z with X and Z unit triangles up to a permutation and D diagonal. Since cof(X D Z) = cof(X) cof(D) cof(Z), and
 * X and Z are well conditioned, only cofactors of a diagonal matrix are left, which are products without a division:
 *
 *     k = 0: cof(D)ⱼⱼ = Π d over l ≠ j                    k = 1: cof(D; b)ⱼⱼ = Σ pᵢⱼ bᵢᵢ,  cof(D; b)ᵢⱼ = -pᵢⱼ bⱼᵢ
 *
 * where pᵢⱼ = Π d over l ≠ i, j. From k = 2 on (third derivatives of det) each of the n² elements is a determinant of
 * its own, that of `a` with row i replaced by the unit vector j, so cof(a; v₁ … vₖ)ᵢⱼ = ⟨cof(aᵢⱼ; v₁ … vₖ₋₁), vₖ⟩ with row i
 * of the v set to zero: n⁵ steps, as dear as it is rare, and right to any order. With
 * up to three rows all of it is written out instead.
 */
import { currentTrace } from "../../graph/emit.js";
import type { Value, Vocabulary } from "../../graph/op.js";
import { asTraced, atomOf, tensorOf } from "../../graph/tensor.js";
import { defineOp } from "../define.js";
import { filled } from "../filled.js";
import { fullElimination, placed, unplaced } from "./elimination.js";
import { loop } from "./loop.js";
import { diagonalOf, inColumns, inRows, part, positions, turned, wherePositions } from "./matrix.js";
import { smallCofactor } from "./small-cofactor.js";

const unitLower = { lower: true, unit: true } as const;
const unitUpper = { lower: false, unit: true } as const;

/** a = X D Z, as what has to be done with X⁻¹ and Z⁻¹. */
interface Diagonalised {
  readonly diagonal: Value;
  /** det X · det Z: the sign of the exchanges. */
  readonly sign: Value;
  /** X⁻¹ v Z⁻¹. */
  readonly inside: (v: Value) => Value;
  /** X⁻ᵀ c Z⁻ᵀ. */
  readonly outside: (c: Value) => Value;
}

/** With rows and columns at their places a is L D Y. Where a pivot is zero nothing is left, and the row of Y is a unit vector. */
function diagonalised(o: Vocabulary, a: Value): Diagonalised {
  const { lower, upper, rows, columns, exchanges } = fullElimination(o, a);
  const diagonal = diagonalOf(o, upper);
  const inEachRow = inRows(o, diagonal, a.sizes);
  const y = o.where(o.equal(inEachRow, 0), 0, o.div(upper, inEachRow));
  const byL = (b: Value, transposed: boolean): Value => o.triangularSolve(lower, b, { ...unitLower, transposed });
  /** b Y⁻¹ = (Y⁻ᵀ bᵀ)ᵀ. */
  const byY = (b: Value, transposed: boolean): Value =>
    turned(o, o.triangularSolve(y, turned(o, b), { ...unitUpper, transposed: !transposed }));
  const inColumnPlaces = (v: Value): Value => turned(o, placed(o, turned(o, v), columns));
  const outOfColumnPlaces = (v: Value): Value => turned(o, unplaced(o, turned(o, v), columns));
  return {
    diagonal,
    sign: exchanges,
    inside: (v) => byY(byL(inColumnPlaces(placed(o, v, rows)), false), false),
    outside: (c) => outOfColumnPlaces(unplaced(o, byL(byY(c, true), true), rows)),
  };
}

/** Π d over l ≠ i, j for every i and j; on the diagonal Π d over l ≠ i. */
function leftOut(o: Vocabulary, d: Value): Value {
  const [n = 0] = d.sizes;
  const shape = [n, n];
  const [products] = loop(
    { length: n, init: [filled(o, 1, shape, d.dtype)], along: [positions(o, n), d] },
    ([p], [k, dk]) => {
      if (k === undefined || dk === undefined) throw new Error("bug: two arrays are walked");
      const here = o.equal(positions(o, n), o.broadcastTo(k, { shape: [n], axes: [] }));
      const either = o.logicalOr(inRows(o, here, shape), inColumns(o, here, shape));
      return [o.where(either, p, o.mul(p, o.broadcastTo(dk, { shape, axes: [] })))];
    },
  );
  return products;
}

/** k = 0 and k = 1 of a diagonal matrix. */
function diagonalCofactor(o: Vocabulary, d: Value, b: Value | undefined): Value {
  const products = leftOut(o, d);
  const shape = products.sizes;
  if (b === undefined) return part(o, "equal", products);
  const apart = part(o, "equal", filled(o, 0, shape, d.dtype), products);
  const sums = o.contract(apart, diagonalOf(o, b), { left: [0, 1], right: [0], out: [1] });
  return o.where(wherePositions(o, "equal", shape), inRows(o, sums, shape), o.neg(o.mul(apart, turned(o, b))));
}

/** k ≥ 2, by the determinants that the elements are. */
function byElements(o: Vocabulary, a: Value, directions: readonly Value[]): Value {
  const [n = 0] = a.sizes;
  const shape = [n, n, n];
  /** For every i, `x` with row i replaced by zeros. */
  const withoutRow = (x: Value): Value => {
    const isRow = o.equal(o.iota({ shape, axis: 0 }), o.iota({ shape, axis: 1 }));
    return o.where(isRow, 0, o.broadcastTo(x, { shape, axes: [1, 2] }));
  };
  const four = [n, n, n, n];
  const at = (axis: number): Value => o.iota({ shape: four, axis });
  const isUnit = o.logicalAnd(o.equal(at(0), at(2)), o.equal(at(1), at(3)));
  const replaced = o.where(isUnit, 1, o.broadcastTo(withoutRow(a), { shape: four, axes: [0, 2, 3] }));
  const [last, ...others] = directions.map(withoutRow).toReversed();
  if (last === undefined) throw new Error("bug: cofactor of minors without a direction");
  const given = [replaced, ...others].map((x) => atomOf(asTraced(x, "cofactor"), "cofactor"));
  const batch = [
    { size: n, mapped: given.map(() => true) },
    { size: n, mapped: given.map((_, k) => k === 0) },
  ];
  const [minors] = currentTrace("cofactor").emit({ op: "cofactor", inputs: given, batch });
  if (minors === undefined) throw new Error("bug: cofactor has one result");
  return o.contract(tensorOf(minors), last, { left: [0, 1, 2, 3], right: [0, 2, 3], out: [0, 1] });
}

function cofactor(o: Vocabulary, a: Value, directions: readonly Value[]): Value {
  const small = smallCofactor(o, a, directions);
  if (small !== undefined) return small;
  if (directions.length >= 2) return byElements(o, a, directions);
  const { diagonal, sign, inside, outside } = diagonalised(o, a);
  const [v] = directions;
  const inner = diagonalCofactor(o, diagonal, v === undefined ? undefined : inside(v));
  return o.mul(outside(inner), o.broadcastTo(sign, { shape: a.sizes, axes: [] }));
}

export default defineOp({
  name: "cofactor",
  doc: "The gradient of the determinant, (-1)^(i+j) times the minors; with further operands its derivatives along them.",
  elementwise: false,
  arity: "variadic",
  infer: ([a]) => [{ shape: a?.shape ?? [], dtype: a?.dtype ?? "f32" }],
  derivative: {
    form: "jvp",
    jvp: (o, [a, ...directions], [da, ...tangents]) => {
      if (a === undefined) throw new Error("bug: cofactor takes a matrix");
      const terms = tangents.flatMap((tangent, k) =>
        tangent === undefined ? [] : [o.cofactor(a, ...directions.with(k, tangent))],
      );
      if (da !== undefined) terms.unshift(o.cofactor(a, ...directions, da));
      return terms.reduce((sum, term) => o.add(sum, term));
    },
  },
  linear: {
    operands: "all",
    mode: "each",
    transpose: (o, k, ct, operands) => {
      const others = operands.flatMap((operand, at) =>
        at === 0 || at === k || operand === undefined ? [] : [operand],
      );
      const [a] = operands;
      if (a === undefined) throw new Error("bug: cofactor is not linear in the matrix");
      return o.cofactor(a, ...others, ct);
    },
  },
  lowering: {
    form: "decompose",
    decompose: (o, [a, ...directions]) => {
      if (a === undefined) throw new Error("bug: cofactor takes a matrix");
      return cofactor(o, a, directions);
    },
  },
  dtypes: [["f64", "f32"]],
  samples: [
    {
      in: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      out: [
        [4, -3],
        [-2, 1],
      ],
    },
    {
      // singular: of rank 2, then of rank 1
      in: [
        [
          [4, 0, 8],
          [0, 2, 2],
          [2, 1, 5],
        ],
      ],
      out: [
        [8, 4, -4],
        [8, 4, -4],
        [-16, -8, 8],
      ],
    },
    {
      in: [
        [
          [1, 2, 3],
          [2, 4, 6],
          [3, 6, 9],
        ],
      ],
      out: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    },
    {
      // cof [[p, q], [r, s]] is linear: [[s, -r], [-q, p]]
      in: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      out: [
        [8, -7],
        [-6, 5],
      ],
    },
    {
      // of rank 1 = 3 - 2, where second derivatives are minors of order 1: cof(a + t v) has the element 0, 0
      // (a₁₁ + t v₁₁)(a₂₂ + t v₂₂) - …, and only v₀₀ = 1 here
      in: [
        [
          [0, 0, 0],
          [0, 3, 0],
          [0, 0, 0],
        ],
        [
          [1, 0, 0],
          [0, 0, 0],
          [0, 0, 0],
        ],
      ],
      out: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 3],
      ],
    },
  ],
  edges: [],
  domain: [-2, 2],
});
