/** The value of a size in arithmetic. */
import { vocabulary } from "../graph/emit.js";
import { asTraced } from "../graph/tensor.js";
import type { Size } from "../shape/size.js";
import type { AnyTensor, DType } from "../shape/tensor.js";

/** A size as a scalar: a number where it is known, else what it is at run time. */
export function sizeValue(size: Size, dtype: DType): AnyTensor | number {
  if (typeof size === "number") return size;
  const o = vocabulary();
  return asTraced(o.cast(o.sizeOf({ size, shape: [] }), { dtype }), "sizeOf");
}
