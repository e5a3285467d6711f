/**
 * Signatures of elementwise ops: one, two, or any number of operands, comparisons, `where`, and casts.
 *
 * Invariant: operands broadcast and have one dtype; number literals are operands that take the dtype of the others. The
 * first operand that does not go with those before it carries the error.
 */
import type { Broadcast } from "./broadcast.js";
import { broadcastShapes } from "./broadcast.js";
import type { Same } from "./dims.js";
import type { DTypeKind, DTypesDiffer, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { Size } from "./size.js";
import type { AnyTensor, DType, DTypeOf, Operand, Shape, ShapeOf, Tensor } from "./tensor.js";

/** What a run-time rule knows of a tensor. */
export interface TensorSize {
  readonly shape: readonly Size[];
  readonly dtype: DType;
}

/** Twin of the operand rules of all interfaces below: the common shape and dtype of the operands, in their order. */
export function elementwiseSize(op: string, kind: DTypeKind, operands: readonly (TensorSize | number)[]): TensorSize {
  let shape: readonly Size[] = [];
  operands.forEach((operand, i) => {
    commonDType(op, kind, operands.slice(0, i + 1).map(dtypeOf));
    if (typeof operand !== "number") shape = broadcastShapes(op, shape, operand.shape);
  });
  return { shape, dtype: commonDType(op, kind, operands.map(dtypeOf)) };
}

const dtypeOf = (operand: TensorSize | number): DType | number =>
  typeof operand === "number" ? operand : operand.dtype;

// ---- one operand

export interface UnaryFn<Op extends string, Kind extends DTypeKind = "float"> {
  <X extends AnyTensor>(x: Takes<Op, Kind, X>): X;
}

/** `isNaN` and the like: a bool for every element. */
export interface PredicateFn<Op extends string, Kind extends DTypeKind = "float"> {
  <X extends AnyTensor>(x: Takes<Op, Kind, X>): Tensor<ShapeOf<X>, "bool">;
}

// ---- two operands. The type parameters are whole operands, so that numbers and tensors go through one rule.

/** Two operands as one tensor (or number), or the message why they cannot be. */
export type Combine<Op extends string, Kind extends DTypeKind, X, Y> =
  X extends Tensor<infer A, infer D>
    ? Y extends Tensor<infer B, infer E>
      ? Same<D, E> extends true
        ? Broadcast<Op, A, B, D>
        : DTypesDiffer<Op, D, E>
      : X
    : Takes<Op, Kind, Y>;

/** `Y`, or the message why it does not go with `X`. */
export type Following<Op extends string, Kind extends DTypeKind, X, Y> =
  Combine<Op, Kind, X, Y> extends infer M extends string ? M : Y;

/** What was combined as a tensor: numbers alone are an f32 scalar, and the arguments carry the messages. */
export type Combined<R> = R extends string ? never : R extends number ? Tensor<[]> : R;

/** As `Combined`, of bools. */
type Compared<R> =
  R extends Tensor<infer S, infer _> ? Tensor<S, "bool"> : R extends number ? Tensor<[], "bool"> : never;

export interface BinaryFn<Op extends string, Kind extends DTypeKind = "numeric"> {
  <X extends Operand, Y extends Operand>(
    a: Takes<Op, Kind, X>,
    b: Following<Op, Kind, X, Y>,
  ): Combined<Combine<Op, Kind, X, Y>>;
}

/** As `BinaryFn`, with a bool for every element. */
export interface CompareFn<Op extends string, Kind extends DTypeKind = "numeric"> {
  <X extends Operand, Y extends Operand>(
    a: Takes<Op, Kind, X>,
    b: Following<Op, Kind, X, Y>,
  ): Compared<Combine<Op, Kind, X, Y>>;
}

// ---- three operands

export interface TernaryFn<Op extends string, Kind extends DTypeKind = "numeric"> {
  <X extends Operand, Y extends Operand, Z extends Operand>(
    a: Takes<Op, Kind, X>,
    b: Following<Op, Kind, X, Y>,
    c: Following<Op, Kind, Combine<Op, Kind, X, Y>, Z>,
  ): Combined<Combine<Op, Kind, Combine<Op, Kind, X, Y>, Z>>;
}

// ---- any number of operands

/** The operands combined from the left; the first message ends it. */
type CombineAll<Op extends string, Kind extends DTypeKind, X, Rest extends readonly unknown[]> = X extends string
  ? X
  : Rest extends readonly [infer Next, ...infer More]
    ? CombineAll<Op, Kind, Combine<Op, Kind, X, Next>, More>
    : X;

/** The operands, with the message in the place of the first that does not fit. */
type CheckAll<
  Op extends string,
  Kind extends DTypeKind,
  X,
  Rest extends readonly unknown[],
  Done extends unknown[] = [],
> = Rest extends readonly [infer Next, ...infer More]
  ? Combine<Op, Kind, X, Next> extends infer R
    ? R extends string
      ? [...Done, R, ...More]
      : CheckAll<Op, Kind, R, More, [...Done, Next]>
    : never
  : Done;

/** The entry of a checked list, if it is a message. */
type MessageAt<Checked, Index> = Index extends keyof Checked ? Extract<Checked[Index], string> : never;

/** A list of operands where each is itself, or its message. */
type Checked<L extends readonly unknown[], C> = {
  [i in keyof L]: [MessageAt<C, i>] extends [never] ? L[i] : MessageAt<C, i>;
};

export interface VariadicFn<Op extends string, Kind extends DTypeKind = "numeric"> {
  // Two operands have their own signature: it costs half, and it is what models are made of. The compiler tells the
  // two apart by the number of arguments, so a wrong one is reported plainly.
  <X extends Operand, Y extends Operand>(
    a: Takes<Op, Kind, X>,
    b: Following<Op, Kind, X, Y>,
  ): Combined<Combine<Op, Kind, X, Y>>;
  <X extends Operand, Y extends Operand, Z extends Operand, R extends readonly Operand[]>(
    a: Takes<Op, Kind, X>,
    b: Following<Op, Kind, X, Y>,
    c: Following<Op, Kind, Combine<Op, Kind, X, Y>, Z>,
    ...more: Checked<R, CheckAll<Op, Kind, CombineAll<Op, Kind, X, [Y, Z]>, R>>
  ): Combined<CombineAll<Op, Kind, X, [Y, Z, ...R]>>;
}

// ---- where

/** The condition `C` broadcast with an operand of `where`, or the message; a number changes no shape. */
type Mask<C, Y> =
  C extends Tensor<infer S, infer P> ? (Y extends Tensor<infer B, infer _> ? Broadcast<"where", S, B, P> : C) : C;

/** `Y` where it broadcasts with the condition, else the message. */
type BranchArg<C, Y> = Mask<C, Y> extends infer M extends string ? M : Y;

/** The second branch: of the dtype of the first, and broadcasting with all before it. */
type OtherArg<C, X, Y> =
  X extends Tensor<infer _, infer D>
    ? Y extends Tensor<infer _, infer E>
      ? Same<D, E> extends true
        ? BranchArg<C, Y>
        : DTypesDiffer<"where", D, E>
      : Y
    : BranchArg<C, Y>;

/** The dtype of the branches; that of numbers alone is f32. */
type BranchDType<X, Y> = X extends number ? (Y extends number ? "f32" : DTypeOf<Y>) : DTypeOf<X>;

/** A tensor as large as the mask, of the dtype of the branches; a message gives `never`. */
type Selected<M, D extends DType> = M extends Tensor<infer S, infer _> ? Tensor<S, D> : never;

export interface WhereFn {
  /** Elements of `a` where the condition holds, of `b` where it does not. */
  <C extends AnyTensor, X extends Operand, Y extends Operand>(
    condition: Takes<"where", "boolean", C, "the condition">,
    a: BranchArg<C, X>,
    b: OtherArg<Mask<C, X>, X, Y>,
  ): Selected<Mask<Mask<C, X>, Y>, BranchDType<X, Y>>;
}

/** Twin of `WhereFn`. */
export function whereSize(condition: TensorSize, a: TensorSize | number, b: TensorSize | number): TensorSize {
  takenDType("where", "boolean", condition.dtype, "the condition");
  const branch = (shape: readonly Size[], operand: TensorSize | number): readonly Size[] =>
    typeof operand === "number" ? shape : broadcastShapes("where", shape, operand.shape);
  const withA = branch(condition.shape, a);
  const dtype = commonDType("where", "any", [dtypeOf(a), dtypeOf(b)]);
  return { shape: branch(withA, b), dtype };
}

// ---- casts

export interface CastFn {
  /** The same elements in another dtype. */
  <S extends Shape, const D extends DType>(x: Tensor<S, DType>, dtype: D): Tensor<S, D>;
}
