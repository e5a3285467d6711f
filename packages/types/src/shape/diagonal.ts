/**
 * Diagonals: of a matrix, and matrices with nothing else. `k` counts upwards from the main diagonal.
 *
 * Invariant: the last two axes are the matrix, axes before them a batch.
 */
import type { Add, Min, Sub } from "./arithmetic.js";
import type { AddDim, Same } from "./dims.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { addSize, equalSize, showShape, subSize } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

// ---- diagonal

type NoMatrix<Op extends string, S extends Shape> = Message<
  "minimumRank",
  { op: Op; what: "the operand"; shape: ShowShape<S>; expected: 2 }
>;

type NoDiagonal<S extends Shape, K extends number> = Message<
  "noDiagonal",
  { op: "diagonal"; shape: ShowShape<S>; k: K }
>;

type OrNever<A extends number, B extends number> = [A] extends [never]
  ? never
  : [B] extends [never]
    ? never
    : Min<A, B>;

/** How long diagonal `K` is; `never` where it lies outside. */
type Length<M, N, K extends number> = [M, N] extends [number, number]
  ? `${K}` extends `-${infer Down extends number}`
    ? OrNever<Sub<M & number, Down>, N & number>
    : OrNever<M & number, Sub<N & number, K>>
  : Same<M, N> extends true
    ? K extends 0
      ? M
      : number
    : number;

/** The shape with the diagonal in place of the last two axes, or the message. */
export type Diagonal<S extends Shape, K extends number> = number extends S["length"]
  ? Dim[]
  : S extends [...infer Batch extends Shape, infer M extends Dim, infer N extends Dim]
    ? number extends K
      ? [...Batch, number]
      : Length<M, N, K> extends infer L
        ? [L] extends [never]
          ? NoDiagonal<S, K>
          : [...Batch, L & Dim]
        : never
    : NoMatrix<"diagonal", S>;

/** Twin of `Length`. A name beside a literal, or another name, could be the smaller or the larger one. */
function diagonalLength(m: Size, n: Size, k: number): Size | undefined {
  const [rows, columns] = k < 0 ? [addSize(m, k), n] : [m, subSize(n, k)];
  if (typeof rows === "number" && typeof columns === "number") return Math.min(rows, columns);
  if (equalSize(m, n)) return k < 0 ? rows : columns;
  return undefined;
}

/** Twin of `Diagonal`. */
export function diagonalShape(shape: readonly Size[], k = 0): Size[] {
  const [m, n] = matrixOf("diagonal", shape);
  const length = Number.isInteger(k) ? diagonalLength(m, n, k) : undefined;
  if (length !== undefined && !(typeof length === "number" && length < 0)) return [...shape.slice(0, -2), length];
  throw shapeError("noDiagonal", { op: "diagonal", shape: showShape(shape), k });
}

/** The last two sizes. */
export function matrixOf(op: string, shape: readonly Size[]): readonly [rows: Size, columns: Size] {
  const [rows, columns] = shape.slice(-2);
  if (rows !== undefined && columns !== undefined) return [rows, columns];
  throw shapeError("minimumRank", { op, what: "the operand", shape: showShape(shape), expected: 2 });
}

type IsNoMatrix<M> = M extends `${string}must have rank${string}` ? true : false;

export interface DiagonalFn {
  <S extends Shape, D extends DType, const K extends number = 0>(
    x: Diagonal<S, K> extends infer M extends string ? (IsNoMatrix<M> extends true ? M : Tensor<S, D>) : Tensor<S, D>,
    k?: Diagonal<S, K> extends infer M extends string ? M : K,
  ): Of<Diagonal<S, K>, D>;
}

// ---- diag

/** The absolute value. */
type Magnitude<K extends number> = `${K}` extends `-${infer Down extends number}` ? Down : K;

/** The shape of matrices with the last axis as a diagonal, or the message. */
export type Diag<S extends Shape, K extends number> = number extends S["length"]
  ? Dim[]
  : S extends [...infer Batch extends Shape, infer N extends Dim]
    ? [...Batch, DiagDim<N, K>, DiagDim<N, K>]
    : Message<"minimumRank", { op: "diag"; what: "the operand"; shape: ShowShape<S>; expected: 1 }>;

type DiagDim<N extends Dim, K extends number> = K extends 0
  ? N
  : N extends number
    ? Add<N, Magnitude<K>>
    : AddDim<N, Magnitude<K>>;

/** Twin of `Diag`: the size of the matrices. */
export function diagSize(shape: readonly Size[], k: number): Size {
  const n = shape.at(-1);
  if (n !== undefined) return addSize(n, Math.abs(k));
  throw shapeError("minimumRank", { op: "diag", what: "the operand", shape: showShape(shape), expected: 1 });
}

export interface DiagFn {
  <S extends Shape, D extends DType, const K extends number = 0>(
    v: Diag<S, K> extends infer M extends string ? M : Tensor<S, D>,
    k?: K,
  ): Of<Diag<S, K>, D>;
}

// ---- tril and triu

export interface TriangleFn<Op extends string> {
  <S extends Shape, D extends DType>(
    x: S extends [] | [Dim] ? NoMatrix<Op, S> : Tensor<S, D>,
    k?: number,
  ): Tensor<S, D>;
}
