/**
 * Shapes of losses: cross entropy of logits with labels, and losses of two tensors of one shape.
 *
 * Invariant: losses do not broadcast. A `[32, 1]` beside a `[32]` is a mistake that would train without a word.
 */
import type { Same, SameShape, Unranked } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalShape, showShape } from "./size.js";
import type { AnyTensor, Dim, DType, DTypeOf, Of, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- cross entropy

/** The shape without its last axis, which holds the classes; or the message. */
export type PerExample<Op extends string, Logits extends Shape> = Logits extends [...infer Batch extends Shape, infer _]
  ? Batch
  : Unranked<Logits> extends true
    ? Dim[]
    : Message<"minimumRank", { op: Op; what: "logits"; shape: ShowShape<Logits>; expected: 1 }>;

/** Logits of a float dtype with an axis of classes, or the message. */
type LogitsArg<Op extends string, X> =
  Takes<Op, "float", X, "logits"> extends infer M extends string
    ? M
    : PerExample<Op, ShapeOf<X>> extends infer M extends string
      ? M
      : X;

/** Labels of dtype i32 are classes, one per example; others are probabilities, one per logit. */
type LabelsArg<Op extends string, X, Y, Class = "i32"> =
  X extends Tensor<infer S, infer D>
    ? Y extends Tensor<infer L, infer E>
      ? Same<E, Class> extends true
        ? LabelsOfShape<Op, S, PerExample<Op, S>, L, E, Y>
        : Same<D, E> extends true
          ? LabelsOfShape<Op, S, S, L, E, Y>
          : DTypesDiffer<Op, D, E>
      : never
    : never;

type LabelsOfShape<
  Op extends string,
  Logits extends Shape,
  Expected,
  L extends Shape,
  E extends DType,
  Y,
> = Expected extends infer S extends Shape
  ? SameShape<S, L> extends true
    ? Y
    : Message<"labels", { op: Op; logits: ShowShape<Logits>; dtype: E; expected: ShowShape<S>; actual: ShowShape<L> }>
  : Y;

/** Twin of `PerExample` and of the rule for labels: one loss for every example. */
export function crossEntropySize(op: string, logits: TensorSize, labels: TensorSize): TensorSize {
  takenDType(op, "float", logits.dtype, "logits");
  if (logits.shape.length === 0) {
    throw shapeError("minimumRank", { op, what: "logits", shape: showShape(logits.shape), expected: 1 });
  }
  const batch = logits.shape.slice(0, -1);
  if (labels.dtype !== "i32") commonDType(op, "float", [logits.dtype, labels.dtype]);
  const expected = labels.dtype === "i32" ? batch : logits.shape;
  if (equalShape(expected, labels.shape)) return { shape: batch, dtype: logits.dtype };
  throw shapeError("labels", {
    op,
    logits: showShape(logits.shape),
    dtype: labels.dtype,
    expected: showShape(expected),
    actual: showShape(labels.shape),
  });
}

export interface CrossEntropyFn<Op extends string = "crossEntropy"> {
  /** Logits `[..., C]` with classes `[...]` (i32) or probabilities `[..., C]`: one loss for every example, `[...]`. */
  <X extends AnyTensor, Y extends AnyTensor>(
    logits: LogitsArg<Op, X>,
    labels: LabelsArg<Op, X, Y>,
  ): Of<PerExample<Op, ShapeOf<X>>, DTypeOf<X>>;
}

// ---- losses of two tensors of one shape

/** The second tensor, or the message when its dtype or its shape is not that of the first. */
type Alike<Op extends string, X, Y> =
  X extends Tensor<infer A, infer D>
    ? Y extends Tensor<infer B, infer E>
      ? Same<D, E> extends true
        ? SameShape<A, B> extends true
          ? Y
          : Message<"sameShape", { op: Op; left: ShowShape<A>; right: ShowShape<B> }>
        : DTypesDiffer<Op, D, E>
      : never
    : never;

/** Twin of the rule of `PairLossFn`. */
export function pairLossShape(op: string, left: readonly Size[], right: readonly Size[]): Size[] {
  if (equalShape(left, right)) return [];
  throw shapeError("sameShape", { op, left: showShape(left), right: showShape(right) });
}

/** `mse` and its like: one number for two tensors of one shape. */
export interface PairLossFn<Op extends string> {
  <X extends AnyTensor, Y extends AnyTensor>(a: Takes<Op, "float", X>, b: Alike<Op, X, Y>): Tensor<[], DTypeOf<X>>;
}
