/** Products over axes told by position, and what is summed up in matrices. */
import { emit, vocabulary } from "../graph/emit.js";
import type { RuleOperand, Value } from "../graph/op.js";
import { asTraced } from "../graph/tensor.js";
import { broadcastOperand, publicFunction } from "../ops/define.js";
import { largestOr } from "../ops/reduce/reduction.js";
import {
  batchOf,
  type ContractedAxes,
  checkAddend,
  checkMatrixOrd,
  contractedAxes,
  type GemmFn,
  type GemmOptions,
  gemmShape,
  type MatrixFn,
  type MatrixOrd,
  type TensordotFn,
} from "../shape/contraction.js";
import { commonDType, takenDType } from "../shape/dtypes.js";
import type { AnyTensor } from "../shape/tensor.js";

/**
 * Sum of products over several axes: the last `axes` ones of `a` with as many first ones of `b`, or those that two lists
 * name pair by pair.
 *
 * @shapes a: [..., k], b: [k, ...], axes: 1 -> [..., ...]
 * @formula y[i…, j…] = Σ a[i…, k…] · b[k…, j…]
 * @derivative dy = tensordot(da, b) + tensordot(a, db)
 * @conventions With `axes` 0 it is the product of every element with every other.
 */
export const tensordot = publicFunction<TensordotFn>((left: AnyTensor, right: AnyTensor, axes: ContractedAxes) => {
  const [a, b] = [asTraced(left, "tensordot"), asTraced(right, "tensordot")];
  commonDType("tensordot", "numeric", [a.dtype, b.dtype]);
  const [inA, inB] = contractedAxes(a.sizes, b.sizes, axes);
  const aLabels = [...a.sizes.keys()];
  const bLabels = b.sizes.map((_, axis) => {
    const pair = inB.indexOf(axis);
    return pair < 0 ? a.sizes.length + axis : (inA[pair] ?? 0);
  });
  const out = [...aLabels.filter((axis) => !inA.includes(axis)), ...bLabels.filter((_, axis) => !inB.includes(axis))];
  return emit("contract", [a, b], { left: aLabels, right: bLabels, out });
});

const scaled = (x: RuleOperand, factor: number): RuleOperand => {
  if (factor === 1) return x;
  return typeof x === "number" ? x * factor : vocabulary().mul(x, factor);
};

/**
 * General matrix product, as in BLAS and ONNX: alpha · a b + beta · c, with a or b transposed as told. `c` is a number or
 * broadcasts to the product.
 *
 * @shapes a: [m, k], b: [k, n], c: broadcasts to [m, n] -> [m, n]
 * @formula y = alpha · op(a) op(b) + beta · c
 * @derivative dy = alpha · (op(da) op(b) + op(a) op(db)) + beta · dc
 */
export const gemm = publicFunction<GemmFn>(
  (left: AnyTensor, right: AnyTensor, c: AnyTensor | number = 0, options: GemmOptions<boolean, boolean> = {}) => {
    const { transposeA = false, transposeB = false, alpha = 1, beta = 1 } = options;
    const [a, b] = [asTraced(left, "gemm"), asTraced(right, "gemm")];
    commonDType("gemm", "numeric", [
      a.dtype,
      b.dtype,
      typeof c === "number" ? c : asTraced(c, "gemm").dtype,
      alpha,
      beta,
    ]);
    const shape = gemmShape(a.sizes, b.sizes, transposeA, transposeB);
    if (typeof c !== "number") checkAddend(asTraced(c, "gemm").sizes, shape);
    const attrs = { left: transposeA ? [1, 0] : [0, 1], right: transposeB ? [2, 1] : [1, 2], out: [0, 2] };
    const product = scaled(emit("contract", [a, b], attrs), alpha);
    const added = scaled(typeof c === "number" ? c : broadcastOperand("gemm", c, shape), beta);
    return added === 0 ? product : vocabulary().add(product, added);
  },
);

/**
 * Sum of the diagonal of a matrix, or of each of a batch; it need not be square.
 *
 * @shapes x: [..., m, n] -> [...]
 * @formula y = Σ x[i, i]
 * @derivative dy = Σ dx[i, i]
 */
export const trace = publicFunction<MatrixFn<"trace", "numeric">>((x: AnyTensor) => {
  const tensor = asTraced(x, "trace");
  takenDType("trace", "numeric", tensor.dtype);
  const batch = batchOf("trace", tensor.sizes);
  const o = vocabulary();
  return o.sum(o.diagonal(tensor, { k: 0 }), { axes: [batch.length] });
});

/** The largest sum of absolute values along one axis; 0 where there is none. */
function largestSum(x: Value, summed: number, other: number): Value {
  const o = vocabulary();
  const sums = o.sum(o.abs(x), { axes: [summed] });
  const axis = other > summed ? other - 1 : other;
  return largestOr(o, 0, sums, { axes: [axis] });
}

/**
 * Norm of a matrix, or of each of a batch: `"fro"` (Frobenius, when left out), 1 (the largest sum of a column) or Infinity
 * (the largest sum of a row), of absolute values.
 *
 * @shapes x: [..., m, n] -> [...]
 * @formula "fro": y = √Σ x²; 1: y = max over j of Σ |x[i, j]| over i; Infinity: y = max over i of Σ |x[i, j]| over j
 * @derivative "fro": dy = Σ (x / y) dx; 1 and Infinity: dy = Σ sign(x) dx in the column or row that is largest
 * @conventions At 0 the gradient is 0. Of equal columns or rows the first gets it.
 */
export const matrixNorm = publicFunction<MatrixFn<"matrixNorm", "float", [ord?: MatrixOrd]>>(
  (x: AnyTensor, ord: MatrixOrd = "fro") => {
    const tensor = asTraced(x, "matrixNorm");
    takenDType("matrixNorm", "float", tensor.dtype);
    const { length } = batchOf("matrixNorm", tensor.sizes);
    checkMatrixOrd("matrixNorm", ord);
    if (ord === "fro") return vocabulary().l2Norm(tensor, { axes: [length, length + 1] });
    return ord === 1 ? largestSum(tensor, length, length + 1) : largestSum(tensor, length + 1, length);
  },
);
