/**
 * Attention and rotary embedding: queries, keys and values over their last two axes, batches before those.
 *
 * Invariant: the axes before the last two broadcast, as in `matmul`. Queries `[..., n, d]` meet keys `[..., m, d]` in
 * their features and give scores `[..., n, m]`, which meet values `[..., m, e]` in their positions.
 */
import type { ExactDiv } from "./arithmetic.js";
import type { BroadcastDims } from "./broadcast.js";
import { broadcastShapes } from "./broadcast.js";
import type { Same, SameDim, Unranked } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { FitsTo } from "./fits.js";
import { fitsTo } from "./fits.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { divideSize, equalSize, showShape, showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf, Tensor } from "./tensor.js";

// ---- the rule

/** A shape as `{ batch, rows, columns }`; `false` where it has no two axes or an unknown number. */
type Parts<S extends Shape> = S extends [...infer Batch extends Shape, infer R extends Dim, infer C extends Dim]
  ? { batch: Batch; rows: R; columns: C }
  : false;

/** A float operand with two axes at least, or the message. */
export type Rows<Op extends string, X, What extends string> =
  Takes<Op, "float", X, What> extends infer M extends string
    ? M
    : Unranked<ShapeOf<X>> extends true
      ? X
      : Parts<ShapeOf<X>> extends false
        ? Message<"minimumRank", { op: Op; what: What; shape: ShowShape<ShapeOf<X>>; expected: 2 }>
        : X;

type Clash<Op extends string, A extends Shape, B extends Shape, R> = R extends {
  readonly a: infer a;
  readonly b: infer b;
}
  ? Message<"batchShapes", { op: Op; left: ShowShape<A>; right: ShowShape<B>; a: ShowDim<a>; b: ShowDim<b> }>
  : never;

/** The scores of queries and keys, `[..., n, m]`, or the message. */
export type Scores<Op extends string, Q extends Shape, K extends Shape> =
  Parts<Q> extends { batch: infer A extends Shape; rows: infer N extends Dim; columns: infer D }
    ? Parts<K> extends { batch: infer B extends Shape; rows: infer M extends Dim; columns: infer E }
      ? SameDim<D, E> extends true
        ? BroadcastDims<A, B> extends infer R
          ? R extends Shape
            ? [...R, N, M]
            : Clash<Op, A, B, R>
          : never
        : Message<
            "innerAxes",
            { op: Op; what: "k"; left: `q ${ShowShape<Q>}`; right: ShowShape<K>; a: ShowDim<D>; b: ShowDim<E> }
          >
      : Dim[]
    : Dim[];

/** What scores make of values, `[..., n, e]`, or the message. */
export type Attend<Op extends string, S, K extends Shape, V extends Shape> = S extends Shape
  ? Parts<S> extends { batch: infer A extends Shape; rows: infer N extends Dim; columns: infer M }
    ? Parts<V> extends { batch: infer B extends Shape; rows: infer L; columns: infer E extends Dim }
      ? SameDim<M, L> extends true
        ? BroadcastDims<A, B> extends infer R
          ? R extends Shape
            ? [...R, N, E]
            : Clash<Op, A, B, R>
          : never
        : Message<
            "innerAxes",
            { op: Op; what: "v"; left: `k ${ShowShape<K>}`; right: ShowShape<V>; a: ShowDim<M>; b: ShowDim<L> }
          >
      : Dim[]
    : Dim[]
  : never;

/** `Y` where it has the dtype of the queries and the rule gave a shape, else the message. */
export type Following<Op extends string, X, Y, What extends string, R> =
  Same<DTypeOf<X>, DTypeOf<Y>> extends true
    ? Rows<Op, Y, What> extends infer M extends string
      ? M
      : R extends string
        ? R
        : Y
    : DTypesDiffer<Op, DTypeOf<X>, DTypeOf<Y>>;

// ---- masks

/** The mask, bool or of the dtype of the queries, where it broadcasts to the scores; else the message. */
export type MaskArg<Op extends string, Q, S, M, Truth = "bool"> =
  M extends Tensor<infer _, infer E>
    ? Q extends Tensor<infer _, infer D>
      ? Same<E, Truth> extends true
        ? FittingMask<Op, S, M>
        : Same<E, D> extends true
          ? FittingMask<Op, S, M>
          : Message<"dtype", { op: Op; what: "the mask"; expected: `bool or ${D}`; actual: E }>
      : never
    : never;

type FittingMask<Op extends string, S, M> = S extends Shape ? FitsTo<Op, ShapeOf<M>, S, M> : M;

// ---- attention

export interface AttentionOptions {
  /** Query i sees the keys j ≤ i only. */
  readonly causal?: boolean;
  /** What scores are multiplied with, 1/√d when left out. */
  readonly scale?: number;
}

