/**
 * Norms of all the elements along axes. `l2Norm` is a primitive; the others are sums and maxima.
 *
 * Invariant: every norm's gradient at 0 is 0.
 */
import { vocabulary } from "../graph/emit.js";
import type { Value, Vocabulary } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import type { Attrs } from "../node/attrs.js";
import { publicFunction } from "../ops/define.js";
import { axesOf, largestOr, type ReduceOptions, spread, withKept } from "../ops/reduce/reduction.js";
import type { Axes } from "../shape/axes.js";
import { takenDType } from "../shape/dtypes.js";
import { type NormOptions, normOrder, type ReduceFn } from "../shape/reduce.js";
import type { AnyTensor } from "../shape/tensor.js";

/**
 * (Σ|x|ᵖ)^(1/p), of elements divided by a scale so that powers stay in range. The scale is a constant to derivatives:
 * whatever it is, the norm is the same.
 */
function pNorm(o: Vocabulary, x: Value, attrs: Attrs, p: number): Value {
  const length = o.stopGradient(o.l2Norm(x, attrs));
  const usable = o.logicalAnd(o.greater(length, 0), o.less(length, Number.POSITIVE_INFINITY));
  const scale = o.where(usable, length, 1);
  const total = o.sum(o.pow(o.div(o.abs(x), spread(o, scale, x.sizes, attrs)), p), attrs);
  // The root's derivative at 0 may be infinite: there the root is taken of 1, and that branch is not chosen.
  const zero = o.equal(total, 0);
  return o.mul(scale, o.where(zero, 0, o.pow(o.where(zero, 1, total), 1 / p)));
}

function normOf(o: Vocabulary, x: TracedTensor, attrs: Attrs, ord: number): Value {
  switch (ord) {
    case 1:
      return o.sum(o.abs(x), attrs);
    case 2:
      return o.l2Norm(x, attrs);
    case Number.POSITIVE_INFINITY:
      return largestOr(o, 0, o.abs(x), attrs); // of nothing there is no maximum, but a norm
    default:
      return pNorm(o, x, attrs, ord);
  }
}

function normWith(op: string, x: AnyTensor, axes: Axes, options: ReduceOptions & NormOptions): TracedTensor {
  const tensor = asTraced(x, op);
  takenDType(op, "float", tensor.dtype);
  const attrs = axesOf(op, tensor, axes);
  const value = normOf(vocabulary(), tensor, attrs, normOrder(op, options.ord));
  return withKept(op, asTraced(value, op), tensor, axes, options);
}

/**
 * Norm of all the elements over one axis, several, or all, as of one long vector: `ord` 1, 2 (when left out; over two axes
 * the Frobenius norm), Infinity (the largest absolute value), or any other number p above 0.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = (Σ|x|ᵖ)^(1/p)
 * @derivative dy = Σ sign(x) (|x| / y)^(p - 1) dx
 * @conventions the gradient at 0 is 0; that of order Infinity goes to the first of the largest elements
 */
export const norm = publicFunction<ReduceFn<"norm", "float", NormOptions>>(
  (x: AnyTensor, axes?: Axes, options: ReduceOptions & NormOptions = {}) => normWith("norm", x, axes, options),
);

/**
 * Sum of absolute values over one axis, several, or all.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = Σ|x|
 * @derivative dy = Σ sign(x) dx
 * @conventions the gradient at 0 is 0
 */
export const l1Norm = publicFunction<ReduceFn<"l1Norm", "float">>(
  (x: AnyTensor, axes?: Axes, options: ReduceOptions = {}) => normWith("l1Norm", x, axes, { ...options, ord: 1 }),
);
