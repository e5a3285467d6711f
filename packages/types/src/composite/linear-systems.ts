/** Determinants, inverses, factors and linear systems, for one matrix or for a batch of them. */
import { vocabulary } from "../graph/emit.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import type { Attrs } from "../node/attrs.js";
import { publicFunction } from "../ops/define.js";
import { emitBatched } from "../ops/linalg/batched.js";
import { identity } from "../ops/linalg/matrix.js";
import { commonDType, takenDType } from "../shape/dtypes.js";
import {
  type DeterminantFn,
  type SolveFn,
  type SquareFn,
  solutionShape,
  squareShape,
  type TriangularOptions,
} from "../shape/square.js";
import type { AnyTensor } from "../shape/tensor.js";

/** The operand as a float tensor of square matrices, and their batch. */
function square(op: string, given: AnyTensor) {
  const tensor = asTraced(given, op);
  takenDType(op, "float", tensor.dtype);
  return { tensor, ...squareShape(op, tensor.sizes) };
}

function ofMatrix(op: string, given: AnyTensor): TracedTensor {
  const { tensor, batch } = square(op, given);
  return emitBatched(op, [{ tensor, rank: 2 }], batch);
}

/** A system of matrices and columns; a right side that is a vector is one column. */
function system(op: string, left: AnyTensor, right: AnyTensor, attrs: Attrs): TracedTensor {
  const [a, b] = [asTraced(left, op), asTraced(right, op)];
  commonDType(op, "float", [a.dtype, b.dtype]);
  const { batch, isVector, shape } = solutionShape(op, a.sizes, b.sizes);
  const o = vocabulary();
  const columns = isVector ? asTraced(o.reshape(b, { shape: [...b.sizes, 1] }), op) : b;
  const x = emitBatched(
    op,
    [
      { tensor: a, rank: 2 },
      { tensor: columns, rank: 2 },
    ],
    batch,
    attrs,
  );
  return isVector ? asTraced(o.reshape(x, { shape }), op) : x;
}

/**
 * Determinant of a square matrix, or of each of a batch.
 *
 * @shapes a: [..., n, n] -> [...]
 * @formula y = Σ over permutations p of sign(p) · Π a[i, p(i)], by elimination with complete pivoting in O(n³)
 * @derivative dy = Σ cof(a)[i, j] · da[i, j]
 * @conventions The gradient is the matrix of cofactors also where `a` is singular, and so are all further derivatives. The
 * third derivative costs O(n⁵). The determinant of a [0, 0] matrix is 1.
 */
export const det = publicFunction<DeterminantFn<"det">>((a: AnyTensor) => ofMatrix("det", a));

/**
 * Logarithm of the absolute determinant; does not overflow where the determinant would.
 *
 * @shapes a: [..., n, n] -> [...]
 * @formula y = log |det a|, by elimination with partial pivoting
 * @derivative dy = tr(a⁻¹ da)
 * @conventions Where `a` is singular it is -Infinity, and there is no finite gradient. `detSign` gives the sign.
 */
export const logAbsDet = publicFunction<DeterminantFn<"logAbsDet">>((a: AnyTensor) => ofMatrix("logAbsDet", a));

/**
 * Sign of the determinant, -1, 0 or 1, in the dtype of the matrix; goes with `logAbsDet` and shares its elimination.
 *
 * @shapes a: [..., n, n] -> [...]
 * @formula y = sign(det a)
 * @derivative dy = 0
 */
export const detSign = publicFunction<DeterminantFn<"detSign">>((a: AnyTensor) => ofMatrix("detSign", a));

/**
 * Cholesky factor: the lower triangle L with L Lᵀ = a, for a symmetric positive definite `a`.
 *
 * @shapes a: [..., n, n] -> [..., n, n]
 * @formula L Lᵀ = (a + aᵀ) / 2, zeros above the diagonal
 * @derivative dL = L Φ(L⁻¹ da L⁻ᵀ) for the symmetric part of da; Φ keeps what is below the diagonal and half of the diagonal
 * @conventions Of `a` the symmetric part counts, so gradients are symmetric. Where `a` is not positive definite, columns
 * are NaN from the first on that shows it.
 */
export const cholesky = publicFunction<SquareFn<"cholesky">>((a: AnyTensor) => {
  const { tensor, batch } = square("cholesky", a);
  const o = vocabulary();
  const rank = tensor.sizes.length;
  const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
  const symmetric = o.mul(o.add(tensor, o.permute(tensor, { perm })), 0.5); // a itself where a is symmetric, to the bit
  return emitBatched("cholesky", [{ tensor: asTraced(symmetric, "cholesky"), rank: 2 }], batch);
});

/**
 * Solution of a linear system, for a vector or for a matrix of right sides.
 *
 * @shapes a: [..., n, n], b: [n] -> [..., n]
 * @shapes a: [..., n, n], b: [..., n, m] -> [..., n, m]
 * @formula x = a⁻¹ b, by elimination with partial pivoting
 * @derivative dx = a⁻¹ (db - da x)
 * @conventions Where `a` is singular, x has elements that are Infinity or NaN. A right side of rank 1 is one vector for
 * all matrices; batches broadcast. Calls with one `a`, and their gradients, share the elimination.
 */
export const solve = publicFunction<SolveFn<"solve">>((a: AnyTensor, b: AnyTensor) =>
  system("solve", a, b, { transposed: false }),
);

/**
 * Solution of a triangular system; the other triangle is not read.
 *
 * @shapes a: [..., n, n], b: [n] -> [..., n]
 * @shapes a: [..., n, n], b: [..., n, m] -> [..., n, m]
 * @formula x = T⁻¹ b (T⁻ᵀ b with `transposed`), T the lower triangle of a, the upper one with `lower: false`
 * @derivative dx = T⁻¹ (db - dT x); the gradient of the triangle that is not read is 0
 * @conventions With `unitDiagonal` the diagonal is taken as 1 and not read. A zero on the diagonal gives Infinity or NaN.
 */
export const triangularSolve = publicFunction<SolveFn<"triangularSolve", [options?: TriangularOptions]>>(
  (a: AnyTensor, b: AnyTensor, { lower = true, transposed = false, unitDiagonal = false }: TriangularOptions = {}) =>
    system("triangularSolve", a, b, { lower, transposed, unit: unitDiagonal }),
);

/**
 * Inverse of a square matrix, or of each of a batch. For a⁻¹ b, `solve(a, b)` is faster and more accurate.
 *
 * @shapes a: [..., n, n] -> [..., n, n]
 * @formula y = a⁻¹, by elimination with partial pivoting
 * @derivative dy = -a⁻¹ da a⁻¹
 * @conventions Where `a` is singular, elements are Infinity or NaN.
 */
export const inverse = publicFunction<SquareFn<"inverse">>((a: AnyTensor) => {
  const { tensor, batch, size } = square("inverse", a);
  const unit = asTraced(identity(vocabulary(), size, tensor.dtype), "inverse");
  return emitBatched(
    "solve",
    [
      { tensor, rank: 2 },
      { tensor: unit, rank: 2 },
    ],
    batch,
    { transposed: false },
  );
});
