/** What driver and parts of a tiled contraction share: the panels, and loops over blocks. */
import { addSize, namedSize, type Size, subSize } from "@tapeless/types/compiler";
import { type BufferParam, bufferParam, type Stmt } from "../../ir/loop/index.js";
import { keptLength } from "../schedule/kept-panels.js";
import { blockRows, blockTerms, tileColumns, tileRows } from "../schedule/tile.js";

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

/** Panels of columns that are packed before a loop. */
export const keptPanel = (column: number): string => numbered("keptPanel", column);
export const keptPanels = named(tileColumns, keptPanel);

const rowPanels = named(tileRows, rowPanel);
/** Those that products share. */
export const sharedPanels: readonly string[] = [...rowPanels, ...named(tileColumns, columnPanel)];
export const allPanels: readonly string[] = [...sharedPanels, ...keptPanels];

export const sum = (...sizes: readonly Size[]): Size => sizes.reduce(addSize, 0);

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

export function panelSize(name: string): number {
  if (keptPanels.includes(name)) return keptLength;
  return blockTerms * (rowPanels.includes(name) ? blockRows / tileRows : 1);
}

export const isPanel = (name: string): boolean => allPanels.includes(name);
export const scratchParam = (name: string): BufferParam => bufferParam(name, "scratch", "f64", panelSize(name));
