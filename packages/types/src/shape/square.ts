/**
 * Functions of square matrices: inverse, determinant, Cholesky factor, and linear systems with a matrix on the left.
 *
 * Invariant: the last two axes are the matrix, all before them a batch, one matrix for each position. A right side of
 * rank 1 is one vector for all matrices; of a higher rank it is a matrix of columns, and batches broadcast.
 */
import type { BroadcastDims } from "./broadcast.js";
import { broadcastShapes } from "./broadcast.js";
import type { Same, SameDim, Unranked } from "./dims.js";
import type { DTypeKind, DTypesDiffer, Refuses, Takes } from "./dtypes.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalSize, showShape, showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- square matrices

/** The operand `X` of shape `S`, or the message when those are no square matrices. */
type SquareOf<Op extends string, S extends Shape, X> = S extends [
  ...infer _ extends Shape,
  infer M extends Dim,
  infer N extends Dim,
]
  ? SameDim<M, N> extends true
    ? X
    : Message<"square", { op: Op; shape: ShowShape<S>; rows: ShowDim<M>; columns: ShowDim<N> }>
  : Unranked<S> extends true
    ? X
    : Message<"minimumRank", { op: Op; what: "the operand"; shape: ShowShape<S>; expected: 2 }>;

/** The operand, or the message when it is no batch of square float matrices. */
type Square<Op extends string, X, Kind extends DTypeKind = "float"> =
  X extends Tensor<infer S, infer D>
    ? Refuses<Kind, D> extends true
      ? Takes<Op, Kind, X>
      : SquareOf<Op, S, X>
    : never;

/** The axes before the last two. */
type BatchOf<S extends Shape> = S extends [...infer Batch extends Shape, Dim, Dim] ? Batch : Dim[];

/** Matrix to matrix: `inverse`, `cholesky`. */
export interface SquareFn<Op extends string> {
  <X extends AnyTensor>(a: Square<Op, X>): X;
}

/** Matrix to number: `det`, `logAbsDet`, `detSign`. */
export interface DeterminantFn<Op extends string> {
  <X extends AnyTensor>(a: Square<Op, X>): Of<BatchOf<ShapeOf<X>>, DTypeOf<X>>;
}

/** Twin of `SquareOf`: the batch and the size of the matrices. */
export function squareShape(op: string, shape: readonly Size[]): { readonly batch: Size[]; readonly size: Size } {
  const [rows, columns] = shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw shapeError("minimumRank", { op, what: "the operand", shape: showShape(shape), expected: 2 });
  }
  if (!equalSize(rows, columns)) {
    throw shapeError("square", { op, shape: showShape(shape), rows: showSize(rows), columns: showSize(columns) });
  }
  return { batch: shape.slice(0, -2), size: rows };
}

// ---- linear systems

/** The shape of the solution, or the message. */
export type Solution<Op extends string, A extends Shape, B extends Shape> = true extends Unranked<A> | Unranked<B>
  ? Dim[]
  : A extends [...infer Batch extends Shape, infer N extends Dim, Dim]
    ? B extends [...infer BatchB extends Shape, infer L extends Dim, infer M extends Dim]
      ? SameDim<N, L> extends true
        ? WithBatch<Op, Batch, BatchB, L, M>
        : RightSide<Op, A, B, N, L>
      : B extends [infer L extends Dim]
        ? SameDim<N, L> extends true
          ? [...Batch, L]
          : RightSide<Op, A, B, N, L>
        : Message<"minimumRank", { op: Op; what: "the right side"; shape: ShowShape<B>; expected: 1 }>
    : Dim[];

type RightSide<Op extends string, A extends Shape, B extends Shape, N, L> = Message<
  "rightSide",
  { op: Op; left: ShowShape<A>; right: ShowShape<B>; rows: ShowDim<N>; other: ShowDim<L> }
>;

type WithBatch<Op extends string, A extends Shape, B extends Shape, N extends Dim, M extends Dim> =
  Same<A, B> extends true
    ? [...A, N, M]
    : BroadcastDims<A, B> extends infer R
      ? R extends unknown[]
        ? [...R, N, M]
        : R extends { readonly a: infer a; readonly b: infer b }
          ? Message<"batchShapes", { op: Op; left: ShowShape<A>; right: ShowShape<B>; a: ShowDim<a>; b: ShowDim<b> }>
          : never
      : never;

/** The shape of the solution, or what is wrong with the right side. */
type SolutionOf<Op extends string, X, Y> =
  X extends Tensor<infer A, infer D>
    ? Y extends Tensor<infer B, infer E>
      ? Same<D, E> extends true
        ? Solution<Op, A, B>
        : DTypesDiffer<Op, D, E>
      : never
    : never;

export interface SolveFn<Op extends string, Options extends readonly unknown[] = []> {
  <X extends AnyTensor, Y extends AnyTensor>(
    a: Square<Op, X>,
    b: SolutionOf<Op, X, Y> extends infer M extends string ? M : Y,
    ...options: Options
  ): Of<SolutionOf<Op, X, Y>, DTypeOf<X>>;
}

/** Which triangle of the matrix a triangular system has, and how it is meant. */
export interface TriangularOptions {
  /** The lower triangle (unless `false`), else the upper one. */
  readonly lower?: boolean;
  /** Solve with the transposed triangle. */
  readonly transposed?: boolean;
  /** Take the diagonal as 1; it is not read. */
  readonly unitDiagonal?: boolean;
}

/** What a linear system is made of, with the common batch. */
export interface SystemShape {
  readonly batch: readonly Size[];
  /** Whether the right side is one vector. */
  readonly isVector: boolean;
  /** The shape of the solution. */
  readonly shape: readonly Size[];
}

/** Twin of `Solution`. */
export function solutionShape(op: string, left: readonly Size[], right: readonly Size[]): SystemShape {
  const { batch, size } = squareShape(op, left);
  const isVector = right.length === 1;
  const other = right.at(isVector ? -1 : -2);
  if (other === undefined) {
    throw shapeError("minimumRank", { op, what: "the right side", shape: showShape(right), expected: 1 });
  }
  if (!equalSize(size, other)) {
    const [rows, found] = [showSize(size), showSize(other)];
    throw shapeError("rightSide", { op, left: showShape(left), right: showShape(right), rows, other: found });
  }
  if (isVector) return { batch, isVector, shape: [...batch, other] };
  const common = broadcastShapes(op, batch, right.slice(0, -2), "batchShapes");
  return { batch: common, isVector, shape: [...common, ...right.slice(-2)] };
}
