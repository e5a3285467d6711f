/**
 * Squeeze and unsqueeze: axes of size 1 taken away, and put in.
 *
 * Invariant: only a literal 1 is squeezed. A name may be 1 at run time, but then the rank would depend on data.
 */
import type { AxisIndex, InsertAt, NewAxisArg, RemoveAt } from "./axes.js";
import { axisIndex, insertAt, newAxisIndex, removeAt } from "./axes.js";
import type { HasUnknown, Same, SameDim } from "./dims.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { showShape, showSize } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

// ---- squeeze

/** The shape without an axis of size 1, or without all of them; or the message. */
export type Squeeze<S extends Shape, Ax extends number | undefined> = [Ax] extends [number]
  ? number extends S["length"] | Ax
    ? Dim[]
    : SqueezeAt<S, Ax, AxisIndex<S, Ax>>
  : number extends S["length"]
    ? Dim[]
    : HasUnknown<S> extends true
      ? Dim[]
      : SqueezeAll<S>;

type SqueezeAt<S extends Shape, Ax extends number, Index extends number, One = 1> = [Index] extends [never]
  ? Message<"axisRange", { op: "squeeze"; axis: Ax; shape: ShowShape<S> }>
  : SameDim<S[Index], One> extends true
    ? RemoveAt<S, Index>
    : Message<"squeezeSize", { op: "squeeze"; axis: Ax; shape: ShowShape<S>; size: ShowDim<S[Index]> }>;

type SqueezeAll<S extends Shape, Done extends Shape = [], One = 1> = S extends [
  infer First extends Dim,
  ...infer Rest extends Shape,
]
  ? SqueezeAll<Rest, Same<First, One> extends true ? Done : [...Done, First], One>
  : Done;

/** Twin of `Squeeze`. */
export function squeezeShape(shape: readonly Size[], axis?: number): Size[] {
  if (axis === undefined) return shape.filter((size) => size !== 1);
  const index = axisIndex("squeeze", shape, axis);
  const size = shape[index] ?? 1;
  if (size === 1) return removeAt(shape, index);
  throw shapeError("squeezeSize", { op: "squeeze", axis, shape: showShape(shape), size: showSize(size) });
}

export interface SqueezeFn {
  /** `x` without the given axis, whose size is 1; without all axes of size 1 when none is given. */
  <S extends Shape, D extends DType, const Ax extends number | undefined = undefined>(
    x: Tensor<S, D>,
    axis?: Squeeze<S, Ax> extends infer M extends string ? M : Ax,
  ): Of<Squeeze<S, Ax>, D>;
}

// ---- unsqueeze

/** The shape with an axis of size 1 more; an axis out of range is told by the axis argument. */
export type Unsqueeze<S extends Shape, Ax extends number> = number extends S["length"] | Ax
  ? Dim[]
  : InsertAt<S, AxisIndex<[0, ...S], Ax>, 1>;

/** Twin of `Unsqueeze`. */
export const unsqueezeShape = (shape: readonly Size[], axis: number): Size[] =>
  insertAt(shape, newAxisIndex("unsqueeze", shape, axis), 1);

export interface UnsqueezeFn {
  /** `x` with a new axis of size 1 before the given one; -1 puts it last. */
  <S extends Shape, D extends DType, const Ax extends number>(
    x: Tensor<S, D>,
    axis: NewAxisArg<"unsqueeze", S, Ax>,
  ): Of<Unsqueeze<S, Ax>, D>;
}
