/**
 * Permute and transpose: the axes in another order.
 *
 * Invariant: every axis of the operand stands in the result exactly once.
 */
import type { AxisIndex, AxisIndices } from "./axes.js";
import { axisIndices } from "./axes.js";
import type { Same, Unranked } from "./dims.js";
import type { Message, ShowShape } from "./messages.js";
import { ShapeError, shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { showShape } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

// ---- permute

/** The dims in the order of the list of axes, or the message. */
export type Permute<Op extends string, S extends Shape, Order extends readonly number[]> = number extends
  | S["length"]
  | Order["length"]
  | Order[number]
  ? Dim[]
  : Same<S["length"], Order["length"]> extends true
    ? AxisIndices<Op, S, Order> extends string
      ? PermutationError<Op, S, Order>
      : { -readonly [i in keyof Order]: S[AxisIndex<S, Order[i]>] }
    : PermutationError<Op, S, Order>;

type PermutationError<Op extends string, S extends Shape, Order extends readonly number[]> = Message<
  "permutation",
  { op: Op; axes: ShowShape<Order>; shape: ShowShape<S> }
>;

/** Twin of `Permute`. */
export const permuteShape = (op: string, shape: readonly Size[], order: readonly number[]): Size[] =>
  permutationOf(op, shape, order).map((axis) => shape[axis] ?? 1);

/** The permutation as indices from 0: axis `i` of the result is axis `permutation[i]` of the operand. */
export function permutationOf(op: string, shape: readonly Size[], order: readonly number[]): number[] {
  try {
    const indices = axisIndices(op, shape, order);
    if (indices.length === shape.length) return indices;
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
  }
  throw shapeError("permutation", { op, axes: showShape(order), shape: showShape(shape) });
}

export interface PermuteFn {
  /** `x` with its axes in the given order; negative axes count from the end. */
  <S extends Shape, D extends DType, const Order extends readonly number[]>(
    x: Tensor<S, D>,
    order: Permute<"permute", S, Order> extends infer M extends string ? M : Order,
  ): Of<Permute<"permute", S, Order>, D>;
}

// ---- transpose

/** The shape with its last two dims exchanged, or the message. */
export type Transpose<S extends Shape> = S extends [
  ...infer Batch extends Shape,
  infer M extends Dim,
  infer N extends Dim,
]
  ? [...Batch, N, M]
  : Unranked<S> extends true
    ? Dim[]
    : Message<"minimumRank", { op: "transpose"; what: "the operand"; shape: ShowShape<S>; expected: 2 }>;

/** Twin of `Transpose`. */
export const transposeShape = (shape: readonly Size[]): Size[] =>
  transpositionOf(shape).map((axis) => shape[axis] ?? 1);

/** The permutation that exchanges the last two axes. */
export function transpositionOf(shape: readonly Size[]): number[] {
  const rank = shape.length;
  if (rank >= 2) return [...Array(rank - 2).keys(), rank - 1, rank - 2];
  throw shapeError("minimumRank", { op: "transpose", what: "the operand", shape: showShape(shape), expected: 2 });
}

export interface TransposeFn {
  /** `x` with its last two axes exchanged. */
  <S extends Shape, D extends DType>(
    x: Transpose<S> extends infer M extends string ? M : Tensor<S, D>,
  ): Of<Transpose<S>, D>;
  /** `x` with its axes in the given order, as `permute`. */
  <S extends Shape, D extends DType, const Order extends readonly number[]>(
    x: Tensor<S, D>,
    order: Permute<"transpose", S, Order> extends infer M extends string ? M : Order,
  ): Of<Permute<"transpose", S, Order>, D>;
}
