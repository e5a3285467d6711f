/**
 * Shapes of losses of two tensors of one shape, and how losses are reduced.
 *
 * Invariant: losses do not broadcast. A `[32, 1]` beside a `[32]` is a mistake that would train without a word.
 */

import type { AxisArg } from "./axes.js";
import type { FitsInto } from "./broadcast.js";
import type { Same, SameShape } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Reduce, WithAxis } from "./reduce.js";
import type { Size } from "./size.js";
import { equalShape, showShape } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Operand, ShapeOf, Tensor } from "./tensor.js";

// ---- reductions

/** One loss for every element (or example), their sum, or their mean. */
export type Reduction = "none" | "sum" | "mean";

/** The shape of losses after their reduction. */
export type ReducedLoss<S, R extends string> = [R] extends ["none"] ? S : "none" extends R ? Dim[] : [];

export interface LossOptions<R extends string> {
  readonly reduction?: R;
}

// ---- losses of two tensors of one shape

/** The second tensor, or the message when its dtype or its shape is not that of the first. */
export type Alike<Op extends string, X, Y> =
  X extends Tensor<infer A, infer D>
    ? Y extends Tensor<infer B, infer E>
      ? Same<D, E> extends true
        ? SameShape<A, B> extends true
          ? Y
          : Message<"sameShape", { op: Op; left: ShowShape<A>; right: ShowShape<B> }>
        : DTypesDiffer<Op, D, E>
      : never
    : never;

/** Twin of `Alike`, dtypes apart. */
export function sameShape(op: string, left: readonly Size[], right: readonly Size[]): void {
  if (equalShape(left, right)) return;
  throw shapeError("sameShape", { op, left: showShape(left), right: showShape(right) });
}

/** `mse` and its like: the mean over all elements where no reduction is given. */
export interface PairLossFn<Op extends string> {
  <X extends AnyTensor, Y extends AnyTensor, const R extends Reduction = "mean">(
    prediction: Takes<Op, "float", X>,
    target: Alike<Op, X, Y>,
    options?: LossOptions<R>,
  ): Of<ReducedLoss<ShapeOf<X>, R>, DTypeOf<X>>;
}

export interface HuberOptions<R extends string> extends LossOptions<R> {
  /** Where the parabola becomes a straight line; 1 when left out. */
  readonly delta?: number;
}

export interface HuberFn<Op extends string = "huber"> {
  <X extends AnyTensor, Y extends AnyTensor, const R extends Reduction = "mean">(
    prediction: Takes<Op, "float", X>,
    target: Alike<Op, X, Y>,
    options?: HuberOptions<R>,
  ): Of<ReducedLoss<ShapeOf<X>, R>, DTypeOf<X>>;
}

/** The weight of positive examples, which must fit into the logits, or the message. */
type PositiveWeight<Op extends string, X, W> =
  W extends Tensor<infer S, infer E>
    ? X extends Tensor<infer T, infer D>
      ? Same<D, E> extends true
        ? FitsInto<S, T> extends true
          ? W
          : Message<"broadcastTo", { op: Op; from: ShowShape<S>; to: ShowShape<T> }>
        : DTypesDiffer<Op, D, E>
      : never
    : W;

export interface LogitsLossOptions<R extends string, W> extends LossOptions<R> {
  /** Factor of the loss of positive examples: a number, or a tensor that broadcasts to the logits. */
  readonly posWeight?: W;
}

export interface LogitsLossFn<Op extends string = "binaryCrossEntropyWithLogits"> {
  <X extends AnyTensor, Y extends AnyTensor, const R extends Reduction = "mean", W extends Operand = 1>(
    logits: Takes<Op, "float", X, "logits">,
    target: Alike<Op, X, Y>,
    options?: LogitsLossOptions<R, PositiveWeight<Op, X, W>>,
  ): Of<ReducedLoss<ShapeOf<X>, R>, DTypeOf<X>>;
}

export interface DivergenceFn<Op extends string = "klDivergence"> {
  /** `batchmean` divides the sum by the size of the first axis. */
  <X extends AnyTensor, Y extends AnyTensor, const R extends Reduction | "batchmean" = "mean">(
    logq: Takes<Op, "float", X>,
    p: Alike<Op, X, Y>,
    options?: LossOptions<R>,
  ): Of<ReducedLoss<ShapeOf<X>, R>, DTypeOf<X>>;
}

// ---- vectors along an axis

export interface SimilarityFn<Op extends string = "cosineSimilarity"> {
  /** `axis` is the last one when left out. */
  <X extends AnyTensor, Y extends AnyTensor, const Ax extends number = -1>(
    a: WithAxis<Op, "float", X>,
    b: Alike<Op, X, Y>,
    axis?: AxisArg<Op, ShapeOf<X>, Ax>,
  ): Of<Reduce<Op, ShapeOf<X>, Ax, false>, DTypeOf<X>>;
}
