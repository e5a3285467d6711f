/** Means, squares and standard deviations. */
import { emit, vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { asTraced, type TracedTensor } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { axesOf, dividedByCount, type ReduceOptions, reduceWith, withKept } from "../ops/reduce/reduction.js";
import type { Axes } from "../shape/axes.js";
import { takenDType } from "../shape/dtypes.js";
import type { UnaryFn } from "../shape/elementwise.js";
import type { ReduceFn, SpreadOptions } from "../shape/reduce.js";
import type { AnyTensor } from "../shape/tensor.js";

/** Σx / n over one axis, several, or all. */
export function meanOver(x: AnyTensor | Value, axes?: Axes, options: ReduceOptions = {}): Value {
  const tensor = asTraced(x, "mean");
  takenDType("mean", "float", tensor.dtype);
  const attrs = axesOf("mean", tensor, axes);
  const o = vocabulary();
  return withKept(
    "mean",
    asTraced(dividedByCount(o, o.sum(tensor, attrs), tensor, attrs), "mean"),
    tensor,
    axes,
    options,
  );
}

/**
 * The mean over one axis, several, or all.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = Σx / n
 * @derivative dy = Σdx / n
 * @conventions NaN where there is no element
 */
export const mean = publicFunction<ReduceFn<"mean", "float">>(meanOver);

/**
 * The square, elementwise.
 *
 * @shapes x: [...] -> [...]
 * @formula y = x²
 * @derivative dy = 2x dx
 */
export const square = publicFunction<UnaryFn<"square", "numeric">>((x: AnyTensor): TracedTensor => {
  const tensor = asTraced(x, "square");
  takenDType("square", "numeric", tensor.dtype);
  return emit("mul", [tensor, tensor]);
});

/**
 * Standard deviation over one axis, several, or all: the root of the variance. `{ correction: 1 }` is the one of a sample.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = √(Σ(x - m)² / (n - correction)), m = Σx / n
 * @derivative dy = Σ(x - m) dx / ((n - correction) y)
 * @conventions the gradient is 0 where all elements are equal; correction is 0 when left out
 */
export const std = publicFunction<ReduceFn<"std", "float", SpreadOptions>>(
  (x: AnyTensor, axes?: Axes, options: ReduceOptions & SpreadOptions = {}) => {
    const tensor = asTraced(x, "std");
    takenDType("std", "float", tensor.dtype);
    axesOf("std", tensor, axes);
    const o = vocabulary();
    const squares = reduceWith("variance", "float", tensor, axes, options, { correction: options.correction ?? 0 });
    // The root's derivative at 0 is infinite: there the root is taken of 1, and that branch is not chosen.
    const zero = o.equal(squares, 0);
    return o.where(zero, 0, o.sqrt(o.where(zero, 1, squares)));
  },
);
