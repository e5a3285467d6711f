/**
 * Random numbers: keys, and shapes of draws.
 *
 * Invariant: a key is `i32[2]` and never anything else. Parameters of a distribution are numbers, or tensors that
 * broadcast to the shape of the draw.
 */
import type { Same, SameShape } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { FitsTo } from "./fits.js";
import { fitsTo } from "./fits.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalShape, showShape, toSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, FloatDType, Operand, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- keys

/** A key, or the message. */
export type KeyArg<Op extends string, K, Words extends Shape = [2]> =
  Takes<Op, "integer", K, "the key"> extends infer M extends string
    ? M
    : SameShape<ShapeOf<K>, Words> extends true
      ? K
      : Message<"parameter", { op: Op; what: "the key"; expected: "[2]"; actual: ShowShape<ShapeOf<K>> }>;

/** Twin of `KeyArg`. */
export function checkKey(op: string, key: TensorSize): void {
  takenDType(op, "integer", key.dtype, "the key");
  if (equalShape(key.shape, [2])) return;
  throw shapeError("parameter", { op, what: "the key", expected: "[2]", actual: showShape(key.shape) });
}

/** A tuple of `N` keys where `N` is a literal up to 32, else a list. */
type Repeat<N extends number, Keys extends Tensor<[2], "i32">[] = []> = Keys["length"] extends N
  ? Keys
  : Keys["length"] extends 32
    ? Tensor<[2], "i32">[]
    : Repeat<N, [...Keys, Tensor<[2], "i32">]>;

export interface SplitKeyFn<Op extends string = "splitKey"> {
  <K extends AnyTensor, const N extends number = 2>(
    key: KeyArg<Op, K>,
    count?: N,
  ): number extends N ? Tensor<[2], "i32">[] : Repeat<N>;
}

export interface FoldInFn<Op extends string = "foldIn"> {
  <K extends AnyTensor, X extends number | Tensor<[], "i32">>(key: KeyArg<Op, K>, data: X): Tensor<[2], "i32">;
}

// ---- draws

/** A parameter of a distribution that fits a draw of this shape and dtype, or the message. */
type Fitting<Op extends string, X, S extends Shape, D> =
  X extends Tensor<infer From, infer E>
    ? Same<D, E> extends true
      ? FitsTo<Op, From, S, X>
      : DTypesDiffer<Op, Extract<D, FloatDType>, E>
    : X;

/** Twin of `Fitting`. */
export function checkFitting(op: string, draw: TensorSize, given: TensorSize | number): void {
  if (typeof given === "number") return;
  commonDType(op, "float", [draw.dtype, given.dtype]);
  fitsTo(op, given.shape, draw.shape);
}

/** The sizes of a draw. */
export function drawShape(op: string, shape: readonly Dim[]): readonly Size[] {
  const wrong = shape.some((dim) => typeof dim === "number" && !(Number.isInteger(dim) && dim >= 0));
  if (wrong) throw shapeError("negativeSize", { op, shape: `[${shape.join(", ")}]` });
  return shape.map(toSize);
}

export interface UniformFn<Op extends string = "randomUniform"> {
  <
    K extends AnyTensor,
    const S extends Shape,
    const D extends FloatDType = "f32",
    A extends Operand = 0,
    B extends Operand = 1,
  >(
    key: KeyArg<Op, K>,
    shape: readonly [...S],
    options?: {
      /** f32 when left out. */
      readonly dtype?: D;
      /** 0 when left out. */
      readonly min?: Fitting<Op, A, S, D>;
      /** 1 when left out. */
      readonly max?: Fitting<Op, B, S, D>;
    },
  ): Tensor<S, D>;
}

export interface NormalFn<Op extends string = "randomNormal"> {
  <
    K extends AnyTensor,
    const S extends Shape,
    const D extends FloatDType = "f32",
    A extends Operand = 0,
    B extends Operand = 1,
  >(
    key: KeyArg<Op, K>,
    shape: readonly [...S],
    options?: {
      /** f32 when left out. */
      readonly dtype?: D;
      /** 0 when left out. */
      readonly mean?: Fitting<Op, A, S, D>;
      /** 1 when left out. */
      readonly std?: Fitting<Op, B, S, D>;
    },
  ): Tensor<S, D>;
}

/** A probability: a number, or floats that fit the draw. */
type Probability<Op extends string, P, S extends Shape> =
  Takes<Op, "float", P, "the probability"> extends infer M extends string ? M : Fitting<Op, P, S, DTypeOf<P>>;

export interface BernoulliFn<Op extends string = "randomBernoulli"> {
  <K extends AnyTensor, P extends Operand, const S extends Shape>(
    key: KeyArg<Op, K>,
    p: Probability<Op, P, S>,
    shape: readonly [...S],
  ): Tensor<S, "bool">;
}

export interface DropoutFn<Op extends string = "dropout"> {
  <X extends AnyTensor, K extends AnyTensor, R extends Operand>(
    x: Takes<Op, "float", X>,
    key: KeyArg<Op, K>,
    rate: Fitting<Op, R, ShapeOf<X>, DTypeOf<X>>,
  ): X;
}
