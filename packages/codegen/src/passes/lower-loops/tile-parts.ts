/** What the parts of a tiled contraction share: the panels they pack, and how one function calls another. */
import { addSize, type Index, namedSize, type Size } from "@tapeless/types/compiler";
import { linearIn } from "../../ir/kernel/flat-kernel.js";
import {
  type Arg,
  type BufferParam,
  bufferParam,
  type CallFunction,
  type LoopFunction,
  passedParams,
  type Stmt,
} from "../../ir/loop/index.js";
import type { Factor } from "../schedule/factors.js";
import { blockRows, blockTerms } from "../schedule/tile.js";
import type { TileSchedule } from "../schedule/types.js";

export const rowPanel = "rowPanel";
export const columnPanel = "columnPanel";

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

export function stridedOf({ buffer, index }: Pick<Factor, "buffer" | "index">, schedule: TileSchedule): Strided {
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

/** A function and how to call it: from where its buffer, and with which sizes beyond the dimensions. */
export interface Part {
  readonly fn: LoopFunction;
  readonly call: (from: Index, values: Readonly<Record<string, Size>>) => CallFunction;
}

/** A loop over the starts of blocks. */
export const blockLoop = (index: string, to: Size, step: number, body: readonly Stmt[]): Stmt => ({
  kind: "For",
  index,
  from: 0,
  to,
  step,
  unroll: "none",
  body,
});

export const panelSize = (name: string): number => blockTerms * (name === rowPanel ? blockRows : 3);
export const isPanel = (name: string): boolean => name === rowPanel || name === columnPanel;
export const scratchParam = (name: string): BufferParam => bufferParam(name, "scratch", "f64", panelSize(name));

/** Arguments in the order of the parameters: the buffer, then sizes: those that `values` gives, else passed through. */
export function callPart(
  fn: LoopFunction,
  buffer: string,
  from: Index,
  values: Readonly<Record<string, Size>>,
): CallFunction {
  const args = passedParams(fn).map((param): Arg => {
    if (param.kind === "BufferParam") return { kind: "BufferArg", buffer, offset: from };
    return { kind: "SizeArg", value: values[param.name] ?? namedSize(param.name) };
  });
  return { kind: "CallFunction", function: fn.name, args };
}

/** The part called by roles instead of the names that its parameters happen to have. */
export const renamed = (part: Part, names: Readonly<Record<string, string>>): Part => ({
  fn: part.fn,
  call: (from, values) =>
    part.call(from, Object.fromEntries(Object.entries(values).map(([role, value]) => [names[role] ?? role, value]))),
});
