/** What the parts of a tiled contraction share: the panels they pack, and how one function calls another. */
import { type Index, namedSize, type Size } from "@tapeless/types/compiler";
import {
  type Arg,
  type BufferParam,
  bufferParam,
  type CallFunction,
  type LoopFunction,
  passedParams,
  type Stmt,
} from "../../ir/loop/index.js";
import { blockTerms } from "../schedule/tile.js";

/** Rows that are packed at once. */
export const blockRows = 64;

export const rowPanel = "rowPanel";
export const columnPanel = "columnPanel";

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
