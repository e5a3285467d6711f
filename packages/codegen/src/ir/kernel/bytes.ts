/** Bytes of an element in memory. */
import type { DType } from "@tapeless/types/compiler";

export const elementBytes: Readonly<Record<DType, number>> = { f64: 8, f32: 4, i32: 4, bool: 1 };
