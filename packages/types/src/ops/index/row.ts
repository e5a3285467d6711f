/** Row indices that are computed: whether one is a row, and the row to read or write where it is none. */
import type { ScalarBuilder } from "../../scalar/builder.js";
import type { ScalarExpr } from "../../scalar/expr.js";
import { type Size, subSize } from "../../shape/size.js";

/** 0 ≤ index < rows. */
export const isRow = (s: ScalarBuilder, index: ScalarExpr, rows: Size): ScalarExpr =>
  s.and(s.greaterEqual(index, 0), s.less(index, s.position(rows)));

/** The index, or the first or last row: a place that exists, for an update that is zero. */
export const nearestRow = (s: ScalarBuilder, index: ScalarExpr, rows: Size): ScalarExpr =>
  s.max(s.min(index, s.position(subSize(rows, 1))), 0);
