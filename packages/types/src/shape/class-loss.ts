/**
 * Shapes of losses over classes: logits (or their logarithms) with an axis of classes, and labels without it.
 *
 * Invariant: labels of dtype i32 are classes, one for each example; others are probabilities, one for each logit.
 */
import type { AxisArg, AxisIndex, RemoveAt } from "./axes.js";
import { removeAt } from "./axes.js";
import type { Same, SameDim, SameShape, Unranked } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { LossOptions, ReducedLoss, Reduction } from "./loss.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import { alongAxis } from "./reduce.js";
import { equalShape, showShape } from "./size.js";
import type { AnyTensor, Dim, DType, DTypeOf, Of, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- the rules

/** The shape without the axis of the classes; or the message. An axis that is out of range carries its own. */
export type PerExample<
  Op extends string,
  Logits extends Shape,
  Ax extends number,
  What extends string = "logits",
> = Logits extends [...infer Batch extends Shape, infer _]
  ? [Ax] extends [-1]
    ? Batch
    : WithoutClasses<Logits, Ax>
  : Unranked<Logits> extends true
    ? Dim[]
    : Message<"minimumRank", { op: Op; what: What; shape: ShowShape<Logits>; expected: 1 }>;

type WithoutClasses<Logits extends Shape, Ax extends number> = number extends Ax
  ? Dim[]
  : [AxisIndex<Logits, Ax>] extends [never]
    ? Dim[]
    : RemoveAt<Logits, AxisIndex<Logits, Ax>>;

/** The number of classes. */
type ClassCount<Logits extends Shape, Ax extends number> = number extends Logits["length"] | Ax
  ? number
  : Logits[AxisIndex<Logits, Ax>];

/** Logits of a float dtype with an axis of classes, or the message. */
type LogitsArg<Op extends string, X, What extends string> =
  Takes<Op, "float", X, What> extends infer M extends string
    ? M
    : PerExample<Op, ShapeOf<X>, -1, What> extends infer M extends string
      ? M
      : X;

/** Labels that fit the logits, or the message. */
type LabelsArg<Op extends string, X, Y, Ax extends number, Class = "i32"> =
  X extends Tensor<infer S, infer D>
    ? Y extends Tensor<infer L, infer E>
      ? Same<E, Class> extends true
        ? LabelsOfShape<Op, S, PerExample<Op, S, Ax>, L, E, Y>
        : Same<D, E> extends true
          ? LabelsOfShape<Op, S, S, L, E, Y>
          : DTypesDiffer<Op, D, E>
      : never
    : never;

/** Labels that are classes and nothing else. */
type ClassesArg<Op extends string, X, Y, Ax extends number> =
  Takes<Op, "integer", Y, "labels"> extends infer M extends string ? M : LabelsArg<Op, X, Y, Ax>;

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

/** One weight for each class, of the dtype of the logits, or the message. */
type WeightsArg<Op extends string, X, W, Ax extends number> =
  X extends Tensor<infer S, infer D>
    ? W extends Tensor<infer V, infer E>
      ? Same<D, E> extends true
        ? FitsClasses<V, ClassCount<S, Ax>> extends true
          ? W
          : Message<
              "classWeights",
              { op: Op; actual: ShowShape<V>; logits: ShowShape<S>; expected: `[${ShowDim<ClassCount<S, Ax>>}]` }
            >
        : DTypesDiffer<Op, D, E>
      : never
    : never;

type FitsClasses<V extends Shape, C> =
  Unranked<V> extends true ? true : V extends [infer Only] ? SameDim<Only, C> : false;

/** Only classes can be ignored by their number. */
type IgnoreArg<Op extends string, Y, Class = "i32"> =
  Y extends Tensor<infer _, infer E>
    ? Same<E, Class> extends true
      ? number
      : Message<"ignoreIndex", { op: Op }>
    : never;

// ---- their twins

/** Twin of `PerExample` and of the rule for labels: the position of the axis of the classes. */
export function classAxis(op: string, logits: TensorSize, labels: TensorSize, axis: number, what = "logits"): number {
  takenDType(op, "float", logits.dtype, what);
  if (logits.shape.length === 0) {
    throw shapeError("minimumRank", { op, what, shape: showShape(logits.shape), expected: 1 });
  }
  const index = alongAxis(op, logits.shape, axis);
  if (labels.dtype !== "i32") commonDType(op, "float", [logits.dtype, labels.dtype]);
  const expected = labels.dtype === "i32" ? removeAt(logits.shape, index) : logits.shape;
  if (equalShape(expected, labels.shape)) return index;
  throw shapeError("labels", {
    op,
    logits: showShape(logits.shape),
    dtype: labels.dtype,
    expected: showShape(expected),
    actual: showShape(labels.shape),
  });
}

/** Twin of `WeightsArg`. */
export function checkClassWeights(op: string, logits: TensorSize, weights: TensorSize, axis: number): void {
  commonDType(op, "float", [logits.dtype, weights.dtype]);
  const expected = [logits.shape[axis] ?? 1];
  if (equalShape(weights.shape, expected)) return;
  throw shapeError("classWeights", {
    op,
    actual: showShape(weights.shape),
    logits: showShape(logits.shape),
    expected: showShape(expected),
  });
}

/** Twin of `IgnoreArg`. */
export function checkIgnoreIndex(op: string, labels: DType, ignoreIndex: number | undefined): void {
  if (ignoreIndex !== undefined && labels !== "i32") throw shapeError("ignoreIndex", { op });
}

// ---- signatures

/** What losses over classes may be told; each part is itself, or its message. */
export interface ClassOptions<R extends string, Ax, Ignore, W> extends LossOptions<R> {
  /** Where the classes are; the last axis when left out. */
  readonly axis?: Ax;
  /** Examples with this label count for nothing. */
  readonly ignoreIndex?: Ignore;
  /** A factor for each class `[C]`; the mean divides by the sum of those of the labels. */
  readonly classWeights?: W;
}

export interface CrossEntropyOptions<R extends string, Ax, Ignore, W> extends ClassOptions<R, Ax, Ignore, W> {
  /** The part of the probability, from 0 to 1, that is spread over all classes evenly. */
  readonly labelSmoothing?: number;
}

export interface CrossEntropyFn<Op extends string = "crossEntropy"> {
  /** Logits `[..., C]` with classes `[...]` (i32) or probabilities `[..., C]`: one loss for every example, `[...]`. */
  <
    X extends AnyTensor,
    Y extends AnyTensor,
    const R extends Reduction = "none",
    const Ax extends number = -1,
    W extends AnyTensor = never,
  >(
    logits: LogitsArg<Op, X, "logits">,
    labels: LabelsArg<Op, X, Y, Ax>,
    options?: CrossEntropyOptions<R, AxisArg<Op, ShapeOf<X>, Ax>, IgnoreArg<Op, Y>, WeightsArg<Op, X, W, Ax>>,
  ): Of<ReducedLoss<PerExample<Op, ShapeOf<X>, Ax>, R>, DTypeOf<X>>;
}

export interface NllFn<Op extends string = "nll"> {
  /** Logarithms of probabilities `[..., C]` with classes `[...]` (i32): one loss for every example, `[...]`. */
  <
    X extends AnyTensor,
    Y extends AnyTensor,
    const R extends Reduction = "none",
    const Ax extends number = -1,
    W extends AnyTensor = never,
  >(
    logp: LogitsArg<Op, X, "logp">,
    labels: ClassesArg<Op, X, Y, Ax>,
    options?: ClassOptions<R, AxisArg<Op, ShapeOf<X>, Ax>, number, WeightsArg<Op, X, W, Ax>>,
  ): Of<ReducedLoss<PerExample<Op, ShapeOf<X>, Ax>, R>, DTypeOf<X>>;
}
