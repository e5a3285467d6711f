/**
 * Windows of convolutions and pools: their options, and how many there are along an axis.
 *
 * Invariant: (size + padding - span) / stride + 1 positions, rounded down (up in ceil mode, where the last window must
 * begin within the axis or the padding before it); a window of `k` elements, `d` apart, spans d · (k - 1) + 1.
 */
import type { Add, CeilDiv, FloorDiv, Less, Mul, Sub } from "./arithmetic.js";
import type { AddDim, DivDim, Same } from "./dims.js";
import type { Message, ShowDim } from "./messages.js";
import { shapeError } from "./messages.js";
import { afterOf, beforeOf, type Padding } from "./pad.js";
import type { AddNames, SubNames } from "./polynomial.js";
import { addSize, divideSize, type Size, showSize, subSize } from "./size.js";
import type { Dim, Shape } from "./tensor.js";
import { windowSpan } from "./windows.js";

// ---- options: one for all axes, or a list with one for each

/** How many axes windows move along. */
export type SpatialRank = 1 | 2 | 3;

/** One entry for each axis. */
export type EachAxis<R extends SpatialRank, T> = R extends 1
  ? readonly [T]
  : R extends 2
    ? readonly [T, T]
    : readonly [T, T, T];

export type Steps<R extends SpatialRank> = number | EachAxis<R, number>;

/** Zeros at the borders: as many at all, for each axis so many or `[before, after]`, or a rule. */
export type WindowPadding<R extends SpatialRank> = number | EachAxis<R, Padding> | "same" | "valid";

/** Of an option, what it says for one axis. */
export type OptionAt<V, Index extends number> = V extends readonly unknown[] ? V[Index] : V;

/** Twin of `OptionAt`, for all axes. */
export function eachAxis<T>(op: string, what: string, rank: number, option: T | readonly T[]): readonly T[] {
  if (!Array.isArray(option)) return Array.from({ length: rank }, () => option as T); // no list, so one of them
  const list = option as readonly T[];
  if (list.length === rank) return list;
  throw shapeError("axisOptions", { op, what, actual: list.length, expected: rank });
}

/** Of steps, the wrong ones. */
type Wrong<N> = N extends number ? (`${N}` extends "0" | `-${string}` | `${string}.${string}` ? N : never) : never;

type WrongIn<V> = V extends readonly unknown[] ? Wrong<V[number]> : Wrong<V>;

/** Steps, or the message where one is wrong. */
export type StepsArg<Op extends string, What extends string, V> = [WrongIn<V>] extends [never]
  ? V
  : Message<"wholeNumber", { op: Op; what: What; least: 1; value: WrongIn<V> }>;

/** Twin of `StepsArg`. */
export function stepsOf(op: string, what: string, rank: number, option: number | readonly number[]): readonly number[] {
  const steps = eachAxis(op, what, rank, option);
  const wrong = steps.find((step) => !Number.isInteger(step) || step < 1);
  if (wrong === undefined) return steps;
  throw shapeError("wholeNumber", { op, what, least: 1, value: wrong });
}

// ---- positions along one axis

type TotalPadding<P> = P extends readonly [infer B extends number, infer A extends number]
  ? Add<B, A>
  : P extends number
    ? Add<P, P>
    : 0;

type BeforePadding<P> = P extends readonly [infer B extends number, number] ? B : P extends number ? P : 0;

type Span<K extends number, D extends number> = Add<Mul<D, Sub<K, 1>>, 1>;

/** Positions rounded up, less one that would begin behind everything. */
type CeilCount<Room extends number, S extends number, Start extends number> =
  CeilDiv<Room, S> extends infer N extends number ? (Less<Mul<N, S>, Start> extends false ? N : Add<N, 1>) : never;

type CountIn<Room extends number, S extends number, Ceil, Start extends number> = Ceil extends true
  ? CeilCount<Room, S, Start>
  : Add<FloorDiv<Room, S>, 1>;

type Unknown<Op extends string, S extends number, L> = Message<"unknownCount", { op: Op; step: S; size: ShowDim<L> }>;

/** How many windows an axis has, boxed, or the message. */
export type WindowDim<
  Op extends string,
  Axis extends number,
  L,
  K extends number,
  S extends number,
  D extends number,
  P,
  Ceil = false,
  One = 1,
> = number extends K | S | D
  ? [number]
  : P extends "same"
    ? L extends number
      ? [CeilDiv<L, S>]
      : Counted<Op, S, L, DivDim<L, S>>
    : L extends number
      ? number extends L
        ? [number]
        : Sub<Add<L, TotalPadding<P>>, Span<K, D>> extends infer Room
          ? [Room] extends [never]
            ? Message<
                "windowFits",
                { op: Op; window: Span<K, D>; axis: Axis; size: ShowDim<L>; padding: TotalPadding<P> }
              >
            : [CountIn<Room & number, S, Ceil, Add<L, BeforePadding<P>>>]
          : never
      : Same<[S, TotalPadding<P>], [One, Mul<D, Sub<K, 1>>]> extends true
        ? [L]
        : Counted<Op, S, L, AddDim<DivDim<SubNames<AddNames<L, TotalPadding<P>>, Span<K, D>>, S>, 1>>;

