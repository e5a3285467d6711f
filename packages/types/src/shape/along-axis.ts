/**
 * Picking and placing along one axis, an index for every element; whole slices at indices of one axis; and elements by
 * all of their coordinates.
 *
 * Invariant: indices of a pick along an axis have the rank of the operand, and fit into it on the other axes; what is
 * placed has the shape of the indices.
 */
import type { Less } from "./arithmetic.js";
import type { AxisArg, AxisIndex } from "./axes.js";
import { axisIndex } from "./axes.js";
import type { Same, SameDim, SameShape, Unranked } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalShape, equalSize, showShape } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf } from "./tensor.js";

// ---- an index for every element

/** Whether sizes of the indices fit into those of the operand everywhere but at an index. */
type Fits<S extends Shape, I extends Shape, Skip, Passed extends Shape = []> = S extends [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? I extends [infer Own extends Dim, ...infer More extends Shape]
    ? Passed["length"] extends Skip
      ? Fits<Rest, More, Skip, [...Passed, First]>
      : FitsDim<First, Own> extends true
        ? Fits<Rest, More, Skip, [...Passed, First]>
        : false
    : false
  : I extends []
    ? true
    : false;

/** A name fits into itself; a literal into any that is not less. */
type FitsDim<D extends Dim, Own extends Dim> =
  SameDim<D, Own> extends true
    ? true
    : D extends number
      ? Own extends number
        ? Less<D, Own> extends true
          ? false
          : true
        : false
      : false;

/** The shape of the indices, or the message; an axis that does not exist is told by the axis argument. */
export type AlongAxis<Op extends string, S extends Shape, I extends Shape, Ax extends number> = true extends
  | Unranked<S>
  | Unranked<I>
  ? I
  : number extends Ax
    ? I
    : [AxisIndex<S, Ax>] extends [never]
      ? I
      : Fits<S, I, AxisIndex<S, Ax>> extends true
        ? I
        : Message<"alongAxis", { op: Op; indices: ShowShape<I>; axis: Ax; shape: ShowShape<S> }>;

type AlongIndices<Op extends string, X, I, Ax extends number> =
  Takes<Op, "integer", I, "the indices"> extends infer M extends string
    ? M
    : AlongAxis<Op, ShapeOf<X>, ShapeOf<I>, Ax> extends infer M extends string
      ? M
      : I;

/** Twin of `AlongAxis`: the index of the axis. */
export function alongAxisIndex(op: string, x: TensorSize, indices: TensorSize, axis: number): number {
  const index = axisIndex(op, x.shape, axis);
  takenDType(op, "integer", indices.dtype, "the indices");
  const fits = (size: Size, own: Size): boolean =>
    equalSize(size, own) || (typeof size === "number" && typeof own === "number" && own <= size);
  const all = x.shape.every((size, k) => k === index || fits(size, indices.shape[k] ?? 1));
  if (all && x.shape.length === indices.shape.length) return index;
  throw shapeError("alongAxis", { op, indices: showShape(indices.shape), axis, shape: showShape(x.shape) });
}

export interface TakeAlongAxisFn {
  /** `axis` is the last one when left out. */
  <X extends AnyTensor, I extends AnyTensor, const Ax extends number = -1>(
    x: X,
    indices: AlongIndices<"takeAlongAxis", X, I, Ax>,
    axis?: AxisArg<"takeAlongAxis", ShapeOf<X>, Ax>,
  ): Of<ShapeOf<I>, DTypeOf<X>>;
}

/** What is placed: of the operand's dtype and the shape of the indices, or the message. */
type AlongSource<Op extends string, X, I, U> =
  Same<DTypeOf<X>, DTypeOf<U>> extends true
    ? SameShape<ShapeOf<I>, ShapeOf<U>> extends true
      ? U
      : Message<"alongSource", { op: Op; actual: ShowShape<ShapeOf<U>>; expected: ShowShape<ShapeOf<I>> }>
    : DTypesDiffer<Op, DTypeOf<X>, DTypeOf<U>>;

/** Twin of the rule of `PlaceAlongAxisFn`: the index of the axis. */
export function placeAlongAxisIndex(
  op: string,
  x: TensorSize,
  indices: TensorSize,
  source: TensorSize,
  axis: number,
): number {
  takenDType(op, "numeric", x.dtype);
  const index = alongAxisIndex(op, x, indices, axis);
  commonDType(op, "numeric", [x.dtype, source.dtype]);
  if (equalShape(indices.shape, source.shape)) return index;
  throw shapeError("alongSource", { op, actual: showShape(source.shape), expected: showShape(indices.shape) });
}

export interface PlaceAlongAxisFn<Op extends string> {
  /** `axis` is the last one when left out. */
  <X extends AnyTensor, I extends AnyTensor, U extends AnyTensor, const Ax extends number = -1>(
    x: Takes<Op, "numeric", X>,
    indices: AlongIndices<Op, X, I, Ax>,
    source: AlongSource<Op, X, I, U>,
    axis?: AxisArg<Op, ShapeOf<X>, Ax>,
  ): X;
}

// ---- slices at indices of one axis

/** The shape with the dims of the indices in the place of an axis. */
export type Take<S extends Shape, I extends Shape, Ax extends number> = true extends Unranked<S> | Unranked<I>
  ? Dim[]
  : number extends Ax
    ? Dim[]
    : [AxisIndex<S, Ax>] extends [never]
      ? never
      : SpliceAt<S, I, AxisIndex<S, Ax>>;

type SpliceAt<S extends Shape, I extends Shape, Index, Done extends Shape = []> = S extends [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? Done["length"] extends Index
    ? [...Done, ...I, ...Rest]
    : SpliceAt<Rest, I, Index, [...Done, First]>
  : Done;

/** Twin of the rule of `TakeFn`: the index of the axis. */
export function takeAxis(x: TensorSize, indices: TensorSize, axis: number): number {
  const index = axisIndex("take", x.shape, axis);
  takenDType("take", "integer", indices.dtype, "the indices");
  return index;
}

export interface TakeFn {
  <X extends AnyTensor, I extends AnyTensor, const Ax extends number>(
    x: X,
    indices: Takes<"take", "integer", I, "the indices">,
    axis: AxisArg<"take", ShapeOf<X>, Ax>,
  ): Of<Take<ShapeOf<X>, ShapeOf<I>, Ax>, DTypeOf<X>>;
}

// ---- elements by their coordinates

/** Indices `[...B, k]` into `[...S]` give `[...B, ...S without its first k]`; or the message. */
export type GatherND<Op extends string, S extends Shape, I extends Shape> = true extends Unranked<S> | Unranked<I>
  ? Dim[]
  : I extends [...infer B extends Shape, infer K extends Dim]
    ? number extends K
      ? Dim[]
      : Dropped<S, K> extends infer Rest extends Shape
        ? [...B, ...Rest]
        : CoordinatesError<Op, S, I>
    : CoordinatesError<Op, S, I>;

type CoordinatesError<Op extends string, S extends Shape, I extends Shape> = Message<
  "coordinates",
  { op: Op; indices: ShowShape<I>; shape: ShowShape<S> }
>;

/** The shape without its first `K` dims; `false` where it has not as many. */
type Dropped<S extends Shape, K, Passed extends Shape = []> = Passed["length"] extends K
  ? S
  : S extends [infer First extends Dim, ...infer Rest extends Shape]
    ? Dropped<Rest, K, [...Passed, First]>
    : false;

/** Twin of `GatherND`. */
export function gatherNDSize(op: string, x: TensorSize, indices: TensorSize): TensorSize {
  takenDType(op, "integer", indices.dtype, "the indices");
  const count = indices.shape.at(-1);
  if (typeof count === "number" && count <= x.shape.length)
    return { shape: [...indices.shape.slice(0, -1), ...x.shape.slice(count)], dtype: x.dtype };
  throw shapeError("coordinates", { op, indices: showShape(indices.shape), shape: showShape(x.shape) });
}

type CoordinatesArg<Op extends string, X, I> =
  Takes<Op, "integer", I, "the indices"> extends infer M extends string
    ? M
    : GatherND<Op, ShapeOf<X>, ShapeOf<I>> extends infer M extends string
      ? M
      : I;

export interface GatherNDFn {
  <X extends AnyTensor, I extends AnyTensor>(
    x: X,
    indices: CoordinatesArg<"gatherND", X, I>,
  ): Of<GatherND<"gatherND", ShapeOf<X>, ShapeOf<I>>, DTypeOf<X>>;
}

type NDUpdatesArg<Op extends string, X, I, U> =
  Same<DTypeOf<X>, DTypeOf<U>> extends true
    ? NDUpdatesOfShape<Op, ShapeOf<X>, ShapeOf<I>, GatherND<Op, ShapeOf<X>, ShapeOf<I>>, U>
    : DTypesDiffer<Op, DTypeOf<X>, DTypeOf<U>>;

type NDUpdatesOfShape<
  Op extends string,
  S extends Shape,
  I extends Shape,
  Expected,
  U,
> = Expected extends infer E extends Shape
  ? SameShape<E, ShapeOf<U>> extends true
    ? U
    : Message<
        "updates",
        { op: Op; actual: ShowShape<ShapeOf<U>>; base: ShowShape<S>; indices: ShowShape<I>; expected: ShowShape<E> }
      >
  : U;

/** Twin of the rule of `ScatterNDFn`. */
export function scatterNDSize(op: string, base: TensorSize, indices: TensorSize, updates: TensorSize): TensorSize {
  takenDType(op, "numeric", base.dtype, "the base");
  const { shape: expected } = gatherNDSize(op, base, indices);
  commonDType(op, "numeric", [base.dtype, updates.dtype]);
  if (equalShape(expected, updates.shape)) return base;
  throw shapeError("updates", {
    op,
    actual: showShape(updates.shape),
    base: showShape(base.shape),
    indices: showShape(indices.shape),
    expected: showShape(expected),
  });
}

export interface ScatterNDOptions {
  /** Add to what is there instead of replacing it. */
  readonly add?: boolean;
}

export interface ScatterNDFn {
  <X extends AnyTensor, I extends AnyTensor, U extends AnyTensor>(
    base: Takes<"scatterND", "numeric", X, "the base">,
    indices: CoordinatesArg<"scatterND", X, I>,
    updates: NDUpdatesArg<"scatterND", X, I, U>,
    options?: ScatterNDOptions,
  ): X;
}
