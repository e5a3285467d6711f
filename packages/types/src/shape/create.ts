/**
 * Tensors made from nothing but their shape: constants, ramps, the identity.
 *
 * A name among the sizes is one that an input of the function has, or one that its caller says.
 */
import type { Add, CeilDiv, Sub } from "./arithmetic.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { showShape, toSize } from "./size.js";
import type { Dim, DType, Shape, Tensor } from "./tensor.js";

// ---- constants

type HasNegativeDim<S extends Shape> = true extends { [i in keyof S]: IsNoSize<S[i]> }[number] ? true : false;

type IsNoSize<D> = D extends number ? (`${D}` extends `-${string}` | `${string}.${string}` ? true : false) : false;

/** A shape to be, or the message. */
type ShapeArg<Op extends string, S extends Shape> =
  HasNegativeDim<S> extends true ? Message<"negativeSize", { op: Op; shape: ShowShape<S> }> : readonly [...S];

/** Twin of `ShapeArg`. */
export function newShape(op: string, dims: readonly Dim[]): Size[] {
  const shape = dims.map(toSize);
  if (shape.every((size) => typeof size !== "number" || (Number.isInteger(size) && size >= 0))) return shape;
  throw shapeError("negativeSize", { op, shape: showShape(shape) });
}

export interface ConstantFn<Op extends string> {
  <const S extends Shape, const D extends DType = "f32">(shape: ShapeArg<Op, S>, dtype?: D): Tensor<S, D>;
}

export interface FullFn {
  <const S extends Shape, const D extends DType = "f32">(
    shape: ShapeArg<"full", S>,
    value: number,
    dtype?: D,
  ): Tensor<S, D>;
}

export interface ConstantLikeFn {
  <S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D>;
}

// ---- the identity

/** A matrix of `n` rows and columns, or of `[rows, columns]`. */
export type MatrixSize = Dim | readonly [Dim, Dim];

type MatrixShape<N> = N extends readonly [infer R extends Dim, infer C extends Dim] ? [R, C] : [N & Dim, N & Dim];

type MatrixArg<N> =
  HasNegativeDim<MatrixShape<N>> extends true
    ? Message<"negativeSize", { op: "eye"; shape: ShowShape<MatrixShape<N>> }>
    : N;

/** Twin of `MatrixShape`. */
export const matrixShape = (size: MatrixSize): Size[] =>
  newShape("eye", typeof size === "number" || typeof size === "string" ? [size, size] : size);

export interface EyeFn {
  <const N extends MatrixSize, const D extends DType = "f32">(
    size: MatrixArg<N>,
    dtype?: D,
    k?: number,
  ): Tensor<MatrixShape<N>, D>;
}

// ---- sizes as values

type SizeArg<N extends Dim> = ShapeArg<"dimension", [N]> extends infer M extends string ? M : N;

export interface DimensionFn {
  <const N extends Dim>(size: SizeArg<N>): Tensor<[], "i32">;
  <const N extends Dim, const D extends Exclude<DType, "bool">>(size: SizeArg<N>, dtype: D): Tensor<[], D>;
}

// ---- ramps

/** `B - A` for whole numbers of any sign; `never` where it is negative. */
type Distance<A extends number, B extends number> = `${A}` extends `-${infer a extends number}`
  ? `${B}` extends `-${infer b extends number}`
    ? Sub<a, b>
    : Add<a, B>
  : `${B}` extends `-${string}`
    ? never
    : Sub<B, A>;

type OrNone<N extends number> = [N] extends [never] ? 0 : N;

type IsFraction<N extends number> = `${N}` extends `${string}.${string}` | `${string}e${string}` ? true : false;

/** How many numbers there are from `Start` to before `End`, `Step` apart. */
export type RampLength<Start extends number, End extends number, Step extends number> = number extends
  | Start
  | End
  | Step
  ? number
  : true extends IsFraction<Start> | IsFraction<End> | IsFraction<Step>
    ? number
    : `${Step}` extends `-${infer Back extends number}`
      ? CeilDiv<OrNone<Distance<End, Start>>, Back>
      : CeilDiv<OrNone<Distance<Start, End>>, Step>;

/** Twin of `RampLength`. */
export function rampLength(start: number, end: number, step: number): number {
  if (!(Number.isFinite(step) && step !== 0)) throw shapeError("step", { op: "arange", step });
  return Math.max(0, Math.ceil((end - start) / step));
}

/** How many numbers: the first argument where it stands alone. */
type RampDim<A extends Dim, B extends number | undefined, Step extends number> = [B] extends [number]
  ? RampLength<A & number, B, Step>
  : A;

/** A number that an i32 ramp cannot hold gives the message. */
type RampArg<N, D extends DType> = N extends number
  ? [D, IsFraction<N>] extends ["i32", true]
    ? Message<"ramp", { op: "arange"; value: N }>
    : N
  : N;

/** A start may be any number; a count must be a size. */
type StartArg<A extends Dim, B extends number | undefined, D extends DType> = [B] extends [number]
  ? RampArg<A & number, D>
  : ShapeArg<"arange", [A]> extends infer M extends string
    ? M
    : A;

type StepArg<N extends number, D extends DType> = N extends 0
  ? Message<"step", { op: "arange"; step: 0 }>
  : RampArg<N, D>;

/** Twin of `RampArg`. */
export function checkRamp(numbers: readonly number[], dtype: DType): void {
  const wrong = numbers.find((value) => !Number.isInteger(value));
  if (dtype === "i32" && wrong !== undefined) throw shapeError("ramp", { op: "arange", value: wrong });
}

export interface ArangeFn {
  <
    const A extends Dim,
    const B extends number | undefined = undefined,
    const Step extends number = 1,
    const D extends Exclude<DType, "bool"> = "i32",
  >(
    start: StartArg<A, B, D>,
    end?: RampArg<B, D>,
    step?: StepArg<Step, D>,
    dtype?: D,
  ): Tensor<[RampDim<A, B, Step>], D>;
}

export interface LinspaceFn {
  <const N extends Dim, const D extends "f32" | "f64" = "f32">(
    start: number,
    end: number,
    count: ShapeArg<"linspace", [N]> extends infer M extends string ? M : N,
    dtype?: D,
  ): Tensor<[N], D>;
}
