/** What `tapeless explain` says of a compiled function: counts of its kernels, and why they loop as they do. */
import { addSize, type Func, mulSize, type Size, scanAttrs, showSize } from "@tapeless/types/compiler";
import type { Count, ExplainKernel, ExplainReport } from "../diagnostics/explain-report.js";
import { buffersOf } from "../ir/kernel/flat-kernel.js";
import { heldBuffers, type Schedule } from "../passes/schedule/types.js";
import { kernelsOf, workOf } from "../passes/schedule/work.js";
import type { Compiled } from "./compile-function.js";

const countOf = (size: Size): Count => (typeof size === "number" ? size : showSize(size));

/** Equations, those of bodies of loops included. */
const countEqns = (func: Func): number =>
  func.eqns.reduce((sum, eqn) => sum + 1 + eqn.funcs.reduce((inner, body) => inner + countEqns(body), 0), 0);

/** Equations in the bodies of checkpoints that compute again. */
const countAgain = (func: Func): number =>
  func.eqns.reduce((sum, eqn) => {
    const count = eqn.op === "scan" && scanAttrs(eqn.attrs).recompute ? countEqns : countAgain;
    return sum + eqn.funcs.reduce((inner, body) => inner + count(body), 0);
  }, 0);

function scheduleText(schedule: Schedule | undefined): string {
  switch (schedule?.form) {
    case "straight":
      return "straight line";
    case "tile":
      return `tiled ${schedule.tile.join("x")}`;
    case "loops":
      return schedule.unroll === 1 ? "loops" : `loops, unrolled ${schedule.unroll}`;
    case undefined:
      return "";
  }
}

/** The report of one function. */
export function explainFunction(name: string, { tensor, planned }: Compiled): ExplainReport {
  const buffers = buffersOf(planned.program);
  let [flops, read, written]: Size[] = [0, 0, 0];
  const kernels = [...kernelsOf(planned.program.steps)].map(({ kernel, times }): ExplainKernel => {
    const schedule = planned.schedules.get(kernel.name);
    const work = workOf(kernel, buffers, heldBuffers(kernel, schedule));
    flops = addSize(flops ?? 0, mulSize(times, work.flops));
    read = addSize(read ?? 0, mulSize(times, work.bytesRead));
    written = addSize(written ?? 0, mulSize(times, work.bytesWritten));
    return {
      name: kernel.name,
      comment: kernel.comment,
      schedule: scheduleText(schedule),
      reason: schedule?.why ?? "",
      flops: countOf(mulSize(times, work.flops)),
      bytes: countOf(mulSize(times, addSize(work.bytesRead, work.bytesWritten))),
      spans: kernel.spans,
    };
  });
  return {
    name,
    ops: countEqns(tensor),
    opsAgain: countAgain(tensor),
    flops: countOf(flops ?? 0),
    bytesRead: countOf(read ?? 0),
    bytesWritten: countOf(written ?? 0),
    arenaBytes: countOf(planned.memory.bytes),
    kernels,
  };
}
