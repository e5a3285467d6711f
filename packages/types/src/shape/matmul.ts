/**
 * Products of matrices and vectors: `matmul` (batched, and with vectors on either side), `dot`, `outer`.
 *
 * Invariant: the last axis of the left operand meets the last but one of the right; axes before those are a batch and
 * broadcast. A vector has no other axis, so it leaves none in the result.
 */
import type { BroadcastDims } from "./broadcast.js";
import { broadcastShapes } from "./broadcast.js";
import type { Same, SameKnown, Unranked } from "./dims.js";
import type { DTypeKind, DTypesDiffer, Refuses, Takes } from "./dtypes.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalSize, showShape, showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, OfOrMessage, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- the rule

/** The shape of a product of two tensors of rank 1 or more, or the message. */
export type MatMul<A extends Shape, B extends Shape> = A extends [
  ...infer BatchA extends Shape,
  infer M extends Dim,
  infer K extends Dim,
]
  ? B extends [...infer BatchB extends Shape, infer L extends Dim, infer N extends Dim]
    ? Meets<K, L> extends true
      ? BatchA extends []
        ? [...BatchB, M, N]
        : BatchB extends []
          ? [...BatchA, M, N]
          : WithBatch<BatchA, BatchB, M, N>
      : InnerSizes<K, L>
    : ByVector<[...BatchA, M], K, B>
  : A extends [infer K extends Dim]
    ? VectorBy<K, B>
    : Dim[];

/** Whether two sizes may be contracted. */
type Meets<K, L> = SameKnown<K, L> extends true ? true : number extends K | L ? true : false;

type InnerSizes<K, L> = Message<"innerSizes", { op: "matmul"; left: ShowDim<K>; right: ShowDim<L> }>;

type WithBatch<A extends Shape, B extends Shape, M extends Dim, N extends Dim> =
  Same<A, B> extends true
    ? [...A, M, N]
    : BroadcastDims<A, B> extends infer R
      ? R extends unknown[]
        ? [...R, M, N]
        : R extends { readonly a: infer a; readonly b: infer b }
          ? Message<
              "batchShapes",
              { op: "matmul"; left: ShowShape<A>; right: ShowShape<B>; a: ShowDim<a>; b: ShowDim<b> }
            >
          : never
      : never;

/** Matrix · vector: the left operand is `[...Rest, K]`. */
type ByVector<Rest extends Shape, K, B extends Shape> = B extends [infer L]
  ? Meets<K, L> extends true
    ? Rest
    : InnerSizes<K, L>
  : WithoutInnerAxis<"the right operand", B>;

/** Vector · matrix, and vector · vector. */
type VectorBy<K, B extends Shape> = B extends [...infer Batch extends Shape, infer L, infer N extends Dim]
  ? Meets<K, L> extends true
    ? [...Batch, N]
    : InnerSizes<K, L>
  : ByVector<[], K, B>;

type WithoutInnerAxis<What extends string, S extends Shape> =
  Unranked<S> extends true
    ? Dim[]
    : Message<"minimumRank", { op: "matmul"; what: What; shape: ShowShape<S>; expected: 1 }>;

/** Twin of `MatMul`. */
export function matMulShape(left: readonly Size[], right: readonly Size[]): Size[] {
  const [inner, other] = [left.at(-1), right.at(right.length === 1 ? -1 : -2)];
  if (inner === undefined) throw rankError("the left operand", left);
  if (other === undefined) throw rankError("the right operand", right);
  if (!equalSize(inner, other)) {
    throw shapeError("innerSizes", { op: "matmul", left: showSize(inner), right: showSize(other) });
  }
  const batch = broadcastShapes("matmul", left.slice(0, -2), right.slice(0, -2), "batchShapes");
  return [...batch, ...left.slice(-2, -1), ...(right.length === 1 ? [] : right.slice(-1))];
}

const rankError = (what: string, shape: readonly Size[]): Error =>
  shapeError("minimumRank", { op: "matmul", what, shape: showShape(shape), expected: 1 });

