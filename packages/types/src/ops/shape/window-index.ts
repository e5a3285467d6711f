/** The one index map of windows: position and place in the window to place in the tensor. */
import type { Index } from "../../scalar/expr.js";
import { addSize, mulSize, type Size } from "../../shape/size.js";

/** A shape's last axes, and what stands before them. */
export const spatialOf = (
  shape: readonly Size[],
  rank: number,
): { readonly lead: readonly Size[]; readonly sizes: readonly Size[] } => ({
  lead: shape.slice(0, shape.length - rank),
  sizes: shape.slice(shape.length - rank),
});

/** `[…, o…, k…]` to `[…, o · stride + k · dilation…]`. */
export function windowIndex(
  index: readonly Index[],
  stride: readonly number[],
  dilation: readonly number[],
): readonly Index[] {
  const rank = stride.length;
  const lead = index.length - 2 * rank;
  const along = stride.map((step, axis) =>
    addSize(mulSize(step, index[lead + axis] ?? 0), mulSize(dilation[axis] ?? 1, index[lead + rank + axis] ?? 0)),
  );
  return [...index.slice(0, lead), ...along];
}
