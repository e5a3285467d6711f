/** Calls of a function that was made for another kernel, equal to this one but for names. */
import { namedSize } from "@tapeless/types/compiler";
import type { Buffers } from "../../ir/kernel/flat-kernel.js";
import { type Signature, translation } from "../../ir/kernel/signature.js";
import { type Arg, type CallFunction, type LoopFunction, type Param, passedParams } from "../../ir/loop/index.js";
import { type LoopSchedule, type TileSchedule, withAxes } from "../schedule/types.js";
import { bufferArgOf } from "./kernel-function.js";

/** What a function depends on besides its kernel: how that loops, whatever its axes are called. */
export function scheduleKey(schedule: LoopSchedule | TileSchedule, { names }: Signature): string {
  const numbered = withAxes(schedule, new Map(names.map((name, k) => [name, `#${k}`] as const)));
  const added = Object.keys(addedTo(schedule));
  const own = numbered.form === "loops" ? { totals: added } : { epilogue: { ...numbered.epilogue, block: added } };
  return JSON.stringify({ ...numbered, ...own, why: "" });
}

export interface SharedFunction {
  readonly fn: LoopFunction;
  readonly signature: Signature;
  readonly schedule: LoopSchedule | TileSchedule;
}

/** Buffers that the schedule adds, by what they are for. */
function addedTo(schedule: LoopSchedule | TileSchedule): Readonly<Record<string, string>> {
  if (schedule.form === "loops") return schedule.totals;
  return schedule.epilogue?.block === undefined ? {} : { block: schedule.epilogue.block };
}

/** What a parameter is handed, given what its name stands for here. */
function argFor(param: Param, here: (name: string) => string, buffers: Buffers): Arg {
  switch (param.kind) {
    case "BufferParam":
      return bufferArgOf(buffers, here(param.name));
    case "ScalarParam":
      return { kind: "ScalarArg", value: { kind: "Ref", name: here(param.name), dtype: param.dtype } };
    case "SizeParam":
      return { kind: "SizeArg", value: namedSize(here(param.name)) };
  }
}

/** The call that runs `shared` for a kernel of equal signature and schedule. */
export function callFor(
  shared: SharedFunction,
  signature: Signature,
  schedule: LoopSchedule | TileSchedule,
  buffers: Buffers,
): CallFunction {
  const names = translation(shared.signature, signature);
  const own = addedTo(schedule);
  const added = new Map(Object.entries(addedTo(shared.schedule)).map(([k, name]) => [name, own[k] ?? name] as const));
  const here = (name: string): string => added.get(name) ?? names.get(name) ?? name;
  const args = passedParams(shared.fn).map((param) => argFor(param, here, buffers));
  return { kind: "CallFunction", function: shared.fn.name, args };
}
