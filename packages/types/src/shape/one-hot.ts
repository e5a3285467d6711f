/**
 * One-hot rows: an index becomes a row that is 1 there and 0 elsewhere.
 *
 * Invariant: the new axis is the last one, and its size is the depth.
 */
import type { Takes } from "./dtypes.js";
import { takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Size } from "./size.js";
import { toSize } from "./size.js";
import type { AnyTensor, Dim, DType, ShapeOf, Tensor } from "./tensor.js";

/** Twin of the rule of `OneHotFn`. */
export function oneHotSize(indices: TensorSize, depth: Size | string, dtype: DType = "f32"): TensorSize {
  takenDType("oneHot", "integer", indices.dtype, "the indices");
  return { shape: [...indices.shape, typeof depth === "string" ? toSize(depth) : depth], dtype };
}

export interface OneHotFn {
  /** A row of `depth` elements for every index: 1 at the index, 0 elsewhere; f32 when no dtype is given. */
  <I extends AnyTensor, const N extends Dim, const D extends DType = "f32">(
    indices: Takes<"oneHot", "integer", I, "the indices">,
    depth: N,
    dtype?: D,
  ): Tensor<[...ShapeOf<I>, N], D>;
}
