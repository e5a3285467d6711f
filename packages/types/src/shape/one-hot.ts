/**
 * One-hot rows: an index becomes a row that is 1 there and 0 elsewhere.
 *
 * Invariant: the size of the new axis is the depth.
 */
import type { AxisIndex, InsertAt, NewAxisArg } from "./axes.js";
import { newAxisIndex } from "./axes.js";
import type { Same, Unranked } from "./dims.js";
import type { Takes } from "./dtypes.js";
import { takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { AnyTensor, Dim, DType, Shape, ShapeOf, Tensor } from "./tensor.js";

/** Twin of the rule of `OneHotFn`: the index of the new axis. */
export function oneHotAxis(indices: TensorSize, axis = -1): number {
  takenDType("oneHot", "integer", indices.dtype, "the indices");
  return newAxisIndex("oneHot", indices.shape, axis);
}

export interface OneHotOptions {
  /** Where the new axis stands in the result; -1, the last, when left out. */
  readonly axis?: number;
  /** What stands at the index; 1 when left out. */
  readonly on?: number;
  /** What stands elsewhere; 0 when left out. */
  readonly off?: number;
}

export interface OneHotFn {
  <I extends AnyTensor, const N extends Dim, const D extends DType = "f32", const Ax extends number = -1>(
    indices: Takes<"oneHot", "integer", I, "the indices">,
    depth: N,
    dtype?: D,
    options?: OneHotOptions & { readonly axis?: NewAxisArg<"oneHot", ShapeOf<I>, Ax> },
  ): Tensor<OneHot<ShapeOf<I>, N, Ax>, D>;
}

/** The shape with the depth as a new axis; the argument carries the message. */
type OneHot<S extends Shape, N extends Dim, Ax extends number, Last extends number = -1> =
  Same<Ax, Last> extends true
    ? [...S, N]
    : true extends Unranked<S>
      ? Dim[]
      : number extends Ax
        ? Dim[]
        : [AxisIndex<[0, ...S], Ax>] extends [never]
          ? Dim[]
          : InsertAt<S, AxisIndex<[0, ...S], Ax>, N>;
