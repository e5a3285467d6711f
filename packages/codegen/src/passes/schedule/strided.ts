/** Where an operand of a tiled contraction has its elements. */
import { type Index, linearIn, type Size } from "@tapeless/types/compiler";
import type { TileSchedule } from "./types.js";

/** Steps of an operand along the axes, and what the loops around add. */
export interface Strided {
  readonly buffer: string;
  readonly start: Index;
  readonly rows: Size;
  readonly columns: Size;
  readonly sum: Size;
  /** Along the further axes of the sum that a block has whole. */
  readonly inner: readonly Size[];
}

export function stridedOf(
  { buffer, index }: { readonly buffer: string; readonly index: Index },
  schedule: TileSchedule,
): Strided {
  const along = (rest: Index, name: string): { factor: Size; rest: Index } =>
    linearIn(rest, name) ?? { factor: 0, rest };
  const rows = along(index, schedule.rows);
  const columns = along(rows.rest, schedule.columns);
  const terms = along(columns.rest, schedule.sum);
  let { rest } = terms;
  const inner = schedule.inner.map((name) => {
    const step = along(rest, name);
    rest = step.rest;
    return step.factor;
  });
  return { buffer, start: rest, rows: rows.factor, columns: columns.factor, sum: terms.factor, inner };
}
