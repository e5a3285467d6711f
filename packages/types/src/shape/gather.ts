/**
 * Gather and scatterAdd: rows of a table by index, and sums into its rows. Each is the transpose of the other.
 *
 * Invariant: the axes of the indices stand in the place of the table's first axis.
 */
import type { Same, SameShape, Unranked } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalShape, showShape } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf } from "./tensor.js";

// ---- gather

/** Indices `[...I]` into a table `[V, ...R]` give `[...I, ...R]`; or the message. */
export type Gather<Op extends string, Table extends Shape, Indices extends Shape> = true extends
  | Unranked<Table>
  | Unranked<Indices>
  ? Dim[]
  : Table extends [infer _, ...infer Row extends Shape]
    ? [...Indices, ...Row]
    : Message<"minimumRank", { op: Op; what: "the table"; shape: ShowShape<Table>; expected: 1 }>;

/** The table, or the message when it has no rows. */
type TableArg<Op extends string, X> = Gather<Op, ShapeOf<X>, []> extends infer M extends string ? M : X;

/** Twin of `Gather`. */
export function gatherShape(op: string, table: readonly Size[], indices: readonly Size[]): Size[] {
  if (table.length > 0) return [...indices, ...table.slice(1)];
  throw shapeError("minimumRank", { op, what: "the table", shape: showShape(table), expected: 1 });
}

export interface GatherFn {
  /** The rows of a table at the given indices: an embedding. */
  <X extends AnyTensor, I extends AnyTensor>(
    table: TableArg<"gather", X>,
    indices: Takes<"gather", "integer", I, "the indices">,
  ): Of<Gather<"gather", ShapeOf<X>, ShapeOf<I>>, DTypeOf<X>>;
}

/** Twin of the rule of `GatherFn`. */
export function gatherSize(table: TensorSize, indices: TensorSize): TensorSize {
  const shape = gatherShape("gather", table.shape, indices.shape);
  takenDType("gather", "integer", indices.dtype, "the indices");
  return { shape, dtype: table.dtype };
}

// ---- scatterAdd

/** The table, numeric and with rows, or the message. */
type BaseArg<X> =
  Takes<"scatterAdd", "numeric", X, "the table"> extends infer M extends string ? M : TableArg<"scatterAdd", X>;

/** The updates, or the message when they are not what `gather` would give. */
type UpdatesArg<X, I, U> =
  Same<DTypeOf<X>, DTypeOf<U>> extends true
    ? UpdatesOfShape<ShapeOf<X>, ShapeOf<I>, Gather<"scatterAdd", ShapeOf<X>, ShapeOf<I>>, U>
    : DTypesDiffer<"scatterAdd", DTypeOf<X>, DTypeOf<U>>;

type UpdatesOfShape<Base extends Shape, I extends Shape, Expected, U> = Expected extends infer E extends Shape
  ? SameShape<E, ShapeOf<U>> extends true
    ? U
    : Message<
        "updates",
        {
          op: "scatterAdd";
          actual: ShowShape<ShapeOf<U>>;
          base: ShowShape<Base>;
          indices: ShowShape<I>;
          expected: ShowShape<E>;
        }
      >
  : U;

/** Twin of the rule of `ScatterAddFn`. */
export function scatterAddSize(base: TensorSize, indices: TensorSize, updates: TensorSize): TensorSize {
  const op = "scatterAdd";
  takenDType(op, "numeric", base.dtype, "the table");
  const expected = gatherShape(op, base.shape, indices.shape);
  takenDType(op, "integer", indices.dtype, "the indices");
  commonDType(op, "numeric", [base.dtype, updates.dtype]);
  if (equalShape(expected, updates.shape)) return base;
  throw shapeError("updates", {
    op,
    actual: showShape(updates.shape),
    base: showShape(base.shape),
    indices: showShape(indices.shape),
    expected: showShape(expected),
  });
}

export interface ScatterAddFn {
  /** A copy of `base` with `updates[i]` added to row `indices[i]`; a row named twice gets both. */
  <X extends AnyTensor, I extends AnyTensor, U extends AnyTensor>(
    base: BaseArg<X>,
    indices: Takes<"scatterAdd", "integer", I, "the indices">,
    updates: UpdatesArg<X, I, U>,
  ): X;
}
