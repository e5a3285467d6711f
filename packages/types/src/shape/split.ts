/**
 * Split and chunk: an axis cut into consecutive pieces.
 *
 * Invariant: the pieces are the whole axis, nothing is left out; there are as many results as there are pieces.
 */

import type { Add } from "./arithmetic.js";
import type { AxisArg, AxisIndex, SetAt } from "./axes.js";
import { axisIndex } from "./axes.js";
import type { DivDim } from "./dims.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { addSize, divideSize, equalSize, showShape, showSize } from "./size.js";
import type { Dim, DType, Shape, Tensor } from "./tensor.js";

type AxisDim<S extends Shape, Ax extends number> = S[AxisIndex<S, Ax>];

/** The shape with another size at an axis; of unknown rank where that is unknown. */
type Resized<S extends Shape, Ax extends number, N extends Dim> = number extends S["length"] | Ax
  ? Dim[]
  : SetAt<S, AxisIndex<S, Ax>, N>;

// ---- split

type SumOf<L extends readonly number[], Done extends number = 0> = L extends readonly [
  infer First extends number,
  ...infer Rest extends readonly number[],
]
  ? SumOf<Rest, Add<Done, First>>
  : Done;

/** The sizes, or the message where they are not the axis. */
type SizesArg<S extends Shape, L extends readonly number[], Ax extends number> = number extends
  | S["length"]
  | L["length"]
  | L[number]
  | Ax
  ? L
  : [AxisIndex<S, Ax>] extends [never]
    ? L
    : AxisDim<S, Ax> extends infer D
      ? number extends D
        ? L
        : SumOf<L> extends D
          ? L
          : Message<"splitSizes", { op: "split"; sizes: ShowShape<L>; axis: Ax; size: ShowDim<D> }>
      : never;

/** Twin of `SizesArg`: the axis. */
export function splitAxis(shape: readonly Size[], sizes: readonly number[], axis: number): number {
  const index = axisIndex("split", shape, axis);
  const size = shape[index] ?? 0;
  if (equalSize(sizes.reduce(addSize, 0), size) && sizes.every((each) => Number.isInteger(each) && each >= 0))
    return index;
  throw shapeError("splitSizes", { op: "split", sizes: showShape(sizes), axis, size: showSize(size) });
}

export interface SplitFn {
  <S extends Shape, D extends DType, const L extends readonly number[], const Ax extends number = 0>(
    x: Tensor<S, D>,
    sizes: SizesArg<S, L, Ax>,
    axis?: AxisArg<"split", S, Ax>,
  ): { -readonly [i in keyof L]: Tensor<Resized<S, Ax, L[i]>, D> };
}

// ---- chunk

/** A list of `N` of the same. */
type Times<T, N extends number, Done extends T[] = []> = number extends N
  ? T[]
  : Done["length"] extends N
    ? Done
    : Times<T, N, [...Done, T]>;

/** The size of each part; `never` where the axis does not divide. */
type PartSize<D, N extends number> = DivDim<D, N>;

type CountArg<S extends Shape, N extends number, Ax extends number> = number extends S["length"] | N | Ax
  ? N
  : [AxisIndex<S, Ax>] extends [never]
    ? N
    : [PartSize<AxisDim<S, Ax>, N>] extends [never]
      ? Message<"chunks", { op: "chunk"; axis: Ax; size: ShowDim<AxisDim<S, Ax>>; count: N }>
      : N;

/** Twin of `PartSize` and `CountArg`: the axis and the size of each part. */
export function chunkPart(
  shape: readonly Size[],
  count: number,
  axis: number,
): { readonly index: number; readonly part: Size } {
  const index = axisIndex("chunk", shape, axis);
  const size = shape[index] ?? 0;
  const part = Number.isInteger(count) && count > 0 ? divideSize(size, count) : undefined;
  if (part !== undefined) return { index, part };
  throw shapeError("chunks", { op: "chunk", axis, size: showSize(size), count });
}

export interface ChunkFn {
  <S extends Shape, D extends DType, const N extends number, const Ax extends number = 0>(
    x: Tensor<S, D>,
    count: CountArg<S, N, Ax>,
    axis?: AxisArg<"chunk", S, Ax>,
  ): Times<Tensor<Resized<S, Ax, PartSize<AxisDim<S, Ax>, N> & Dim>, D>, N>;
}
