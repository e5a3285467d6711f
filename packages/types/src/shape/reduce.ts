/**
 * Reductions: over one axis, over several, or over all.
 *
 * Invariant: a reduced axis vanishes, or stays as 1 with `keepDims`; the other axes keep their order.
 */
import type { Axes, AxisArg, AxisIndices } from "./axes.js";
import { axisIndex, axisIndices } from "./axes.js";
import type { Same } from "./dims.js";
import type { DTypeKind, Takes } from "./dtypes.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { showShape } from "./size.js";
import type { AnyTensor, Dim, DType, Of, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- the rule

/** The shape without the axes (or with 1 in their places), or the message. */
export type Reduce<Op extends string, S extends Shape, Ax extends Axes, Keep extends boolean> = boolean extends Keep
  ? Dim[]
  : [Ax] extends [undefined]
    ? Keep extends true
      ? WithoutAxes<S, number, Keep>
      : []
    : ReducedAxes<Op, S, Ax> extends infer R
      ? R extends { axes: infer Indices }
        ? WithoutAxes<S, Indices, Keep>
        : R
      : never;

/** The reduced axes as `{ axes: 0 | 2 }`, the message, or `Dim[]` where nobody can know. */
type ReducedAxes<Op extends string, S extends Shape, Ax> = number extends S["length"] | AnyAxis<Ax>
  ? Dim[]
  : Ax extends readonly number[]
    ? AxisIndices<Op, S, Ax>
    : AxisIndices<Op, S, [Ax & number]>;

type AnyAxis<Ax> = Ax extends readonly number[] ? Ax[number] : Ax;

type WithoutAxes<S extends Shape, Indices, Keep, Passed extends Shape = [], Done extends Shape = []> = S extends [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? WithoutAxes<
      Rest,
      Indices,
      Keep,
      [...Passed, First],
      Passed["length"] extends Indices ? (Keep extends true ? [...Done, 1] : Done) : [...Done, First]
    >
  : S extends []
    ? Done
    : Dim[];

/** Twin of `Reduce`. */
export function reduceShape(op: string, shape: readonly Size[], axes: Axes, keepDims = false): Size[] {
  const reduced = reducedAxes(op, shape, axes);
  return shape.flatMap((size, axis) => (reduced.includes(axis) ? (keepDims ? [1] : []) : [size]));
}

/** The indices of the axes that a reduction takes away, in the order given. */
export const reducedAxes = (op: string, shape: readonly Size[], axes: Axes): number[] =>
  axes === undefined ? [...shape.keys()] : axisIndices(op, shape, typeof axes === "number" ? [axes] : axes);

// ---- signatures

export interface ReduceOptions<Keep extends boolean> {
  /** Keep the reduced axes, with size 1. */
  readonly keepDims?: Keep;
}

/** What a reduction gives. Bools are counted, the other dtypes stay; a message gives `never`. */
type ReducedOf<Op extends string, X, Ax extends Axes, Keep extends boolean, Counted = "bool"> =
  X extends Tensor<infer S, infer D> ? Of<Reduce<Op, S, Ax, Keep>, Same<D, Counted> extends true ? "i32" : D> : never;

/** The axes of a reduction, or the message. */
type ReducedArg<Op extends string, X, Ax extends Axes> =
  Reduce<Op, ShapeOf<X>, Ax, false> extends infer M extends string ? M : Ax;

/** The dtype of a sum: bools are counted. */
export const reducedDType = (dtype: DType): DType => (dtype === "bool" ? "i32" : dtype);

/** `Extra`: options beside `keepDims`. */
export interface ReduceFn<Op extends string, Kind extends DTypeKind = "any", Extra = unknown> {
  <X extends AnyTensor, const Ax extends Axes = undefined, Keep extends boolean = false>(
    x: Takes<Op, Kind, X>,
    axes?: ReducedArg<Op, X, Ax>,
    options?: ReduceOptions<Keep> & Extra,
  ): ReducedOf<Op, X, Ax, Keep>;
}

/** `any` and `all`: of bools, a bool. */
export interface TruthFn<Op extends string> {
  <X extends AnyTensor, const Ax extends Axes = undefined, Keep extends boolean = false>(
    x: Takes<Op, "boolean", X>,
    axes?: ReducedArg<Op, X, Ax>,
    options?: ReduceOptions<Keep>,
  ): Of<Reduce<Op, ShapeOf<X>, Ax, Keep>, "bool">;
}

export interface QuantileFn {
  <X extends AnyTensor, const Ax extends Axes = undefined, Keep extends boolean = false>(
    x: Takes<"quantile", "float", X>,
    q: number,
    axes?: ReducedArg<"quantile", X, Ax>,
    options?: ReduceOptions<Keep>,
  ): ReducedOf<"quantile", X, Ax, Keep>;
}

/** A part of all elements: between 0 and 1. */
export function quantilePart(op: string, q: number): number {
  if (q >= 0 && q <= 1) return q;
  throw shapeError("quantile", { op, q });
}

export interface SpreadOptions {
  /** What is taken off the number of elements before dividing by it: 0 for a population, 1 for a sample. */
  readonly correction?: number;
}

export interface NormOptions {
  /** 1, 2, any other number above 0, or Infinity; 2 when left out. */
  readonly ord?: number;
}

/** Which norm: a number above 0, or Infinity. */
export function normOrder(op: string, ord = 2): number {
  if (ord > 0) return ord;
  throw shapeError("normOrder", { op, ord });
}

/** `argmax`: an index along one axis, or into all elements in order. */
export interface ArgReduceFn<Op extends string, Kind extends DTypeKind = "numeric"> {
  <X extends AnyTensor, const Ax extends number | undefined = undefined, Keep extends boolean = false>(
    x: Takes<Op, Kind, X>,
    axis?: ReducedArg<Op, X, Ax>,
    options?: ReduceOptions<Keep>,
  ): Of<Reduce<Op, ShapeOf<X>, Ax, Keep>, "i32">;
}

// ---- ops along one axis that keep the shape (softmax, cumulative sums)

/** The operand, which must have an axis, or the message. */
export type WithAxis<Op extends string, Kind extends DTypeKind, X, Scalar = []> =
  X extends Tensor<infer S, infer _>
    ? Same<S, Scalar> extends true
      ? Message<"minimumRank", { op: Op; what: "the operand"; shape: ShowShape<S>; expected: 1 }>
      : Takes<Op, Kind, X>
    : never;

export interface AxisFn<Op extends string, Kind extends DTypeKind = "float"> {
  /** `axis` is the last one when left out. */
  <X extends AnyTensor, const Ax extends number = -1>(x: WithAxis<Op, Kind, X>, axis?: AxisArg<Op, ShapeOf<X>, Ax>): X;
}

/** Twin of `AxisFn`: the index of the axis. */
export function alongAxis(op: string, shape: readonly Size[], axis = -1): number {
  if (shape.length > 0) return axisIndex(op, shape, axis);
  throw shapeError("minimumRank", { op, what: "the operand", shape: showShape(shape), expected: 1 });
}

export interface RunningOptions {
  /** From the last element to the first. */
  readonly reverse?: boolean;
  /** Without the element itself: the first result is the reduction of nothing. */
  readonly exclusive?: boolean;
}

export interface RunningFn<Op extends string> {
  /** `axis` is the last one when left out. */
  <X extends AnyTensor, const Ax extends number = -1>(
    x: WithAxis<Op, "numeric", X>,
    axis?: AxisArg<Op, ShapeOf<X>, Ax>,
    options?: RunningOptions,
  ): X;
}
