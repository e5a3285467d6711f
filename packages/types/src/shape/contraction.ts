/**
 * Products and sums over axes that are told by position: `tensordot`, `gemm`, `trace`, `matrixNorm`.
 *
 * Invariant: axes that meet have one size; the others stay in order, those of the left operand first.
 */
import type { AxisIndex, AxisIndices } from "./axes.js";
import { axisIndices } from "./axes.js";
import type { FitsInto } from "./broadcast.js";
import { broadcastToShape } from "./broadcast.js";
import type { Same, SameDim, Unranked } from "./dims.js";
import type { DTypeKind, DTypesDiffer, Refuses, Takes } from "./dtypes.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { ShapeError, shapeError } from "./messages.js";
import type { Reduce } from "./reduce.js";
import { reduceShape } from "./reduce.js";
import type { Size } from "./size.js";
import { equalSize, showShape, showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Operand, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- tensordot

/** So many last axes of the left operand and first ones of the right; or lists of both, pair by pair. */
export type ContractedAxes = number | readonly [readonly number[], readonly number[]];

/** `[0, 1]` for 2, and `[-2, -1]`. */
type FirstAxes<N extends number, Done extends number[] = []> = Done["length"] extends N
  ? Done
  : FirstAxes<N, [...Done, Done["length"]]>;

type LastAxes<N extends number, Done extends number[] = []> = Done["length"] extends N
  ? Done
  : `-${[...Done, 0]["length"]}` extends `${infer Axis extends number}`
    ? LastAxes<N, [Axis, ...Done]>
    : never;

/** The axes as two lists; a number that counts nothing stands for an axis, which no shape has. */
type AxisLists<Ax extends ContractedAxes> = Ax extends number
  ? `${Ax}` extends `-${string}` | `${string}.${string}`
    ? [[Ax], [Ax]]
    : [LastAxes<Ax>, FirstAxes<Ax>]
  : Ax;

/** Whether axes are known only when the model runs. */
type AxesUnknown<Ax extends ContractedAxes> = Ax extends number
  ? number extends Ax
    ? true
    : false
  : Ax extends readonly [infer L extends readonly number[], infer R extends readonly number[]]
    ? number extends L["length"] | R["length"] | L[number] | R[number]
      ? true
      : false
    : true;

type ListsOf = readonly [readonly number[], readonly number[]];

/** What is wrong with the axes, else `never`. */
type AxesError<A extends Shape, B extends Shape, L extends ListsOf> =
  Same<L[0]["length"], L[1]["length"]> extends true
    ? AxisIndices<"tensordot", A, L[0]> extends infer M extends string
      ? M
      : AxisIndices<"tensordot", B, L[1]> extends infer M extends string
        ? M
        : never
    : Message<"axesPairs", { op: "tensordot"; left: ShowShape<L[0]>; right: ShowShape<L[1]> }>;

/** The first pair of axes that differ, else `never`. */
type PairError<
  A extends Shape,
  B extends Shape,
  L extends readonly number[],
  R extends readonly number[],
> = L extends readonly [infer a extends number, ...infer RestL extends readonly number[]]
  ? R extends readonly [infer b extends number, ...infer RestR extends readonly number[]]
    ? SameDim<A[AxisIndex<A, a>], B[AxisIndex<B, b>]> extends true
      ? PairError<A, B, RestL, RestR>
      : Message<
          "innerSizes",
          { op: "tensordot"; left: ShowDim<A[AxisIndex<A, a>]>; right: ShowDim<B[AxisIndex<B, b>]> }
        >
    : never
  : never;

/** The shape of the result, or what is wrong: with the axes, or with the right operand. */
type Tensordot<A extends Shape, B extends Shape, Ax extends ContractedAxes> = true extends
  | Unranked<A>
  | Unranked<B>
  | AxesUnknown<Ax>
  ? Dim[]
  : TensordotBy<A, B, AxisLists<Ax>>;

type TensordotBy<A extends Shape, B extends Shape, L extends ListsOf> = [AxesError<A, B, L>] extends [never]
  ? [PairError<A, B, L[0], L[1]>] extends [never]
    ? Both<Reduce<"tensordot", A, L[0], false>, Reduce<"tensordot", B, L[1], false>>
    : { right: PairError<A, B, L[0], L[1]> }
  : { axes: AxesError<A, B, L> };

type Both<A, B> = A extends Shape ? (B extends Shape ? [...A, ...B] : never) : never;

/** The right operand, of the dtype of the left one. */
type Second<Op extends string, X, Y, Judged> =
  Same<DTypeOf<X>, DTypeOf<Y>> extends true ? Judged : DTypesDiffer<Op, DTypeOf<X>, DTypeOf<Y>>;

export interface TensordotFn {
  <X extends AnyTensor, Y extends AnyTensor, const Ax extends ContractedAxes>(
    a: Takes<"tensordot", "numeric", X>,
    b: Second<
      "tensordot",
      X,
      Y,
      Tensordot<ShapeOf<X>, ShapeOf<Y>, Ax> extends { right: infer M extends string } ? M : Y
    >,
    axes: Tensordot<ShapeOf<X>, ShapeOf<Y>, Ax> extends { axes: infer M extends string } ? M : Ax,
  ): Of<Tensordot<ShapeOf<X>, ShapeOf<Y>, Ax>, DTypeOf<X>>;
}

/** Twin of `Tensordot`: the axes that meet, as indices. */
export function contractedAxes(
  left: readonly Size[],
  right: readonly Size[],
  axes: ContractedAxes,
): readonly [readonly number[], readonly number[]] {
  const op = "tensordot";
  const [l, r] = listsOf(axes);
  if (l.length !== r.length) throw shapeError("axesPairs", { op, left: showShape(l), right: showShape(r) });
  const [leftAxes, rightAxes] = [axisIndices(op, left, l), axisIndices(op, right, r)];
  leftAxes.forEach((axis, k) => {
    const [a = 1, b = 1] = [left[axis], right[rightAxes[k] ?? 0]];
    if (!equalSize(a, b)) throw shapeError("innerSizes", { op, left: showSize(a), right: showSize(b) });
  });
  return [leftAxes, rightAxes];
}

function listsOf(axes: ContractedAxes): ListsOf {
  if (typeof axes !== "number") return axes;
  if (!Number.isInteger(axes) || axes < 0) return [[axes], [axes]];
  const first = [...Array(axes).keys()];
  return [first.map((axis) => axis - axes), first];
}

// ---- gemm

export interface GemmOptions<TA extends boolean, TB extends boolean> {
  /** Use aᵀ. */
  readonly transposeA?: TA;
  /** Use bᵀ. */
  readonly transposeB?: TB;
  /** Factor of the product, 1 when left out. */
  readonly alpha?: number;
  /** Factor of `c`, 1 when left out. */
  readonly beta?: number;
}

/** The operand where it is a matrix, or the message. */
type Matrix<X, What extends string, Kind extends DTypeKind = "numeric"> =
  X extends Tensor<infer S, infer D>
    ? Refuses<Kind, D> extends true
      ? Takes<"gemm", Kind, X>
      : S["length"] extends 2
        ? X
        : Unranked<S> extends true
          ? X
          : Message<"rank", { op: "gemm"; what: What; shape: ShowShape<S>; expected: 2 }>
    : never;

type Unknown<Flag extends boolean> = boolean extends Flag ? true : false;

/** The shape of a product of matrices, each transposed or not; the message is for the right one. */
type Gemm<A extends Shape, B extends Shape, TA extends boolean, TB extends boolean> = true extends
  | Unknown<TA>
  | Unknown<TB>
  ? Dim[]
  : A extends [infer A0 extends Dim, infer A1 extends Dim]
    ? B extends [infer B0 extends Dim, infer B1 extends Dim]
      ? Product<TA extends true ? [A1, A0] : [A0, A1], TB extends true ? [B1, B0] : [B0, B1]>
      : Dim[]
    : Dim[];

type Product<A extends [Dim, Dim], B extends [Dim, Dim]> =
  SameDim<A[1], B[0]> extends true
    ? [A[0], B[1]]
    : Message<"innerSizes", { op: "gemm"; left: ShowDim<A[1]>; right: ShowDim<B[0]> }>;

/** What is added: a number, or a tensor that broadcasts to the product (whose message, if it is one, `b` carries). */
type Addend<C, S, D> = C extends number
  ? C
  : Same<DTypeOf<C>, D> extends true
    ? AddendOf<C, ShapeOf<C>, S>
    : DTypesDiffer<"gemm", D & DTypeOf<AnyTensor>, DTypeOf<C>>;

type AddendOf<C, From extends Shape, S> = S extends [infer M extends Dim, infer N extends Dim]
  ? Unranked<From> extends true
    ? C
    : FitsInto<From, [M, N]> extends true
      ? C
      : Message<"broadcastTo", { op: "gemm"; from: ShowShape<From>; to: ShowShape<[M, N]> }>
  : C;

export interface GemmFn {
  <
    X extends AnyTensor,
    Y extends AnyTensor,
    C extends Operand = 0,
    const TA extends boolean = false,
    const TB extends boolean = false,
  >(
    a: Matrix<X, "the left operand">,
    b: Matrix<Y, "the right operand"> extends infer M extends string
      ? M
      : Second<"gemm", X, Y, Gemm<ShapeOf<X>, ShapeOf<Y>, TA, TB> extends infer M extends string ? M : Y>,
    c?: Addend<C, Gemm<ShapeOf<X>, ShapeOf<Y>, TA, TB>, DTypeOf<X>>,
    options?: GemmOptions<TA, TB>,
  ): Of<Gemm<ShapeOf<X>, ShapeOf<Y>, TA, TB>, DTypeOf<X>>;
}

const matrixOf = (what: string, shape: readonly Size[], transposed: boolean): readonly [Size, Size] => {
  const [rows, columns] = shape;
  if (rows !== undefined && columns !== undefined && shape.length === 2)
    return transposed ? [columns, rows] : [rows, columns];
  throw shapeError("rank", { op: "gemm", what, shape: showShape(shape), expected: 2 });
};

/** Twin of `Gemm`. */
export function gemmShape(
  left: readonly Size[],
  right: readonly Size[],
  transposeA: boolean,
  transposeB: boolean,
): readonly Size[] {
  const [rows, inner] = matrixOf("the left operand", left, transposeA);
  const [other, columns] = matrixOf("the right operand", right, transposeB);
  if (equalSize(inner, other)) return [rows, columns];
  throw shapeError("innerSizes", { op: "gemm", left: showSize(inner), right: showSize(other) });
}

/** Twin of `Addend`. */
export function checkAddend(shape: readonly Size[], product: readonly Size[]): void {
  try {
    broadcastToShape(shape, product);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw shapeError("broadcastTo", { op: "gemm", from: showShape(shape), to: showShape(product) });
  }
}

// ---- reductions of matrices

/** The operand where it has two axes or more, or the message. */
type Matrices<Op extends string, Kind extends DTypeKind, X> =
  X extends Tensor<infer S, infer D>
    ? Refuses<Kind, D> extends true
      ? Takes<Op, Kind, X>
      : S extends [...Shape, Dim, Dim]
        ? X
        : Unranked<S> extends true
          ? X
          : Message<"minimumRank", { op: Op; what: "the operand"; shape: ShowShape<S>; expected: 2 }>
    : never;

/** The axes before the last two. */
type BatchOf<S extends Shape> = S extends [...infer Batch extends Shape, Dim, Dim] ? Batch : Dim[];

/** A number for each matrix over the last two axes. */
export interface MatrixFn<Op extends string, Kind extends DTypeKind, Options extends readonly unknown[] = []> {
  <X extends AnyTensor>(x: Matrices<Op, Kind, X>, ...options: Options): Of<BatchOf<ShapeOf<X>>, DTypeOf<X>>;
}

/** Twin of `Matrices`: the axes before the last two. */
export function batchOf(op: string, shape: readonly Size[]): readonly Size[] {
  if (shape.length < 2) {
    throw shapeError("minimumRank", { op, what: "the operand", shape: showShape(shape), expected: 2 });
  }
  return reduceShape(op, shape, [-2, -1]);
}

/** Which norm of a matrix: Frobenius, the largest sum of a column (1) or of a row (Infinity). */
export type MatrixOrd = "fro" | number;

export function checkMatrixOrd(op: string, ord: MatrixOrd): void {
  if (ord !== "fro" && ord !== 1 && ord !== Number.POSITIVE_INFINITY) throw shapeError("matrixOrd", { op, ord });
}