export interface AttentionFn<Op extends string = "attention"> {
  <Q extends AnyTensor, K extends AnyTensor, V extends AnyTensor, M extends AnyTensor = never>(
    q: Rows<Op, Q, "q">,
    k: Following<Op, Q, K, "k", Scores<Op, ShapeOf<Q>, ShapeOf<K>>>,
    v: Following<Op, Q, V, "v", Attend<Op, Scores<Op, ShapeOf<Q>, ShapeOf<K>>, ShapeOf<K>, ShapeOf<V>>>,
    options?: AttentionOptions & {
      /** Scores that count: bool, true where a query may see a key; or numbers that are added to the scores. */
      readonly mask?: MaskArg<Op, Q, Scores<Op, ShapeOf<Q>, ShapeOf<K>>, M>;
    },
  ): Of<Attend<Op, Scores<Op, ShapeOf<Q>, ShapeOf<K>>, ShapeOf<K>, ShapeOf<V>>, DTypeOf<Q>>;
}

interface AttentionSizes {
  readonly q: TensorSize;
  readonly k: TensorSize;
  readonly v: TensorSize;
  readonly mask?: TensorSize | undefined;
  /** The shape that messages give for k, where it is not that of the operand. */
  readonly shownK?: readonly Size[];
}

function rowsOf(op: string, what: string, x: TensorSize): { batch: readonly Size[]; rows: Size; columns: Size } {
  takenDType(op, "float", x.dtype, what);
  const [rows, columns] = x.shape.slice(-2);
  if (rows !== undefined && columns !== undefined) return { batch: x.shape.slice(0, -2), rows, columns };
  throw shapeError("minimumRank", { op, what, shape: showShape(x.shape), expected: 2 });
}

function meet(op: string, what: string, [left, a]: readonly [string, Size], right: readonly Size[], b: Size): void {
  if (equalSize(a, b)) return;
  throw shapeError("innerAxes", { op, what, left, right: showShape(right), a: showSize(a), b: showSize(b) });
}

/** Twin of `AttentionFn`: the shape of the scores. */
export function attentionScores(op: string, { q, k, v, mask, shownK = k.shape }: AttentionSizes): Size[] {
  const queries = rowsOf(op, "q", q);
  commonDType(op, "float", [q.dtype, k.dtype]);
  const keys = rowsOf(op, "k", k);
  meet(op, "k", [`q ${showShape(q.shape)}`, queries.columns], k.shape, keys.columns);
  const batch = broadcastShapes(op, queries.batch, keys.batch, "batchShapes");
  commonDType(op, "float", [q.dtype, v.dtype]);
  const values = rowsOf(op, "v", v);
  meet(op, "v", [`k ${showShape(shownK)}`, keys.rows], v.shape, values.rows);
  broadcastShapes(op, batch, values.batch, "batchShapes");
  const scores = [...batch, queries.rows, keys.rows];
  if (mask === undefined) return scores;
  if (mask.dtype !== "bool" && mask.dtype !== q.dtype) {
    throw shapeError("dtype", { op, what: "the mask", expected: `bool or ${q.dtype}`, actual: mask.dtype });
  }
  fitsTo(op, mask.shape, scores);
  return scores;
}

// ---- rotary embedding

/** The operand, whose last axis is pairs, or the message. */
type Pairs<Op extends string, X> =
  Rows<Op, X, "the operand"> extends infer M extends string
    ? M
    : Parts<ShapeOf<X>> extends { columns: infer D extends Dim }
      ? EvenAxis<Op, D, X>
      : X;

type EvenAxis<Op extends string, D extends Dim, X> = D extends number
  ? [ExactDiv<D, 2>] extends [never]
    ? Message<"evenAxis", { op: Op; what: "the last axis"; size: D }>
    : X
  : X;

/** The positions, i32 or floats that broadcast to all axes but the last, or the message. */
type PositionsArg<Op extends string, X, P> =
  Takes<Op, "numeric", P, "positions"> extends infer M extends string
    ? M
    : ShapeOf<X> extends [...infer Rest extends Shape, unknown]
      ? FitsTo<Op, ShapeOf<P>, Rest, P>
      : P;

export interface RotaryFn<Op extends string = "rotaryEmbedding"> {
  <X extends AnyTensor, P extends AnyTensor = never>(
    x: Pairs<Op, X>,
    options?: {
      /** The slowest pair turns once in 2π · base positions; 10000 when left out. */
      readonly base?: number;
      /** Where the rows stand, 0 … n − 1 when left out. */
      readonly positions?: PositionsArg<Op, X, P>;
      /** Pairs are neighbours (0, 1), (2, 3) …; when left out, elements of the two halves: (0, d/2), (1, d/2 + 1) … */
      readonly interleaved?: boolean;
    },
  ): X;
}

/** Twin of `RotaryFn`: the number of pairs. */
export function rotaryPairs(op: string, x: TensorSize, positions: TensorSize | undefined): Size {
  const { columns } = rowsOf(op, "the operand", x);
  const pairs = divideSize(columns, 2);
  if (pairs === undefined) throw shapeError("evenAxis", { op, what: "the last axis", size: showSize(columns) });
  if (positions === undefined) return pairs;
  takenDType(op, "numeric", positions.dtype, "positions");
  fitsTo(op, positions.shape, x.shape.slice(0, -1));
  return pairs;
}
