/**
 * Shapes of losses: cross entropy of logits with labels, and losses of two tensors of one shape.
 *
 * Invariant: losses do not broadcast. A `[32, 1]` beside a `[32]` is a mistake that would train without a word.
 */
import type { Same, SameShape, Unranked } from "./dims.js";
import type { SameDType, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalShape, showShape } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

// ---- cross entropy

/** The shape without its last axis, which holds the classes; or the message. */
export type PerExample<Op extends string, Logits extends Shape> = Logits extends [...infer Batch extends Shape, Dim]
  ? Batch
  : Unranked<Logits> extends true
    ? Dim[]
    : Message<"minimumRank", { op: Op; what: "logits"; shape: ShowShape<Logits>; expected: 1 }>;

type LogitsArg<Op extends string, S extends Shape, D extends DType> =
  PerExample<Op, S> extends infer M extends string ? M : Tensor<S, D>;

/** Labels of the dtype i32 are classes, one per example; others are probabilities, one per logit. */
type LabelsArg<Op extends string, S extends Shape, D extends DType, L extends Shape, E extends DType> =
  Same<E, "i32"> extends true ? Labels<Op, S, PerExample<Op, S>, L, E> : SameDType<Op, D, E, Labels<Op, S, S, L, E>>;

type Labels<
  Op extends string,
  Logits extends Shape,
  Expected,
  L extends Shape,
  E extends DType,
> = Expected extends Shape
  ? SameShape<Expected, L> extends true
    ? Tensor<L, E>
    : Message<
        "labels",
        { op: Op; logits: ShowShape<Logits>; dtype: E; expected: ShowShape<Expected>; actual: ShowShape<L> }
      >
  : never;

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
  <S extends Shape, D extends DType, L extends Shape, E extends DType>(
    logits: Takes<Op, "float", D, LogitsArg<Op, S, D>, "logits">,
    labels: LabelsArg<Op, S, D, L, E>,
  ): Of<PerExample<Op, S>, D>;
}

// ---- losses of two tensors of one shape

/** The second tensor, or the message when its shape is not that of the first. */
type SameShapeArg<Op extends string, A extends Shape, B extends Shape, D extends DType> =
  SameShape<A, B> extends true
    ? Tensor<B, D>
    : Message<"sameShape", { op: Op; left: ShowShape<A>; right: ShowShape<B> }>;

/** Twin of the rule of `PairLossFn`. */
export function pairLossShape(op: string, left: readonly Size[], right: readonly Size[]): Size[] {
  if (equalShape(left, right)) return [];
  throw shapeError("sameShape", { op, left: showShape(left), right: showShape(right) });
}

/** `mse` and its like: one number for two tensors of one shape. */
export type PairLossFn<Op extends string> = <A extends Shape, D extends DType, B extends Shape, E extends DType>(
  a: Takes<Op, "float", D, Tensor<A, D>>,
  b: SameDType<Op, D, E, SameShapeArg<Op, A, B, E>>,
) => Tensor<[], D>;
