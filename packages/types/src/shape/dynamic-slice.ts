/**
 * Slices whose place is found while the program runs: the size of each axis is known, its start is an i32 scalar.
 *
 * Invariant: a slice is nowhere larger than what it lies in, so that it can be moved to where it fits; sizes with names are
 * checked in the call.
 */
import type { Less } from "./arithmetic.js";
import type { Same, Unranked } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { showShape, showSize, subSize } from "./size.js";
import { type ForEachAxis, forEachAxis } from "./slice.js";
import type { AnyTensor, Dim, DTypeOf, Shape, ShapeOf, Tensor } from "./tensor.js";

/** Where a slice begins on one axis. */
export type Start = AnyTensor | number;

// ---- starts

/** The message about one start, or `true`. */
type StartVerdict<Op extends string, X, Scalar extends number = 0> = X extends number
  ? `${X}` extends `${string}.${string}`
    ? Message<"numberRange", { op: Op; what: "a start"; expected: "a whole number"; actual: X }>
    : true
  : Takes<Op, "integer", X, "a start"> extends infer M extends string
    ? M
    : true extends Unranked<ShapeOf<X>>
      ? true
      : Same<ShapeOf<X>["length"], Scalar> extends true
        ? true
        : Message<"parameter", { op: Op; what: "a start"; expected: "[]"; actual: ShowShape<ShapeOf<X>> }>;

/** The message of the first start that has one, or `true`. */
type EachStart<Op extends string, Starts extends readonly unknown[]> = Starts extends readonly [
  infer First,
  ...infer Rest,
]
  ? StartVerdict<Op, First> extends infer M extends string
    ? M
    : EachStart<Op, Rest>
  : true;

type StartsVerdict<Op extends string, S extends Shape, Starts extends readonly unknown[]> =
  ForEachAxis<Op, "starts", S, Starts> extends infer M extends string ? M : EachStart<Op, Starts>;

/** A start for each axis, or the message. One question only: behind more the compiler does not see the list's type. */
type StartsArg<Op extends string, S extends Shape, Starts extends readonly unknown[]> =
  StartsVerdict<Op, S, Starts> extends infer M extends string ? M : Starts;

/** Twin of `StartsArg`. */
function checkStarts(op: string, shape: readonly Size[], starts: readonly (TensorSize | number)[]): void {
  for (const start of forEachAxis(op, "starts", shape, starts)) {
    if (typeof start === "number") {
      if (Number.isInteger(start)) continue;
      throw shapeError("numberRange", { op, what: "a start", expected: "a whole number", actual: start });
    }
    takenDType(op, "integer", start.dtype, "a start");
    if (start.shape.length > 0)
      throw shapeError("parameter", { op, what: "a start", expected: "[]", actual: showShape(start.shape) });
  }
}

// ---- sizes

/** More elements than the axis has; a name may have any value. */
type Exceeds<D, N> = `${N & Dim}` extends `-${string}`
  ? true
  : D extends number
    ? N extends number
      ? number extends D | N
        ? false
        : Less<D, N>
      : false
    : false;

type SizeMessage<Op extends string, D, N, Axis extends number> = Message<
  "sliceSize",
  { op: Op; count: ShowDim<N>; axis: Axis; size: ShowDim<D> }
>;

/** The message of the first axis on which a slice of these sizes is larger than what it is to lie in, or `true`. */
type EachSize<
  Op extends string,
  S extends Shape,
  Sizes extends readonly unknown[],
  Done extends readonly unknown[] = [],
> = S extends [infer D, ...infer RestD extends Shape]
  ? Sizes extends readonly [infer N, ...infer RestN]
    ? Exceeds<D, N> extends true
      ? SizeMessage<Op, D, N, Done["length"]>
      : EachSize<Op, RestD, RestN, [...Done, D]>
    : true
  : true;

type SizesVerdict<Op extends string, S extends Shape, Sizes extends readonly Dim[]> =
  ForEachAxis<Op, "sizes", S, Sizes> extends infer M extends string ? M : EachSize<Op, S, Sizes>;

/** A size for each axis, or the message; as `StartsArg`. */
type SizesArg<Op extends string, S extends Shape, Sizes extends readonly Dim[]> =
  SizesVerdict<Op, S, Sizes> extends infer M extends string ? M : Sizes;

/** Twin of `EachSize`. */
function checkSizes(op: string, shape: readonly Size[], sizes: readonly Size[]): void {
  shape.forEach((size, axis) => {
    const count = sizes[axis] ?? 0;
    const rest = subSize(size, count);
    const fits = typeof count !== "number" || (Number.isInteger(count) && count >= 0);
    if (fits && (typeof rest !== "number" || rest >= 0)) return;
    throw shapeError("sliceSize", { op, count: showSize(count), axis, size: showSize(size) });
  });
}

// ---- dynamicSlice

export interface DynamicSliceFn {
  <X extends AnyTensor, const Starts extends readonly Start[], const Sizes extends readonly Dim[]>(
    x: X,
    starts: StartsArg<"dynamicSlice", ShapeOf<X>, Starts>,
    sizes: SizesArg<"dynamicSlice", ShapeOf<X>, Sizes>,
  ): Tensor<[...Sizes], DTypeOf<X>>;
}

/** Twin of the rule of `DynamicSliceFn`. */
export function dynamicSliceSize(
  x: TensorSize,
  starts: readonly (TensorSize | number)[],
  sizes: readonly Size[],
): TensorSize {
  const op = "dynamicSlice";
  checkStarts(op, x.shape, starts);
  checkSizes(op, x.shape, forEachAxis(op, "sizes", x.shape, sizes));
  return { shape: sizes, dtype: x.dtype };
}

// ---- dynamicUpdateSlice

/** The update, or the message where it has not the rank and the dtype of what it is put into, or does not fit into it. */
type UpdateArg<Op extends string, X, U> =
  Same<DTypeOf<X>, DTypeOf<U>> extends true
    ? true extends Unranked<ShapeOf<X>> | Unranked<ShapeOf<U>>
      ? U
      : Same<ShapeOf<X>["length"], ShapeOf<U>["length"]> extends true
        ? EachSize<Op, ShapeOf<X>, ShapeOf<U>> extends infer M extends string
          ? M
          : U
        : Message<"rank", { op: Op; what: "the update"; shape: ShowShape<ShapeOf<U>>; expected: ShapeOf<X>["length"] }>
    : DTypesDiffer<Op, DTypeOf<X>, DTypeOf<U>>;

export interface DynamicUpdateSliceFn {
  <X extends AnyTensor, U extends AnyTensor, const Starts extends readonly Start[]>(
    x: X,
    update: UpdateArg<"dynamicUpdateSlice", X, U>,
    starts: StartsArg<"dynamicUpdateSlice", ShapeOf<X>, Starts>,
  ): X;
}

/** Twin of the rule of `DynamicUpdateSliceFn`. */
export function dynamicUpdateSliceSize(
  x: TensorSize,
  update: TensorSize,
  starts: readonly (TensorSize | number)[],
): TensorSize {
  const op = "dynamicUpdateSlice";
  commonDType(op, "any", [x.dtype, update.dtype]);
  if (update.shape.length !== x.shape.length) {
    const [shape, expected] = [showShape(update.shape), x.shape.length];
    throw shapeError("rank", { op, what: "the update", shape, expected });
  }
  checkSizes(op, x.shape, update.shape);
  checkStarts(op, x.shape, starts);
  return x;
}
