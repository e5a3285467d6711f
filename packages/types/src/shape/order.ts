/**
 * Sorting, and the first few of an order along an axis.
 *
 * Invariant: `k` is at most the size of the axis; that of a name is known in the call only.
 */
import type { Less } from "./arithmetic.js";
import type { AxisArg, AxisIndex, SetAt } from "./axes.js";
import type { Unranked } from "./dims.js";
import type { Message, ShowDim } from "./messages.js";
import { shapeError } from "./messages.js";
import { alongAxis, type WithAxis } from "./reduce.js";
import type { Size } from "./size.js";
import { showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf } from "./tensor.js";

export interface SortOptions {
  /** The largest first. */
  readonly descending?: boolean;
}

/** The index of the axis that is sorted. */
export const sortAxis = alongAxis;

export interface SortFn {
  /** `axis` is the last one when left out. */
  <X extends AnyTensor, const Ax extends number = -1>(
    x: WithAxis<"sort", "numeric", X>,
    axis?: AxisArg<"sort", ShapeOf<X>, Ax>,
    options?: SortOptions,
  ): X;
}

export interface ArgSortFn {
  /** `axis` is the last one when left out. */
  <X extends AnyTensor, const Ax extends number = -1>(
    x: WithAxis<"argsort", "numeric", X>,
    axis?: AxisArg<"argsort", ShapeOf<X>, Ax>,
    options?: SortOptions,
  ): Of<ShapeOf<X>, "i32">;
}

// ---- the first few

export interface TopKOptions {
  /** The largest (when left out), or with false the smallest. */
  readonly largest?: boolean;
}

/** The shape with `K` at an axis, or the message; an axis that does not exist is told by the axis argument. */
export type TopK<S extends Shape, K extends number, Ax extends number> =
  true extends Unranked<S>
    ? Dim[]
    : number extends Ax
      ? Dim[]
      : [AxisIndex<S, Ax>] extends [never]
        ? Dim[]
        : TooMany<S[AxisIndex<S, Ax>], K> extends true
          ? Message<"topK", { op: "topK"; k: K; axis: Ax; size: ShowDim<S[AxisIndex<S, Ax>]> }>
          : SetAt<S, AxisIndex<S, Ax>, K>;

type TooMany<D, K extends number> = `${K}` extends `-${string}`
  ? true
  : D extends number
    ? number extends D | K
      ? false
      : Less<D, K>
    : false;

/** Twin of `TopK`: the index of the axis. */
export function topKAxis(shape: readonly Size[], k: number, axis = -1): number {
  const index = alongAxis("topK", shape, axis);
  const size = shape[index] ?? 0;
  if (Number.isInteger(k) && k >= 0 && !(typeof size === "number" && k > size)) return index;
  throw shapeError("topK", { op: "topK", k, axis, size: showSize(size) });
}

export interface TopKFn {
  /** `axis` is the last one when left out. */
  <X extends AnyTensor, const K extends number, const Ax extends number = -1>(
    x: WithAxis<"topK", "numeric", X>,
    k: TopK<ShapeOf<X>, K, Ax> extends infer M extends string ? M : K,
    axis?: AxisArg<"topK", ShapeOf<X>, Ax>,
    options?: TopKOptions,
  ): {
    readonly values: Of<TopK<ShapeOf<X>, K, Ax>, DTypeOf<X>>;
    readonly indices: Of<TopK<ShapeOf<X>, K, Ax>, "i32">;
  };
}
