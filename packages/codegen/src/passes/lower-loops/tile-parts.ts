/** What driver and parts of a tiled contraction share: where operands have their elements, and the panels. */
import { addSize, type Index, linearIn, namedSize, type Size, subSize } from "@tapeless/types/compiler";
import { type BufferParam, bufferParam, type Stmt } from "../../ir/loop/index.js";
import { blockRows, blockTerms, tileColumns, tileRows } from "../schedule/tile.js";
import type { TileSchedule } from "../schedule/types.js";

const numbered = (name: string, k: number): string => `${name}${k === 0 ? "" : k}`;

/**
 * Each row and each column of a tile has a panel of its own, all of one length. So a step of a micro-kernel reads its rows
 * at one index, which V8 compares with one length, and its columns too: in one array, at distances, each would be another
 * index and another test.
 */
export const rowPanel = (row: number): string => numbered("rowPanel", row);
export const columnPanel = (column: number): string => numbered("columnPanel", column);

const named = (count: number, name: (k: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, k) => name(k));

const rowPanels = named(tileRows, rowPanel);
export const allPanels: readonly string[] = [...rowPanels, ...named(tileColumns, columnPanel)];

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

export const sum = (...sizes: readonly Size[]): Size => sizes.reduce(addSize, 0);

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

/** A loop over the starts of blocks; where there is but one, it starts at `from` and needs no loop. */
export function blockLoop(
  index: string,
  { from = 0, to, step }: { readonly from?: Size; readonly to: Size; readonly step: number },
  body: (start: Size) => readonly Stmt[],
): readonly Stmt[] {
  const length = subSize(to, from);
  if (typeof length === "number" && length <= step) return length <= 0 ? [] : body(from);
  return [{ kind: "For", index, from, to, step, unroll: "none", body: body(namedSize(index)) }];
}

export const panelSize = (name: string): number => blockTerms * (rowPanels.includes(name) ? blockRows / tileRows : 1);
export const isPanel = (name: string): boolean => allPanels.includes(name);
export const scratchParam = (name: string): BufferParam => bufferParam(name, "scratch", "f64", panelSize(name));
