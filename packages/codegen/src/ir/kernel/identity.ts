/** What a combination of nothing is. */
import type { Combine, DType } from "@tapeless/types/compiler";

/** `identity ∘ x = x`: 0 for sums, the far end of the range for max and min. */
export function identityOf(combine: Combine, dtype: DType): number {
  switch (combine) {
    case "sum":
      return 0;
    case "max":
      return dtype === "i32" ? -(2 ** 31) : dtype === "bool" ? 0 : Number.NEGATIVE_INFINITY;
    case "min":
      return dtype === "i32" ? 2 ** 31 - 1 : dtype === "bool" ? 1 : Number.POSITIVE_INFINITY;
  }
}
