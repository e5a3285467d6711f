/**
 * Does joining pay? It does where the sums are looped over as before, and are at hand when they are complete.
 *
 * Invariant: what is joined here `schedule` can schedule: sums in registers, or in the tiles of a contraction.
 */
import { type Buffers, flatParts, flattenKernel } from "../../ir/kernel/flat-kernel.js";
import type { Kernel } from "../../ir/kernel/nodes.js";
import { applyOrder } from "../schedule/collapse.js";
import { reachOf, scheduleLoops, unrollOf } from "../schedule/loops.js";
import { scheduleTile } from "../schedule/tile.js";
import type { LoopSchedule, TileSchedule } from "../schedule/types.js";

const sameLoops = (a: LoopSchedule | TileSchedule, b: LoopSchedule | TileSchedule): boolean =>
  JSON.stringify([a.form, a.order]) === JSON.stringify([b.form, b.order]);

function fitsLoops(kernel: Kernel, schedule: LoopSchedule, buffers: Buffers): boolean {
  const flat = applyOrder(flattenKernel(kernel, buffers), schedule.order);
  const axes = flat.axes.map((axis) => axis.name);
  const integers = new Set(flat.lets.map((each) => each.name));
  const reaches = flat.writes.map((write) => reachOf(write, axes, integers, schedule.unroll === "full"));
  if (reaches.every((reach) => reach === "register")) return true;
  const [, epilogue] = flatParts(flat);
  if (epilogue === undefined || unrollOf(epilogue) !== "full") return false; // one for each column
  return reaches.every((reach) => reach === "columns");
}

export function pays(maker: Kernel, joined: Kernel, buffers: Buffers): boolean {
  const [before, after] = [scheduleTile(maker, buffers), scheduleTile(joined, buffers)];
  if (before !== undefined || after !== undefined)
    return before !== undefined && after !== undefined && sameLoops(before, after);
  const [alone, both] = [scheduleLoops(maker, buffers).schedule, scheduleLoops(joined, buffers).schedule];
  return sameLoops(alone, both) && alone.unroll === both.unroll && fitsLoops(joined, both, buffers);
}
