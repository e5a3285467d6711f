/** Matrices with parts of them zero, by a mask of positions. What is masked contributes exactly nothing, also where it is NaN. */
import { vocabulary } from "../graph/emit.js";
import { asTraced } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { onDiagonal } from "../ops/shape/on-diagonal.js";
import { type DiagFn, diagSize, matrixOf, type TriangleFn } from "../shape/diagonal.js";
import type { AnyTensor } from "../shape/tensor.js";
import { constantOf, diagonalNumber } from "./create.js";

const triangle =
  (op: string, keeps: "lessEqual" | "greaterEqual") =>
  (x: AnyTensor, k = 0) => {
    const tensor = asTraced(x, op);
    matrixOf(op, tensor.sizes);
    const o = vocabulary();
    const kept = o[keeps](diagonalNumber(tensor.sizes), k);
    return o.where(kept, tensor, constantOf(tensor.sizes, 0, tensor.dtype));
  };

/**
 * The lower triangle over the last two axes: zero above the `k`-th diagonal.
 *
 * @shapes x: [..., m, n] -> [..., m, n]
 * @formula y[i, j] = x[i, j] where j - i ≤ k, else 0
 * @derivative dy[i, j] = dx[i, j] where j - i ≤ k, else 0
 */
export const tril = publicFunction<TriangleFn<"tril">>(triangle("tril", "lessEqual"));

/**
 * The upper triangle over the last two axes: zero below the `k`-th diagonal.
 *
 * @shapes x: [..., m, n] -> [..., m, n]
 * @formula y[i, j] = x[i, j] where j - i ≥ k, else 0
 * @derivative dy[i, j] = dx[i, j] where j - i ≥ k, else 0
 */
export const triu = publicFunction<TriangleFn<"triu">>(triangle("triu", "greaterEqual"));

/**
 * Square matrices with the last axis of `v` on their `k`-th diagonal and zeros elsewhere.
 *
 * @shapes v: [..., n] -> [..., n + |k|, n + |k|]
 * @formula y[i, j] = v[i - max(0, -k)] where j - i = k, else 0
 * @derivative dy[i, j] = dv[i - max(0, -k)] where j - i = k, else 0
 */
export const diag = publicFunction<DiagFn>((v: AnyTensor, k = 0) => {
  const tensor = asTraced(v, "diag");
  const size = diagSize(tensor.sizes, k);
  return onDiagonal(vocabulary(), tensor, k, [...tensor.sizes.slice(0, -1), size, size]);
});
