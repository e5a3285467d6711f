/** Row-major positions: the one place that says how an index of several axes becomes an index in flat storage. */
import { addSize, type Index, mulSize, type Size } from "@tapeless/types/compiler";

/** `Σ index·stride`, the last axis contiguous. */
export const flatIndex = (index: readonly Index[], shape: readonly Size[]): Index =>
  index.reduce<Index>((flat, at, axis) => addSize(mulSize(flat, shape[axis] ?? 1), at), 0);
