/** Matrix products as contractions: which axes meet is said in labels, so that batches and vectors need no copies. */
import { emit } from "../graph/emit.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { broadcastShapes } from "../shape/broadcast.js";
import { commonDType } from "../shape/dtypes.js";
import { type DotFn, dotShape, type MatMulFn, matMulShape, type OuterFn, outerShape } from "../shape/matmul.js";
import { equalShape, type Size } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";

interface Operands {
  readonly a: TracedTensor;
  readonly b: TracedTensor;
}

function operands(op: string, left: AnyTensor, right: AnyTensor): Operands {
  const [a, b] = [asTraced(left, op), asTraced(right, op)];
  commonDType(op, "numeric", [a.dtype, b.dtype]);
  return { a, b };
}

/** An operand with its batch axes stretched where one of them is 1 and the other operand's is not. */
function stretchBatch(x: TracedTensor, batch: readonly Size[]): TracedTensor {
  const own = x.sizes.slice(0, -2);
  const wanted = batch.slice(batch.length - own.length);
  if (own.length === 0 || equalShape(own, wanted)) return x;
  const shape = [...wanted, ...x.sizes.slice(-2)];
  return emit("broadcastTo", [x], { shape, axes: shape.map((_, axis) => axis) });
}

const range = (from: number, count: number): readonly number[] => Array.from({ length: count }, (_, k) => from + k);

/**
 * Matrix product over the last axis of `a` and the last but one of `b` (the only one of a vector). Leading axes are
 * batches and broadcast.
 *
 * @shapes a: [..., m, k], b: [..., k, n] -> [..., m, n]
 * @shapes a: [k], b: [..., k, n] -> [..., n]
 * @shapes a: [..., m, k], b: [k] -> [..., m]
 * @shapes a: [k], b: [k] -> []
 * @formula y[i, j] = Σ a[i, k] · b[k, j]
 * @derivative dy = da b + a db
 */
export const matmul = publicFunction<MatMulFn>((left: AnyTensor, right: AnyTensor) => {
  const { a, b } = operands("matmul", left, right);
  matMulShape(a.sizes, b.sizes);
  const [aBatch, bBatch] = [a.sizes.slice(0, -2), b.sizes.slice(0, -2)];
  const batch = broadcastShapes("matmul", aBatch, bBatch);
  // Labels 0, 1, 2 are the rows, the inner axis and the columns; batch axes follow, aligned at the right.
  const labels = range(3, batch.length);
  const [aLabels, bLabels] = [labels.slice(batch.length - aBatch.length), labels.slice(batch.length - bBatch.length)];
  const rows = a.sizes.length === 1 ? [] : [0];
  const columns = b.sizes.length === 1 ? [] : [2];
  return emit("contract", [stretchBatch(a, batch), stretchBatch(b, batch)], {
    left: [...aLabels, ...rows, 1],
    right: [...bLabels, 1, ...columns],
    out: [...labels, ...rows, ...columns],
  });
});

/**
 * The sum of the products of the elements of two vectors.
 *
 * @shapes a: [n], b: [n] -> []
 * @formula y = Σ a[i] · b[i]
 * @derivative dy = Σ (da[i] · b[i] + a[i] · db[i])
 */
export const dot = publicFunction<DotFn>((left: AnyTensor, right: AnyTensor) => {
  const { a, b } = operands("dot", left, right);
  dotShape(a.sizes, b.sizes);
  return emit("contract", [a, b], { left: [0], right: [0], out: [] });
});

/**
 * All products of an element of `a` with an element of `b`.
 *
 * @shapes a: [m], b: [n] -> [m, n]
 * @formula y[i, j] = a[i] · b[j]
 * @derivative dy[i, j] = da[i] · b[j] + a[i] · db[j]
 */
export const outer = publicFunction<OuterFn>((left: AnyTensor, right: AnyTensor) => {
  const { a, b } = operands("outer", left, right);
  outerShape(a.sizes, b.sizes);
  return emit("contract", [a, b], { left: [0], right: [1], out: [0, 1] });
});
