/**
 * Slices: a part of one axis, or of every axis, perhaps with steps.
 *
 * Invariant: a slice lies within its axis, nothing is clamped silently. Negative bounds count from the end, whatever
 * the size, so the length may be known where the size is not.
 */
import type { Add, CeilDiv, Less, Sub } from "./arithmetic.js";
import type { AxisArg, AxisIndex, SetAt } from "./axes.js";
import { axisIndex } from "./axes.js";
import type { DivDim, Same } from "./dims.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { SubNames } from "./polynomial.js";
import type { Size } from "./size.js";
import { addSize, divideSize, mulSize, showShape, showSize, subSize } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

// ---- one axis

type End = number | undefined;

/** From the first to the last element of a range, before steps; `never` where the range is not within the axis. */
type RangeLength<D, Start extends number, E extends End, Step extends number> = number extends Start | E | Step
  ? number
  : IsLiteral<D> extends true
    ? IsBackward<Step> extends true
      ? Backward<D & number, Bound<D & number, Start>, E extends number ? Bound<D & number, E> : undefined>
      : Between<D & number, Bound<D & number, Start>, E extends number ? Bound<D & number, E> : D & number>
    : IsBackward<Step> extends true
      ? UnsizedBackward<D, Start, E>
      : UnsizedLength<D, Start, E>;

type IsLiteral<D> = D extends number ? (number extends D ? false : true) : false;

type IsBackward<Step extends number> = `${Step}` extends `-${string}` ? true : false;

/** A bound of an axis of literal size, counted from the start; `never` when it lies before the start. */
type Bound<N extends number, B extends number> = `${B}` extends `-${infer Back extends number}` ? Sub<N, Back> : B;

type Between<N extends number, Start extends number, E extends number> = [Start] extends [never]
  ? never
  : [E] extends [never]
    ? never
    : Less<N, E> extends true
      ? never
      : Sub<E, Start>;

/** From `Start` down to but not including `E`; to the first element when there is none. */
type Backward<N extends number, Start extends number, E extends End> = [Start] extends [never]
  ? never
  : [E] extends [never]
    ? never
    : Less<Start, N> extends true
      ? E extends number
        ? Sub<Start, E>
        : Add<Start, 1>
      : never;

/** For a named or unknown size: known where both bounds count from the same end. */
type UnsizedLength<D, Start extends number, E extends End> = `${Start}` extends `-${infer Back extends number}`
  ? E extends number
    ? `${E}` extends `-${infer Kept extends number}`
      ? Sub<Back, Kept>
      : SubNames<Add<E, Back>, D>
    : Back
  : E extends number
    ? `${E}` extends `-${infer Kept extends number}`
      ? SubNames<D, Add<Start, Kept>>
      : Sub<E, Start>
    : Start extends 0
      ? D
      : SubNames<D, Start>;

type UnsizedBackward<D, Start extends number, E extends End> = `${Start}` extends `-${infer Back extends number}`
  ? E extends number
    ? `${E}` extends `-${infer Kept extends number}`
      ? Sub<Kept, Back>
      : SubNames<D, Add<Back, E>>
    : Back extends 1
      ? D
      : SubNames<D, Sub<Back, 1>>
  : E extends number
    ? `${E}` extends `-${infer Kept extends number}`
      ? SubNames<Add<Start, Kept>, D>
      : Sub<Start, E>
    : Add<Start, 1>;

/** The size of a step; `never` when it is 0 or no whole number. */
type StepSize<Step extends number> = Step extends 0
  ? never
  : `${Step}` extends `${string}.${string}`
    ? never
    : `${Step}` extends `-${infer Back extends number}`
      ? Back
      : Step;

/** How many elements a range has, boxed; `"unknown"` for steps through a name, which nobody can count. */
type CountOf<Length, By extends number> = By extends 1
  ? [Length]
  : Length extends number
    ? [CeilDiv<Length, By>]
    : [DivDim<Length, By>] extends [never]
      ? "unknown"
      : [DivDim<Length, By>];

type StepMessage<Op extends string, Step> = Message<"step", { op: Op; step: Step & number }>;

type CountMessage<Op extends string, Length, By extends number> = Message<
  "unknownCount",
  { op: Op; step: By; size: ShowDim<Length> }
>;

type RangeMessage<
  Op extends string,
  D,
  Ax extends number,
  Start extends number,
  E extends End,
  Step extends number,
> = Message<
  "sliceRange",
  {
    op: Op;
    start: Start;
    end: E extends number ? E : IsBackward<Step> extends true ? "..." : ShowDim<D>;
    axis: Ax;
    size: ShowDim<D>;
  }
>;

