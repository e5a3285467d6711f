/**
 * Flip: axes in reverse.
 *
 * Invariant: the shape stays, and no axis is named twice, for then it would not be reversed.
 */
import type { Axes } from "./axes.js";
import { type Reduce, reducedAxes } from "./reduce.js";
import type { Size } from "./size.js";
import type { DType, Shape, Tensor } from "./tensor.js";

/** The axes, or the message: they are named as those of a reduction are. */
type FlipArg<S extends Shape, Ax extends Axes> = Reduce<"flip", S, Ax, false> extends infer M extends string ? M : Ax;

/** Twin of `FlipArg`: the indices of the axes, in order. */
export const flippedAxes = (shape: readonly Size[], axes: Axes): readonly number[] =>
  reducedAxes("flip", shape, axes).toSorted((a, b) => a - b);

export interface FlipFn {
  <S extends Shape, D extends DType, const Ax extends Axes = undefined>(
    x: Tensor<S, D>,
    axes?: FlipArg<S, Ax>,
  ): Tensor<S, D>;
}
