/**
 * Axes: which dimension of a shape a (perhaps negative) number means, and shapes with one dimension replaced.
 *
 * Invariant: an axis that passed these rules is an index from 0 to rank - 1, each at most once.
 */
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { showShape } from "./size.js";
import type { Dim, Shape } from "./tensor.js";

/** What reductions take: an axis, a list of axes, or nothing for the whole tensor. */
export type Axes = number | readonly number[] | undefined;

// ---- one axis

/** The index that an axis means; `never` when it is out of range. */
export type AxisIndex<S extends readonly unknown[], Ax extends number> = `${Ax}` extends `-${infer Back extends number}`
  ? IndexFromEnd<S, Back>
  : `${Ax}` extends keyof S
    ? Ax
    : never;

type IndexFromEnd<
  S extends readonly unknown[],
  Back extends number,
  Passed extends unknown[] = [],
> = S extends readonly [...infer Rest, unknown]
  ? [...Passed, unknown]["length"] extends Back
    ? Rest["length"]
    : IndexFromEnd<Rest, Back, [...Passed, unknown]>
  : never;

/** The message for an axis that a shape does not have, else `never`. Unknown axes and unknown ranks pass. */
export type AxisError<Op extends string, S extends Shape, Ax extends number> = number extends Ax | S["length"]
  ? never
  : [AxisIndex<S, Ax>] extends [never]
    ? Message<"axisRange", { op: Op; axis: Ax; shape: ShowShape<S> }>
    : never;

/** The type of an axis argument: the axis, or the message. */
export type AxisArg<Op extends string, S extends Shape, Ax extends number> = [AxisError<Op, S, Ax>] extends [never]
  ? Ax
  : AxisError<Op, S, Ax>;

/** Twin of `AxisIndex` and `AxisError`. */
export function axisIndex(op: string, shape: readonly Size[], axis: number): number {
  const index = axis < 0 ? axis + shape.length : axis;
  if (Number.isInteger(axis) && index >= 0 && index < shape.length) return index;
  throw shapeError("axisRange", { op, axis, shape: showShape(shape) });
}

/** The type of an argument that names a new axis: the axis, or the message. */
export type NewAxisArg<Op extends string, S extends Shape, Ax extends number> = number extends Ax | S["length"]
  ? Ax
  : [AxisIndex<[0, ...S], Ax>] extends [never]
    ? Message<"axisRange", { op: Op; axis: Ax; shape: ShowShape<S> }>
    : Ax;

/** Twin of `NewAxisArg`: the index of an axis that is to be. It may also be the rank, and -1 stands for that. */
export function newAxisIndex(op: string, shape: readonly Size[], axis: number): number {
  const index = axis < 0 ? axis + shape.length + 1 : axis;
  if (Number.isInteger(axis) && index >= 0 && index <= shape.length) return index;
  throw shapeError("axisRange", { op, axis, shape: showShape(shape) });
}

// ---- lists of axes

/** The indices of a list of axes as `{ axes: 0 | 2 }`, or a message. */
export type AxisIndices<
  Op extends string,
  S extends Shape,
  List extends readonly number[],
  Seen extends number = never,
> = List extends readonly [infer Ax extends number, ...infer Rest extends readonly number[]]
  ? AxisIndex<S, Ax> extends infer Index extends number
    ? [Index] extends [never]
      ? Message<"axisRange", { op: Op; axis: Ax; shape: ShowShape<S> }>
      : Index extends Seen
        ? Message<"axisTwice", { op: Op; axis: Ax }>
        : AxisIndices<Op, S, Rest, Seen | Index>
    : never
  : { axes: Seen };

/** Twin of `AxisIndices`. */
export function axisIndices(op: string, shape: readonly Size[], axes: readonly number[]): number[] {
  const indices: number[] = [];
  for (const axis of axes) {
    const index = axisIndex(op, shape, axis);
    if (indices.includes(index)) throw shapeError("axisTwice", { op, axis });
    indices.push(index);
  }
  return indices;
}

// ---- shapes with one dimension replaced or added

/** The shape with `D` at an index. */
export type SetAt<S extends Shape, Index extends number, D extends Dim, Done extends Shape = []> = S extends [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? Done["length"] extends Index
    ? [...Done, D, ...Rest]
    : SetAt<Rest, Index, D, [...Done, First]>
  : Done;

/** The shape with a dimension `D` added before an index, which may be the rank. */
export type InsertAt<
  S extends Shape,
  Index extends number,
  D extends Dim,
  Done extends Shape = [],
> = Done["length"] extends Index
  ? [...Done, D, ...S]
  : S extends [infer First extends Dim, ...infer Rest extends Shape]
    ? InsertAt<Rest, Index, D, [...Done, First]>
    : Done;

/** The shape without the dimension at an index. */
export type RemoveAt<S extends Shape, Index extends number, Done extends Shape = []> = S extends [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? Done["length"] extends Index
    ? [...Done, ...Rest]
    : RemoveAt<Rest, Index, [...Done, First]>
  : Done;

/** Twins of `SetAt`, `InsertAt` and `RemoveAt`. */
export const setAt = (shape: readonly Size[], index: number, size: Size): Size[] => shape.with(index, size);
export const insertAt = (shape: readonly Size[], index: number, size: Size): Size[] => shape.toSpliced(index, 0, size);
export const removeAt = (shape: readonly Size[], index: number): Size[] => shape.toSpliced(index, 1);
