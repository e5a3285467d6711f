/**
 * Repetition: tile, repeat, expand and roll.
 *
 * Invariant: the rank stays, but for `expand`, which may put axes in front.
 */

import type { AxisArg, AxisIndex, SetAt } from "./axes.js";
import { axisIndex, axisIndices } from "./axes.js";
import { type BroadcastTo, broadcastToShape } from "./broadcast.js";
import type { MulDim } from "./dims.js";
import type { Message } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { mulSize } from "./size.js";
import { type ForEachAxis, forEachAxis } from "./slice.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

type IsCount<N extends number> = `${N}` extends `-${string}` | `${string}.${string}` ? false : true;

/** A number of repetitions, or the message. */
type CountArg<Op extends string, N extends number> =
  IsCount<N> extends true ? N : Message<"wholeNumber", { op: Op; what: "a number of repetitions"; least: 0; value: N }>;

/** Twin of `CountArg`. */
export function checkCount(op: string, count: number): void {
  if (Number.isInteger(count) && count >= 0) return;
  throw shapeError("wholeNumber", { op, what: "a number of repetitions", least: 0, value: count });
}

// ---- tile

/** The shape with every axis so many times as long. */
export type Tile<S extends Shape, R extends readonly number[]> = number extends S["length"] | R["length"]
  ? Dim[]
  : { [i in keyof S]: MulDim<S[i], i extends keyof R ? R[i] & number : 1> };

/** Twin of `Tile`. */
export function tileShape(shape: readonly Size[], repeats: readonly number[]): Size[] {
  const counts = forEachAxis("tile", "the list of repetitions", shape, repeats);
  for (const count of counts) checkCount("tile", count);
  return shape.map((size, axis) => mulSize(size, counts[axis] ?? 1));
}

type TileArg<S extends Shape, R extends readonly number[]> =
  ForEachAxis<"tile", "the list of repetitions", S, R> extends infer M extends string
    ? M
    : { [i in keyof R]: CountArg<"tile", R[i]> };

export interface TileFn {
  <S extends Shape, D extends DType, const R extends readonly number[]>(
    x: Tensor<S, D>,
    repeats: TileArg<S, R>,
  ): Of<Tile<S, R>, D>;
}

// ---- repeat

/** The shape with one axis so many times as long. */
export type Repeat<S extends Shape, N extends number, Ax extends number> = number extends S["length"] | Ax
  ? Dim[]
  : SetAt<S, AxisIndex<S, Ax>, MulDim<S[AxisIndex<S, Ax>], N>>;

/** Twin of `Repeat`: the axis. */
export function repeatAxis(shape: readonly Size[], count: number, axis: number): number {
  checkCount("repeat", count);
  return axisIndex("repeat", shape, axis);
}

export interface RepeatFn {
  <S extends Shape, D extends DType, const N extends number, const Ax extends number>(
    x: Tensor<S, D>,
    count: CountArg<"repeat", N>,
    axis: AxisArg<"repeat", S, Ax>,
  ): Of<Repeat<S, N, Ax>, D>;
}

// ---- expand

/** The target with the tensor's own sizes where it says -1; both are aligned at the right. */
type Kept<S extends Shape, Target extends Shape, Done extends Shape = []> = Target extends [
  ...infer Rest extends Shape,
  infer To extends Dim,
]
  ? S extends [...infer Others extends Shape, infer From extends Dim]
    ? Kept<Others, Rest, [To extends -1 ? From : To, ...Done]>
    : [...Target, ...Done]
  : Done;

/** Twin of `Kept`. */
export function expandShape(from: readonly Size[], target: readonly Dim[]): Size[] {
  const lead = target.length - from.length;
  return broadcastToShape(
    from,
    target.map((dim, axis) => (dim === -1 ? (from[axis - lead] ?? -1) : dim)),
    "expand",
  );
}

export interface ExpandFn {
  <S extends Shape, D extends DType, const T extends Shape>(
    x: Tensor<S, D>,
    shape: BroadcastTo<S, Kept<S, T>, "expand"> extends infer M extends string ? M : readonly [...T],
  ): Of<BroadcastTo<S, Kept<S, T>, "expand">, D>;
}

// ---- roll

/** Shifts and axes: one of each, or a list of each. */
export type Shifts = number | readonly number[];

const listOf = (value: Shifts): readonly number[] => (typeof value === "number" ? [value] : value);

/** The shift along each of the axes, which are named once each. */
export function rollSteps(
  shape: readonly Size[],
  shifts: Shifts,
  axes: Shifts,
): readonly { readonly axis: number; readonly shift: number }[] {
  const [by, along] = [listOf(shifts), axisIndices("roll", shape, listOf(axes))];
  const wrong = by.find((shift) => !Number.isInteger(shift));
  if (wrong !== undefined)
    throw shapeError("wholeNumber", { op: "roll", what: "a shift", least: "of any sign", value: wrong });
  return along.map((axis, k) => ({ axis, shift: by[k] ?? 0 }));
}

type AxesArg<S extends Shape, Ax extends Shifts> = Ax extends number ? AxisArg<"roll", S, Ax> : Ax;

export interface RollFn {
  <S extends Shape, D extends DType, const Ax extends Shifts>(
    x: Tensor<S, D>,
    shifts: Ax extends readonly unknown[] ? { readonly [i in keyof Ax]: number } : number,
    axes: AxesArg<S, Ax>,
  ): Tensor<S, D>;
}
