/**
 * Signatures of elementwise ops: one, two, or any number of operands, comparisons, `where`, and casts.
 *
 * Invariant: operands broadcast and have one dtype; number literals are operands that take the dtype of the others. The
 * first operand that does not go with those before it carries the error.
 */
import type { Broadcast } from "./broadcast.js";
import { broadcastShapes } from "./broadcast.js";
import type { DTypeKind, SameDType, SecondDTypeError, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { Size } from "./size.js";
import type { AnyTensor, Arg, DType, Of, Shape, Tensor } from "./tensor.js";

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

export type UnaryFn<Op extends string, Kind extends DTypeKind = "float"> = <S extends Shape, D extends DType>(
  x: Takes<Op, Kind, D, Tensor<S, D>>,
) => Tensor<S, D>;

/** `isNaN` and the like: a bool for every element. */
export type PredicateFn<Op extends string, Kind extends DTypeKind = "float"> = <S extends Shape, D extends DType>(
  x: Takes<Op, Kind, D, Tensor<S, D>>,
) => Tensor<S, "bool">;

// ---- two operands

/** The second operand: of the dtype of the first, and broadcasting with it. */
type Second<
  Op extends string,
  Kind extends DTypeKind,
  A extends Shape,
  D extends DType,
  B extends Shape,
  E extends DType,
> = [SecondDTypeError<Op, Kind, D, E>] extends [never]
  ? Arg<Broadcast<Op, A, B>, B, E>
  : SecondDTypeError<Op, Kind, D, E>;

export interface BinaryFn<Op extends string, Kind extends DTypeKind = "numeric"> {
  // A number literal infers nothing, so `D` falls back to `E`, and `A` or `B` to the scalar shape.
  <A extends Shape = [], E extends DType = "f32", B extends Shape = [], D extends DType = E>(
    a: Takes<Op, Kind, D, Tensor<A, D>> | number,
    b: Second<Op, Kind, A, D, B, E> | number,
  ): Of<Broadcast<Op, A, B>, D>;
}

/** As `BinaryFn`, with a bool for every element. */
export type CompareFn<Op extends string, Kind extends DTypeKind = "numeric"> = <
  A extends Shape = [],
  E extends DType = "f32",
  B extends Shape = [],
  D extends DType = E,
>(
  a: Takes<Op, Kind, D, Tensor<A, D>> | number,
  b: Second<Op, Kind, A, D, B, E> | number,
) => Of<Broadcast<Op, A, B>, "bool">;

// ---- any number of operands

type Operand = AnyTensor | number;

/** The two operands combined, or the message why they cannot be. */
type Combine<Op extends string, Kind extends DTypeKind, X, Y> = X extends number
  ? Y
  : Y extends number
    ? X
    : X extends Tensor<infer A, infer D>
      ? Y extends Tensor<infer B, infer E>
        ? CombineTensors<Op, A, D, B, E, Takes<Op, Kind, D, true>>
        : X
      : X;

type CombineTensors<
  Op extends string,
  A extends Shape,
  D extends DType,
  B extends Shape,
  E extends DType,
  Taken,
> = Taken extends string
  ? Taken
  : SameDType<Op, D, E, true> extends infer M extends string
    ? M
    : Broadcast<Op, A, B> extends infer R
      ? R extends Shape
        ? Tensor<R, D>
        : R
      : never;

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

/** `Y`, or the message why it does not go with `X`. */
type Following<Op extends string, Kind extends DTypeKind, X, Y> =
  Combine<Op, Kind, X, Y> extends infer M extends string ? M : Y;

/** A combination of operands as a tensor. */
type Combined<X> = X extends AnyTensor ? X : X extends number ? Tensor<[]> : never;

export interface VariadicFn<Op extends string, Kind extends DTypeKind = "numeric"> {
  // Two operands have their own signature: it costs half and it is what models are made of. The compiler tells the
  // two apart by the number of arguments, so a wrong one is reported plainly.
  <A extends Shape = [], E extends DType = "f32", B extends Shape = [], D extends DType = E>(
    a: Takes<Op, Kind, D, Tensor<A, D>> | number,
    b: Second<Op, Kind, A, D, B, E> | number,
  ): Of<Broadcast<Op, A, B>, D>;
  <A extends Operand, B extends Operand, C extends Operand, R extends readonly Operand[]>(
    a: A,
    b: Following<Op, Kind, A, B>,
    c: Following<Op, Kind, Combine<Op, Kind, A, B>, C>,
    ...more: {
      [i in keyof R]: CheckAll<Op, Kind, CombineAll<Op, Kind, A, [B, C]>, R> extends infer Checked
        ? i extends keyof Checked
          ? Checked[i] extends infer M extends string
            ? M
            : R[i]
          : R[i]
        : never;
    }
  ): Combined<CombineAll<Op, Kind, A, [B, C, ...R]>>;
}

// ---- where

/** An operand of `where`, which broadcasts with all before it. */
type Branch<A extends Shape, B extends Shape, D extends DType> = Arg<Broadcast<"where", A, B>, B, D>;

/** The shape two operands have in common, `[]` where they have none: then the error is told elsewhere. */
type Common<A extends Shape, B extends Shape> = Broadcast<"where", A, B> extends infer R extends Shape ? R : [];

export interface WhereFn {
  /** Elements of `a` where the condition holds, of `b` where it does not. */
  <
    C extends Shape,
    P extends DType,
    A extends Shape = [],
    E extends DType = "f32",
    B extends Shape = [],
    D extends DType = E,
  >(
    condition: Takes<"where", "boolean", P, Tensor<C, P>, "the condition">,
    a: Branch<C, A, D> | number,
    b: SameDType<"where", D, E, Branch<Common<C, A>, B, E>> | number,
  ): Of<Broadcast<"where", Common<C, A>, B>, D>;
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
