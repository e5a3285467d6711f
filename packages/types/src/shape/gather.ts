/**
 * Gather and scatterAdd: rows of a table by index, and sums into its rows. Each is the transpose of the other.
 *
 * Invariant: the axes of the indices stand in the place of the table's first axis.
 */
import type { SameShape, Unranked } from "./dims.js";
import type { SameDType, Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalShape, showShape } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

// ---- gather

/** Indices `[...I]` into a table `[V, ...R]` give `[...I, ...R]`; or the message. */
export type Gather<Op extends string, Table extends Shape, Indices extends Shape> = true extends
  | Unranked<Table>
  | Unranked<Indices>
  ? Dim[]
  : Table extends [Dim, ...infer Row extends Shape]
    ? [...Indices, ...Row]
    : Message<"minimumRank", { op: Op; what: "the table"; shape: ShowShape<Table>; expected: 1 }>;

/** The table, or the message when it has no rows. */
type TableArg<Op extends string, S extends Shape, D extends DType> =
  Gather<Op, S, []> extends infer M extends string ? M : Tensor<S, D>;

/** Twin of `Gather`. */
export function gatherShape(op: string, table: readonly Size[], indices: readonly Size[]): Size[] {
  if (table.length > 0) return [...indices, ...table.slice(1)];
  throw shapeError("minimumRank", { op, what: "the table", shape: showShape(table), expected: 1 });
}

export interface GatherFn {
  /** The rows of a table at the given indices: an embedding. */
  <S extends Shape, D extends DType, I extends Shape, P extends DType>(
    table: TableArg<"gather", S, D>,
    indices: Takes<"gather", "integer", P, Tensor<I, P>, "the indices">,
  ): Of<Gather<"gather", S, I>, D>;
}

// ---- scatterAdd

/** The updates, or the message when they are not of the shape that `gather` would give. */
type Updates<Base extends Shape, I extends Shape, U extends Shape, D extends DType> =
  Gather<"scatterAdd", Base, I> extends infer Expected extends Shape
    ? SameShape<Expected, U> extends true
      ? Tensor<U, D>
      : Message<
          "updates",
          {
            op: "scatterAdd";
            actual: ShowShape<U>;
            base: ShowShape<Base>;
            indices: ShowShape<I>;
            expected: ShowShape<Expected>;
          }
        >
    : Tensor<U, D>;

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
  <S extends Shape, D extends DType, I extends Shape, P extends DType, U extends Shape, E extends DType>(
    base: Takes<"scatterAdd", "numeric", D, TableArg<"scatterAdd", S, D>, "the table">,
    indices: Takes<"scatterAdd", "integer", P, Tensor<I, P>, "the indices">,
    updates: SameDType<"scatterAdd", D, E, Updates<S, I, U, E>>,
  ): Tensor<S, D>;
}

/** Twin of the rule of `GatherFn`. */
export function gatherSize(table: TensorSize, indices: TensorSize): TensorSize {
  const shape = gatherShape("gather", table.shape, indices.shape);
  takenDType("gather", "integer", indices.dtype, "the indices");
  return { shape, dtype: table.dtype };
}
