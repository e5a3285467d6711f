/** Constructors of LoopIR nodes for passes and tests. Invariant: they only name fields; what they make may still fail verify. */
import type { Call, Combine, Const, DType, Index, Load, Ref, ScalarExpr, Size } from "@tapeless/types/compiler";
import type { Accumulate, BufferParam, For, Let, Local, ProgramBuffer, Space, Stmt, Store, Update } from "./nodes.js";

export const constant = (value: number, dtype: DType): Const => ({ kind: "Const", value, dtype });

export const ref = (name: string, dtype: DType): Ref => ({ kind: "Ref", name, dtype });

export const load = (buffer: string, index: Index, dtype: DType): Load => ({
  kind: "Load",
  buffer,
  index: [index],
  dtype,
});

export const store = (buffer: string, index: Index, value: ScalarExpr): Store => ({
  kind: "Store",
  buffer,
  index,
  value,
});

export const accumulate = (buffer: string, index: Index, combine: Combine, value: ScalarExpr): Accumulate => ({
  kind: "Accumulate",
  buffer,
  index,
  combine,
  value,
});

export const bind = (name: string, value: ScalarExpr): Let => ({ kind: "Let", name, dtype: value.dtype, value });

export const local = (name: string, value: ScalarExpr): Local => ({ kind: "Local", name, dtype: value.dtype, value });

export const update = (name: string, combine: Update["combine"], value: ScalarExpr): Update => ({
  kind: "Update",
  name,
  combine,
  value,
});

export const loop = (index: string, to: Size, body: readonly Stmt[], unroll: For["unroll"] = "none"): For => ({
  kind: "For",
  index,
  from: 0,
  to,
  step: 1,
  unroll,
  body,
});

export const bufferParam = (name: string, space: Space, dtype: DType, size: Size, offset = false): BufferParam => ({
  kind: "BufferParam",
  name,
  space,
  dtype,
  size,
  offset,
});

export const programBuffer = (name: string, space: Space, dtype: DType, size: Size, offset?: Size): ProgramBuffer => ({
  kind: "ProgramBuffer",
  name,
  space,
  dtype,
  size,
  ...(offset === undefined ? {} : { offset }),
});

const combineBuiltin = { sum: "add", max: "max", min: "min" } as const satisfies Record<Combine, Call["fn"]>;

/** What `Update` and `Accumulate` compute: `left` is the value held so far. */
export const combined = (combine: Combine, left: ScalarExpr, right: ScalarExpr): Call => ({
  kind: "Call",
  fn: combineBuiltin[combine],
  args: [left, right],
  dtype: left.dtype,
});
