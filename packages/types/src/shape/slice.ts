/**
 * Slice and pad: a part of one axis, and more of one axis.
 *
 * Invariant: a slice lies within its axis, nothing is clamped silently. Negative bounds count from the end, whatever
 * the size, so the length may be known where the size is not.
 */
import type { Less, Sub } from "./arithmetic.js";
import type { AxisArg, AxisIndex, SetAt } from "./axes.js";
import { axisIndex, setAt } from "./axes.js";
import type { AddDim } from "./dims.js";
import type { Message, ShowDim } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { addSize, showSize, subSize } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

// ---- slice

type End = number | undefined;

/** The length of the slice of one axis; `never` where the slice is not within it. */
type SliceLength<D, Start extends number, E extends End> = number extends Start | E
  ? number
  : IsLiteral<D> extends true
    ? Between<D & number, Bound<D & number, Start>, E extends number ? Bound<D & number, E> : D & number>
    : UnsizedLength<D, Start, E>;

type IsLiteral<D> = D extends number ? (number extends D ? false : true) : false;

/** A bound of an axis of literal size, counted from the start; `never` when it lies before the start. */
type Bound<N extends number, B extends number> = `${B}` extends `-${infer Back extends number}` ? Sub<N, Back> : B;

type Between<N extends number, Start extends number, E extends number> = [Start] extends [never]
  ? never
  : [E] extends [never]
    ? never
    : Less<N, E> extends true
      ? never
      : Sub<E, Start>;

/** For a named or unknown size: known where both bounds count from the same end. */
type UnsizedLength<D, Start extends number, E extends End> = `${Start}` extends `-${infer Back extends number}`
  ? E extends number
    ? `${E}` extends `-${infer Kept extends number}`
      ? Sub<Back, Kept>
      : number
    : Back
  : E extends number
    ? `${E}` extends `-${string}`
      ? number
      : Sub<E, Start>
    : Start extends 0
      ? D
      : number;

/** The shape of the slice, or the message; an axis that does not exist is told by the axis argument. */
export type Slice<S extends Shape, Ax extends number, Start extends number, E extends End> = number extends
  | S["length"]
  | Ax
  ? Dim[]
  : SliceAt<S, Ax, Start, E, AxisIndex<S, Ax>>;

type SliceAt<S extends Shape, Ax extends number, Start extends number, E extends End, Index extends number> = [
  Index,
] extends [never]
  ? never
  : SliceLength<S[Index], Start, E> extends infer Length extends Dim
    ? [Length] extends [never]
      ? SliceError<S[Index], Ax, Start, E>
      : SetAt<S, Index, Length>
    : never;

type SliceError<D, Ax extends number, Start extends number, E extends End> = Message<
  "sliceRange",
  { op: "slice"; start: Start; end: E extends number ? E : ShowDim<D>; axis: Ax; size: ShowDim<D> }
>;

/** Twin of `Slice`. */
export function sliceShape(shape: readonly Size[], axis: number, start: number, end?: number): Size[] {
  const { index, from, to } = sliceBounds(shape, axis, start, end);
  return setAt(shape, index, subSize(to, from));
}

/** The axis of a slice as an index, and its bounds counted from the start; checked as far as the size is known. */
export function sliceBounds(
  shape: readonly Size[],
  axis: number,
  start: number,
  end?: number,
): { readonly index: number; readonly from: Size; readonly to: Size } {
  const index = axisIndex("slice", shape, axis);
  const size = shape[index] ?? 0;
  const from = start < 0 ? addSize(size, start) : start;
  const to = end === undefined ? size : end < 0 ? addSize(size, end) : end;
  const within = [from, subSize(to, from), subSize(size, to)].every((x) => typeof x !== "number" || x >= 0);
  if (within && Number.isInteger(start) && Number.isInteger(end ?? 0)) return { index, from, to };
  throw shapeError("sliceRange", { op: "slice", start, end: end ?? showSize(size), axis, size: showSize(size) });
}

/** A start is wrong by itself when the axis has no such place: then it carries the message, else the end does. */
type StartArg<S extends Shape, Ax extends number, Start extends number, E extends End> =
  Slice<S, Ax, Start, E> extends infer M extends string
    ? Slice<S, Ax, Start, undefined> extends string
      ? M
      : Start
    : Start;

export interface SliceFn {
  /** The elements from `start` up to but not including `end` along an axis; negative bounds count from the end. */
  <
    S extends Shape,
    D extends DType,
    const Ax extends number,
    const Start extends number,
    const E extends End = undefined,
  >(
    x: Tensor<S, D>,
    axis: AxisArg<"slice", S, Ax>,
    start: StartArg<S, Ax, Start, E>,
    end?: Slice<S, Ax, Start, E> extends infer M extends string ? M : E,
  ): Of<Slice<S, Ax, Start, E>, D>;
}

// ---- pad

/** The shape with an axis longer by what is padded; the arguments carry the messages. */
export type Pad<S extends Shape, Ax extends number, Before extends number, After extends number> = number extends
  | S["length"]
  | Ax
  ? Dim[]
  : SetAt<S, AxisIndex<S, Ax>, PadDim<PadDim<S[AxisIndex<S, Ax>], Before>, After>>;

type PadDim<D extends Dim, N extends number> = N extends 0 ? D : AddDim<D, N>;

/** Twin of `Pad`. */
export function padShape(shape: readonly Size[], axis: number, before: number, after: number): Size[] {
  const index = axisIndex("pad", shape, axis);
  if (![before, after].every((count) => Number.isInteger(count) && count >= 0)) {
    throw shapeError("padNegative", { op: "pad", before, after });
  }
  return setAt(shape, index, addSize(shape[index] ?? 0, before + after));
}

/** `N`, which is `before` or `after`, or the message when it is negative. */
type PadArg<N extends number, Before extends number, After extends number> = `${N}` extends `-${string}`
  ? Message<"padNegative", { op: "pad"; before: Before; after: After }>
  : N;

export interface PadFn {
  /** `x` with `before` and `after` more elements along an axis, all of the given value (0 when left out). */
  <S extends Shape, D extends DType, const Ax extends number, const Before extends number, const After extends number>(
    x: Tensor<S, D>,
    axis: AxisArg<"pad", S, Ax>,
    before: PadArg<Before, Before, After>,
    after: PadArg<After, Before, After>,
    value?: number,
  ): Of<Pad<S, Ax, Before, After>, D>;
}
