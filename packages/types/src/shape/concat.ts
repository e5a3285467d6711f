/**
 * Concat and stack: several tensors joined along an axis they have, or along a new one.
 *
 * Invariant: all operands have one dtype and agree with the first outside the axis; the one that does not carries the
 * error.
 */
import type { AxisArg, AxisIndex, InsertAt, NewAxisArg, SetAt } from "./axes.js";
import { axisIndex, insertAt, newAxisIndex, setAt } from "./axes.js";
import type { AddDim, Same, SameDim, SameShape, Unranked } from "./dims.js";
import type { DTypesDiffer } from "./dtypes.js";
import { commonDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { addSize, equalShape, equalSize, showShape, showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf } from "./tensor.js";

/** A list of operands of unknown length has the shape that all have, of which there must be one. */
type Operands = readonly AnyTensor[];

/** The message for an operand of another dtype than the first, else `never`. */
type DTypeError<Op extends string, First, T> =
  Same<DTypeOf<First>, DTypeOf<T>> extends true ? never : DTypesDiffer<Op, DTypeOf<First>, DTypeOf<T>>;

// ---- concat

/** The message why a shape cannot be joined to the first one, else `never`. */
type ConcatError<A extends Shape, B extends Shape, Index extends number> = true extends Unranked<A> | Unranked<B>
  ? never
  : Same<A["length"], B["length"]> extends true
    ? OutsideError<A, B, Index>
    : Message<"sameShape", { op: "concat"; left: ShowShape<A>; right: ShowShape<B> }>;

type OutsideError<A extends Shape, B extends Shape, Index extends number, Passed extends unknown[] = []> = A extends [
  infer a,
  ...infer RestA extends Shape,
]
  ? B extends [infer b, ...infer RestB extends Shape]
    ? Passed["length"] extends Index
      ? OutsideError<RestA, RestB, Index, [...Passed, a]>
      : SameDim<a, b> extends true
        ? OutsideError<RestA, RestB, Index, [...Passed, a]>
        : Message<"concatSizes", { op: "concat"; left: ShowDim<a>; right: ShowDim<b>; axis: Index }>
    : never
  : never;

/** The sum of the sizes at an axis. */
type SumAt<L extends Operands, Index extends number, Sum extends Dim = 0> = L extends readonly [
  infer First,
  ...infer Rest extends Operands,
]
  ? SumAt<Rest, Index, Sum extends 0 ? ShapeOf<First>[Index] : AddDim<Sum, ShapeOf<First>[Index]>>
  : Sum;

/** The shape of the joined operands; the arguments carry the messages. */
export type Concat<L extends Operands, Ax extends number> = number extends L["length"]
  ? ConcatOf<ShapeOf<L[number]>, Ax, number>
  : ConcatOf<ShapeOf<L[0]>, Ax, SumAt<L, AxisIndex<ShapeOf<L[0]>, Ax>>>;

type ConcatOf<S extends Shape, Ax extends number, Sum extends Dim> = number extends S["length"] | Ax
  ? Dim[]
  : SetAt<S, AxisIndex<S, Ax>, Sum>;

/** The operands, each with its message in its place. */
type ConcatArgs<L extends Operands, Ax extends number> = {
  readonly [i in keyof L]: [JoinError<L[0], L[i], AxisIndex<ShapeOf<L[0]>, Ax>>] extends [never]
    ? L[i]
    : JoinError<L[0], L[i], AxisIndex<ShapeOf<L[0]>, Ax>>;
};

type JoinError<First, T, Index extends number> = [DTypeError<"concat", First, T>] extends [never]
  ? ConcatError<ShapeOf<First>, ShapeOf<T>, Index>
  : DTypeError<"concat", First, T>;

/** Twin of `Concat`. */
export function concatShape(operands: readonly TensorSize[], axis = 0): Size[] {
  const first = firstOf("concat", operands);
  const index = axisIndex("concat", first.shape, axis);
  let sum: Size = 0;
  for (const operand of operands) {
    commonDType("concat", "any", [first.dtype, operand.dtype]);
    agreeOutside(first.shape, operand.shape, index);
    sum = addSize(sum, operand.shape[index] ?? 0);
  }
  return setAt(first.shape, index, sum);
}

function agreeOutside(first: readonly Size[], shape: readonly Size[], axis: number): void {
  const op = "concat";
  if (first.length !== shape.length) {
    throw shapeError("sameShape", { op, left: showShape(first), right: showShape(shape) });
  }
  first.forEach((left, at) => {
    const right = shape[at] ?? left;
    if (at === axis || equalSize(left, right)) return;
    throw shapeError("concatSizes", { op, left: showSize(left), right: showSize(right), axis });
  });
}

function firstOf<T>(op: string, operands: readonly T[]): T {
  const [first] = operands;
  if (first === undefined) throw shapeError("noOperands", { op });
  return first;
}

/** A list that is not empty, or the message. */
type NotEmpty<Op extends string, L extends Operands, Checked> = L extends readonly []
  ? Message<"noOperands", { op: Op }>
  : Checked;

export interface ConcatFn {
  /** The tensors one after the other along an axis (the first when left out). */
  <L extends Operands, const Ax extends number = 0>(
    tensors: NotEmpty<"concat", L, ConcatArgs<L, Ax>>,
    axis?: AxisArg<"concat", ShapeOf<L[number]>, Ax>,
  ): Of<Concat<L, Ax>, DTypeOf<L[0]>>;
}

// ---- stack

/** The shape of tensors of one shape, stacked along a new axis; the arguments carry the messages. */
export type Stack<L extends Operands, Ax extends number> =
  ShapeOf<L[0]> extends infer S extends Shape
    ? number extends S["length"] | Ax
      ? Dim[]
      : InsertAt<S, AxisIndex<[0, ...S], Ax>, L["length"]>
    : never;

type StackError<First, T> = [DTypeError<"stack", First, T>] extends [never]
  ? SameShape<ShapeOf<First>, ShapeOf<T>> extends true
    ? never
    : Message<"sameShape", { op: "stack"; left: ShowShape<ShapeOf<First>>; right: ShowShape<ShapeOf<T>> }>
  : DTypeError<"stack", First, T>;

type StackArgs<L extends Operands> = {
  readonly [i in keyof L]: [StackError<L[0], L[i]>] extends [never] ? L[i] : StackError<L[0], L[i]>;
};

/** Twin of `Stack`. */
export function stackShape(operands: readonly TensorSize[], axis = 0): Size[] {
  const first = firstOf("stack", operands);
  for (const operand of operands) {
    commonDType("stack", "any", [first.dtype, operand.dtype]);
    if (equalShape(first.shape, operand.shape)) continue;
    throw shapeError("sameShape", { op: "stack", left: showShape(first.shape), right: showShape(operand.shape) });
  }
  return insertAt(first.shape, newAxisIndex("stack", first.shape, axis), operands.length);
}

export interface StackFn {
  /** Tensors of one shape along a new axis (the first when left out). */
  <L extends Operands, const Ax extends number = 0>(
    tensors: NotEmpty<"stack", L, StackArgs<L>>,
    axis?: NewAxisArg<"stack", ShapeOf<L[0]>, Ax>,
  ): Of<Stack<L, Ax>, DTypeOf<L[0]>>;
}
