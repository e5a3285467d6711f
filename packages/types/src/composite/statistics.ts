/** Means, squares and norms, made of sums. */
import { emit, vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { reduceWith } from "../ops/reduce/reduction.js";
import type { Axes } from "../shape/axes.js";
import { takenDType } from "../shape/dtypes.js";
import type { UnaryFn } from "../shape/elementwise.js";
import { type ReduceFn, reducedAxes } from "../shape/reduce.js";
import { productSize, type Size } from "../shape/size.js";
import type { AnyTensor } from "../shape/tensor.js";

interface ReduceOptions {
  readonly keepDims?: boolean;
}

/** `x` divided by a size, which may be known only at run time. */
function dividedBy(x: Value, size: Size): Value {
  const o = vocabulary();
  if (typeof size === "number") return o.div(x, size);
  return o.div(x, o.cast(o.sizeOf({ size, shape: x.sizes }), { dtype: x.dtype }));
}

/** Σx / n over one axis, several, or all. */
export function meanOver(x: AnyTensor | Value, axes?: Axes, options?: ReduceOptions): Value {
  const tensor = asTraced(x, "mean");
  takenDType("mean", "float", tensor.dtype);
  const count = productSize(reducedAxes("mean", tensor.sizes, axes).map((axis) => tensor.sizes[axis] ?? 1));
  return dividedBy(reduceWith("sum", "float", tensor, axes, options), count);
}

/** The mean over one axis, several, or all: Σx / n. */
export const mean = publicFunction<ReduceFn<"mean", "float">>(meanOver);

/** x², elementwise. */
export const square = publicFunction<UnaryFn<"square", "numeric">>((x: AnyTensor): TracedTensor => {
  const tensor = asTraced(x, "square");
  takenDType("square", "numeric", tensor.dtype);
  return emit("mul", [tensor, tensor]);
});

/** Sum of absolute values, Σ|x|; its gradient at 0 is 0. */
export const l1Norm = publicFunction<ReduceFn<"l1Norm", "float">>(
  (x: AnyTensor, axes?: Axes, options?: ReduceOptions) => {
    const tensor = asTraced(x, "l1Norm");
    takenDType("l1Norm", "float", tensor.dtype);
    reducedAxes("l1Norm", tensor.sizes, axes);
    return reduceWith("sum", "float", emit("abs", [tensor]), axes, options);
  },
);

/**
 * Euclidean norm, √Σx²; its gradient at 0 is 0. The root's derivative at 0 is infinite, so 0 is kept away from it: the
 * root is taken of 1 there, and the branch that is not chosen contributes nothing.
 */
export const l2Norm = publicFunction<ReduceFn<"l2Norm", "float">>(
  (x: AnyTensor, axes?: Axes, options?: ReduceOptions) => {
    const tensor = asTraced(x, "l2Norm");
    takenDType("l2Norm", "float", tensor.dtype);
    reducedAxes("l2Norm", tensor.sizes, axes);
    const o = vocabulary();
    const squares = reduceWith("sum", "float", emit("mul", [tensor, tensor]), axes, options);
    const zero = o.equal(squares, 0);
    return o.where(zero, 0, o.sqrt(o.where(zero, 1, squares)));
  },
);