/** The size of what is taken of an axis, boxed, or the message. */
type SlicedDim<Op extends string, D, Ax extends number, Start extends number, E extends End, Step extends number> =
  RangeLength<D, Start, E, Step> extends infer Length
    ? [StepSize<Step>] extends [never]
      ? StepMessage<Op, Step>
      : [Length] extends [never]
        ? RangeMessage<Op, D, Ax, Start, E, Step>
        : CountOf<Length, StepSize<Step>> extends infer Count extends [Dim]
          ? Count
          : CountMessage<Op, Length, StepSize<Step>>
    : never;

/** One axis of a slice: `count` elements, `step` apart; `first` is the one that lies first in memory. */
export interface SliceRange {
  readonly first: Size;
  readonly count: Size;
  readonly step: number;
}

/** The bounds of a range, counted from the start; checked as far as the size is known. */
function sliceBounds(op: string, size: Size, axis: number, start: number, end: number | undefined, step: number) {
  const from = start < 0 ? addSize(size, start) : start;
  const to = end === undefined ? (step < 0 ? -1 : size) : end < 0 ? addSize(size, end) : end;
  const inOrder =
    step < 0
      ? [from, subSize(from, to), subSize(subSize(size, 1), from)]
      : [from, subSize(to, from), subSize(size, to)];
  const within = inOrder.every((x) => typeof x !== "number" || x >= 0);
  const inside = end === undefined || typeof to !== "number" || to >= 0;
  if (within && inside && Number.isInteger(start) && Number.isInteger(end ?? 0)) return { from, to };
  const shownEnd = end ?? (step < 0 ? "..." : showSize(size));
  throw shapeError("sliceRange", { op, start, end: shownEnd, axis, size: showSize(size) });
}

/** Twin of `CountOf`: every `by`-th of `length` elements. */
function countOf(op: string, length: Size, by: number): Size {
  const count = typeof length === "number" ? Math.ceil(length / by) : divideSize(length, by);
  if (count !== undefined) return count;
  throw shapeError("unknownCount", { op, step: by, size: showSize(length) });
}

/** Twin of `SlicedDim`. */
function rangeOf(
  op: string,
  size: Size,
  axis: number,
  start: number,
  end: number | undefined,
  step: number,
): SliceRange {
  if (!Number.isInteger(step) || step === 0) throw shapeError("step", { op, step });
  const { from, to } = sliceBounds(op, size, axis, start, end, step);
  const by = Math.abs(step);
  const count = countOf(op, step < 0 ? subSize(from, to) : subSize(to, from), by);
  if (step > 0) return { first: from, count, step };
  return { first: count === 0 ? 0 : subSize(from, mulSize(by, subSize(count, 1))), count, step };
}

// ---- slice

/** The shape of the slice, or the message; an axis that does not exist is told by the axis argument. */
export type Slice<
  S extends Shape,
  Ax extends number,
  Start extends number,
  E extends End,
  Step extends number = 1,
> = number extends S["length"] | Ax ? Dim[] : SliceAt<S, Ax, Start, E, Step, AxisIndex<S, Ax>>;

type SliceAt<
  S extends Shape,
  Ax extends number,
  Start extends number,
  E extends End,
  Step extends number,
  Index extends number,
> = [Index] extends [never]
  ? never
  : SlicedDim<"slice", S[Index], Ax, Start, E, Step> extends infer R
    ? R extends [infer Count extends Dim]
      ? SetAt<S, Index, Count>
      : R
    : never;

/** Twin of `Slice`: the axis, and the range taken of it. */
export function sliceRange(
  op: string,
  shape: readonly Size[],
  axis: number,
  start: number,
  end?: number,
  step = 1,
): SliceRange & { readonly index: number } {
  const index = axisIndex(op, shape, axis);
  return { index, ...rangeOf(op, shape[index] ?? 0, axis, start, end, step) };
}

/** The shape of a slice of one axis. */
export function sliceShape(shape: readonly Size[], axis: number, start: number, end?: number, step?: number): Size[] {
  const { index, count } = sliceRange("slice", shape, axis, start, end, step);
  return shape.with(index, count);
}

/** Whether the step alone is wrong: 0, a fraction, or through a name. */
type StepIsWrong<D, Start extends number, E extends End, Step extends number> = [StepSize<Step>] extends [never]
  ? true
  : [RangeLength<D, Start, E, Step>] extends [never]
    ? false
    : CountOf<RangeLength<D, Start, E, Step>, StepSize<Step>> extends "unknown"
      ? true
      : false;

type AxisDim<S extends Shape, Ax extends number> = S[AxisIndex<S, Ax>];