/** A count of windows along an axis with a name, boxed; the message where steps do not go through it evenly. */
type Counted<Op extends string, S extends number, L, N> = [N] extends [never] ? Unknown<Op, S, L> : [N];

/** The sizes along all axes, or the message of the first that has one. */
export type WindowDims<
  Op extends string,
  Ls extends readonly unknown[],
  K,
  S,
  D,
  P,
  Ceil = false,
  Passed extends unknown[] = [],
  Done extends Shape = [],
> = Ls extends readonly [infer L, ...infer Rest]
  ? WindowDim<
      Op,
      [0, 0, ...Passed]["length"],
      L,
      OptionAt<K, Passed["length"]> & number,
      OptionAt<S, Passed["length"]> & number,
      OptionAt<D, Passed["length"]> & number,
      OptionAt<P, Passed["length"]>,
      Ceil
    > extends infer R
    ? R extends [infer N extends Dim]
      ? WindowDims<Op, Rest, K, S, D, P, Ceil, [...Passed, 0], [...Done, N]>
      : R
    : never
  : Done;

/** Windows along one axis: what they are, how many, and the padding that they need. */
export interface AxisWindows {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly count: Size;
  readonly before: number;
  readonly after: number;
  /** What the last window needs behind the padding, in ceil mode. */
  readonly extra: number;
  /** Over an empty axis there may be no window: an axis with a name is not refused in the call. */
  readonly orNone?: boolean;
}

export interface WindowOptions {
  readonly kernel: readonly number[];
  readonly stride?: number | readonly number[];
  readonly dilation?: number | readonly number[];
  readonly padding?: number | readonly Padding[] | "same" | "valid";
  readonly ceil?: boolean;
}

type Along = Pick<AxisWindows, "kernel" | "stride" | "dilation">;

/** As many windows as strides: the axis is padded by what they miss, the larger half behind. */
function sameWindows(op: string, size: Size, along: Along): AxisWindows {
  const { stride, kernel, dilation } = along;
  const span = Number(windowSpan(kernel, dilation));
  if (typeof size !== "number") {
    const count = divideSize(size, stride);
    if (count === undefined) throw shapeError("unknownCount", { op, step: stride, size: showSize(size) });
    const total = Math.max(0, span - stride);
    return { ...along, count, before: Math.floor(total / 2), after: Math.ceil(total / 2), extra: 0, orNone: true };
  }
  const count = Math.ceil(size / stride);
  const total = Math.max(0, (count - 1) * stride + span - size);
  return { ...along, count, before: Math.floor(total / 2), after: Math.ceil(total / 2), extra: 0 };
}

/** Twin of `CountIn`, and of `WindowDim` where a name is strided over. */
function countIn(op: string, size: Size, room: Size, stride: number, ceil: boolean, before: number): Size {
  if (typeof room !== "number" || typeof size !== "number") {
    const steps = divideSize(room, stride);
    if (steps === undefined) throw shapeError("unknownCount", { op, step: stride, size: showSize(size) });
    return addSize(steps, 1);
  }
  if (!ceil) return Math.floor(room / stride) + 1;
  const steps = Math.ceil(room / stride);
  return steps * stride >= size + before ? steps : steps + 1;
}

/** Twin of `WindowDim`. */
function windowsAlong(op: string, axis: number, size: Size, along: Along, frame: Padding, ceil: boolean): AxisWindows {
  const [before, after] = [beforeOf(frame), afterOf(frame)];
  const wrong = [before, after].find((count) => !Number.isInteger(count) || count < 0);
  if (wrong !== undefined) throw shapeError("wholeNumber", { op, what: "padding", least: 0, value: wrong });
  const window = Number(windowSpan(along.kernel, along.dilation));
  const room = subSize(addSize(size, before + after), window);
  if (typeof room === "number" && room < 0)
    throw shapeError("windowFits", { op, window, axis, size: showSize(size), padding: before + after });
  const count = countIn(op, size, room, along.stride, ceil, before);
  const missing = subSize(
    (typeof count === "number" ? count - 1 : 0) * along.stride,
    typeof room === "number" ? room : 0,
  );
  return { ...along, count, before, after, extra: Math.max(0, Number(missing)) };
}

/** Twin of `WindowDims`: the windows along each of the given axes, which follow the batch and the channels. */
export function windowsOf(op: string, sizes: readonly Size[], options: WindowOptions): readonly AxisWindows[] {
  const rank = sizes.length;
  const kernel = stepsOf(op, "the kernel", rank, options.kernel);
  const stride = stepsOf(op, "stride", rank, options.stride ?? 1);
  const dilation = stepsOf(op, "dilation", rank, options.dilation ?? 1);
  const { padding = 0, ceil = false } = options;
  const frames = padding === "same" || padding === "valid" ? [] : eachAxis<Padding>(op, "padding", rank, padding);
  return sizes.map((size, at) => {
    const along = { kernel: kernel[at] ?? 1, stride: stride[at] ?? 1, dilation: dilation[at] ?? 1 };
    return padding === "same"
      ? sameWindows(op, size, along)
      : windowsAlong(op, at + 2, size, along, frames[at] ?? 0, ceil);
  });
}