// ---- signatures

/** The left operand: numeric, and with an axis to contract. */
type LeftOperand<X, Kind extends DTypeKind = "numeric"> =
  X extends Tensor<infer S, infer D>
    ? Refuses<Kind, D> extends true
      ? Takes<"matmul", Kind, X>
      : S extends []
        ? WithoutInnerAxis<"the left operand", []>
        : X
    : never;

/** The product as a tensor, or the message. */
type MatMulOf<X, Y> =
  X extends Tensor<infer A, infer D>
    ? Y extends Tensor<infer B, infer E>
      ? Same<D, E> extends true
        ? OfOrMessage<MatMul<A, B>, D>
        : DTypesDiffer<"matmul", D, E>
      : never
    : never;

export interface MatMulFn {
  /** Matrix product over the last axis of `a` and the last but one of `b` (the only one of a vector). */
  <X extends AnyTensor, Y extends AnyTensor>(
    a: LeftOperand<X>,
    b: MatMulOf<X, Y> extends infer M extends string ? M : Y,
  ): MatMulOf<X, Y> extends infer R extends AnyTensor ? R : never;
}

/** The operand, or the message when it is no vector. */
type Vector<Op extends string, X> =
  X extends Tensor<infer S, infer _>
    ? S["length"] extends 1
      ? X
      : Unranked<S> extends true
        ? X
        : Message<"rank", { op: Op; what: "the operand"; shape: ShowShape<S>; expected: 1 }>
    : never;

/** A numeric vector, or the message. */
type NumericVector<Op extends string, X> = Takes<Op, "numeric", X> extends infer M extends string ? M : Vector<Op, X>;

/** The second vector, which must be of the dtype of the first. */
type SecondVector<Op extends string, X, Y> =
  Same<DTypeOf<X>, DTypeOf<Y>> extends true ? Vector<Op, Y> : DTypesDiffer<Op, DTypeOf<X>, DTypeOf<Y>>;

/** The second vector of `dot`, which must also be as long as the first. */
type AsLong<X, Y> = [ShapeOf<X>, ShapeOf<Y>] extends [[infer K], [infer L]]
  ? Meets<K, L> extends true
    ? Y
    : Message<"innerSizes", { op: "dot"; left: ShowDim<K>; right: ShowDim<L> }>
  : Y;

export interface DotFn {
  /** The sum of the products of the elements of two vectors. */
  <X extends AnyTensor, Y extends AnyTensor>(
    a: NumericVector<"dot", X>,
    b: SecondVector<"dot", X, Y> extends infer M extends string ? M : AsLong<X, Y>,
  ): Tensor<[], DTypeOf<X>>;
}

/** The shape of all products of two vectors. */
type Outer<A extends Shape, B extends Shape> = true extends Unranked<A> | Unranked<B> ? Dim[] : [...A, ...B];

export interface OuterFn {
  /** All products of an element of `a` with an element of `b`. */
  <X extends AnyTensor, Y extends AnyTensor>(
    a: NumericVector<"outer", X>,
    b: SecondVector<"outer", X, Y>,
  ): Of<Outer<ShapeOf<X>, ShapeOf<Y>>, DTypeOf<X>>;
}

/** Twins of the rules of `DotFn` and `OuterFn`. */
export function dotShape(left: readonly Size[], right: readonly Size[]): Size[] {
  const [a, b] = [vectorSize("dot", left), vectorSize("dot", right)];
  if (equalSize(a, b)) return [];
  throw shapeError("innerSizes", { op: "dot", left: showSize(a), right: showSize(b) });
}

export const outerShape = (left: readonly Size[], right: readonly Size[]): Size[] => [
  vectorSize("outer", left),
  vectorSize("outer", right),
];

function vectorSize(op: string, shape: readonly Size[]): Size {
  const [size] = shape;
  if (size !== undefined && shape.length === 1) return size;
  throw shapeError("rank", { op, what: "the operand", shape: showShape(shape), expected: 1 });
}