/** A start is wrong by itself when the axis has no such place: then it carries the message, else the end does. */
type StartArg<S extends Shape, Ax extends number, Start extends number, E extends End, Step extends number> =
  Slice<S, Ax, Start, E, Step> extends infer M extends string
    ? StepIsWrong<AxisDim<S, Ax>, Start, E, Step> extends true
      ? Start
      : Slice<S, Ax, Start, undefined, Step> extends string
        ? M
        : Start
    : Start;

type EndArg<S extends Shape, Ax extends number, Start extends number, E extends End, Step extends number> =
  Slice<S, Ax, Start, E, Step> extends infer M extends string
    ? StepIsWrong<AxisDim<S, Ax>, Start, E, Step> extends true
      ? E
      : M
    : E;

type StepArg<S extends Shape, Ax extends number, Start extends number, E extends End, Step extends number> =
  Slice<S, Ax, Start, E, Step> extends infer M extends string ? M : Step;

export interface SliceFn {
  <
    S extends Shape,
    D extends DType,
    const Ax extends number,
    const Start extends number,
    const E extends End = undefined,
    const Step extends number = 1,
  >(
    x: Tensor<S, D>,
    axis: AxisArg<"slice", S, Ax>,
    start: StartArg<S, Ax, Start, E, Step>,
    end?: EndArg<S, Ax, Start, E, Step>,
    step?: StepArg<S, Ax, Start, E, Step>,
  ): Of<Slice<S, Ax, Start, E, Step>, D>;
}

// ---- sliceBox

type Ends = readonly End[];

/** Steps of 1 where none are given. */
type StepAt<Steps extends readonly number[], Index extends number> = Steps extends readonly []
  ? 1
  : Steps[Index] & number;

/** A list with an entry for each axis, or the message. */
export type ForEachAxis<
  Op extends string,
  What extends string,
  S extends Shape,
  L extends readonly unknown[],
> = number extends S["length"] | L["length"]
  ? L
  : Same<S["length"], L["length"]> extends true
    ? L
    : Message<"listLength", { op: Op; what: What; actual: L["length"]; shape: ShowShape<S>; expected: S["length"] }>;

/** Twin of `ForEachAxis`. */
export function forEachAxis<T>(op: string, what: string, shape: readonly Size[], list: readonly T[]): readonly T[] {
  if (list.length === shape.length) return list;
  throw shapeError("listLength", { op, what, actual: list.length, shape: showShape(shape), expected: shape.length });
}

/** The shape of the box, or the message of the first axis that has one. */
export type SliceBox<
  S extends Shape,
  Start extends readonly number[],
  E extends Ends,
  Steps extends readonly number[],
> = number extends S["length"] | Start["length"] | E["length"] ? Dim[] : SlicedDims<S, S, Start, E, Steps>;

type SlicedDims<
  S extends Shape,
  Left extends Shape,
  Start extends readonly number[],
  E extends Ends,
  Steps extends readonly number[],
  Done extends Shape = [],
> = Left extends [infer First, ...infer Rest extends Shape]
  ? SlicedDim<
      "sliceBox",
      First,
      Done["length"],
      Start[Done["length"]] & number,
      E[Done["length"]],
      StepAt<Steps, Done["length"]>
    > extends infer R
    ? R extends [infer Count extends Dim]
      ? SlicedDims<S, Rest, Start, E, Steps, [...Done, Count]>
      : R
    : never
  : Done;

/** Twin of `SliceBox`. */
export function sliceBoxRanges(
  shape: readonly Size[],
  start: readonly number[],
  end: readonly (number | undefined)[],
  step?: readonly number[],
): readonly SliceRange[] {
  const op = "sliceBox";
  forEachAxis(op, "the start", shape, start);
  forEachAxis(op, "the end", shape, end);
  if (step !== undefined) forEachAxis(op, "the step", shape, step);
  return shape.map((size, axis) => rangeOf(op, size, axis, start[axis] ?? 0, end[axis], step?.[axis] ?? 1));
}

/** A list of entries for every axis: its own message, else that of the box. */
type BoxArg<Op extends string, What extends string, S extends Shape, L extends readonly unknown[], R> =
  ForEachAxis<Op, What, S, L> extends infer M extends string ? M : R extends string ? R : L;

export interface SliceBoxFn {
  <
    S extends Shape,
    D extends DType,
    const Start extends readonly number[],
    const E extends Ends,
    const Steps extends readonly number[] = [],
  >(
    x: Tensor<S, D>,
    start: BoxArg<"sliceBox", "the start", S, Start, Start>,
    end: BoxArg<"sliceBox", "the end", S, E, SliceBox<S, Start, E, Steps>>,
    step?: BoxArg<"sliceBox", "the step", S, Steps, Steps>,
  ): Of<SliceBox<S, Start, E, Steps>, D>;
}
