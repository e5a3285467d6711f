/**
 * A nest of loops for a kernel: which axis runs inside which, which become one, how often the innermost body is copied.
 *
 * Invariant: any choice here computes the same kernel; sums only ever gain accumulators.
 */
import { inlinedAtMost, linearIn, namesOf, type ScalarExpr, type Size } from "@tapeless/types/compiler";
import { bytesInlined, costOf } from "../../ir/kernel/cost.js";
import {
  accessesOf,
  type Buffers,
  bufferNamed,
  expressionsOf,
  type FlatKernel,
  type FlatWrite,
  flattenKernel,
} from "../../ir/kernel/flat-kernel.js";
import type { Kernel, Sweep } from "../../ir/kernel/nodes.js";
import { applyOrder, collapsibleOrder } from "./collapse.js";
import { guardOf } from "./guard.js";
import type { LoopOrder, LoopSchedule } from "./types.js";

/** Accumulators, and copies of an elementwise body: 0.40 ns a step against 0.67 with one; 1.5 times (performance.md). */
export const unrollFactor = 4;
/**
 * Above this four copies cost more than they bring; above twice as much a body hides the latency of its additions itself. With one
 * test for all copies twice as much.
 */
const longBody = 40;
/** Totals that copies of a body may have together: with more, some are in memory. */
const registers = 16;
/** Trip counts up to this are written out. */
const fullUnrollTrips = 16;
/** Statements that writing out may make. */
const fullUnrollBudget = 96;
/** Multiply-adds, or as much of something else, that are as fast in a loop, whose code stays small (performance.md, "Tiny shapes"). */
const writtenOutWork = 256;

/** How a combining write finds its place as the nest runs. */
export type Reach = "register" | "columns" | "memory";

/**
 * `register`: the kept axes are the outermost loops, so it collects in a register and is stored after the inner ones.
 * `columns`: besides these the innermost axis is kept, and that is written out: one register for each of its positions.
 * Otherwise its terms go to memory one by one. `undefined` for a write that reduces nothing.
 */
export function reachOf(
  write: FlatWrite,
  axes: readonly string[],
  integers: ReadonlySet<string>,
  writtenOut: boolean,
): Reach | undefined {
  if (write.combine === "set") return undefined;
  const names = new Set(namesOf(write.index));
  if ([...names].some((name) => integers.has(name))) return "memory";
  const kept = axes.filter((axis) => names.has(axis));
  if (kept.length === axes.length) return write.keep ? "memory" : undefined;
  const outermost = (list: readonly string[]): boolean => list.every((axis, k) => axis === axes[k]);
  if (outermost(kept)) return "register";
  return writtenOut && kept.at(-1) === axes.at(-1) && outermost(kept.slice(0, -1)) ? "columns" : "memory";
}

/** Steps between neighbouring iterations of `axis` that are neither 0 nor 1 element, over all accesses. */
function strided(kernel: FlatKernel, axis: string): number {
  return accessesOf(kernel).filter(({ index }) => {
    const factor = linearIn(index, axis)?.factor;
    return factor !== 0 && factor !== 1;
  }).length;
}

/** Does this axis, run innermost, send sums to memory that could be kept in a register? */
function memoryWrites(kernel: FlatKernel, order: readonly string[]): number {
  const integers = new Set(kernel.lets.map((each) => each.name));
  const inner = kernel.axes.find((axis) => axis.name === order.at(-1));
  const writtenOut = inner !== undefined && isShort(inner.size);
  return kernel.writes.filter((write) => reachOf(write, order, integers, writtenOut) === "memory").length;
}

/** The kernel's own order, unless another axis as the innermost walks memory better. */
export function bestOrder(kernel: FlatKernel): readonly string[] {
  const own = kernel.axes.map((axis) => axis.name);
  const candidates = own.map((name) => [...own.filter((each) => each !== name), name]).reverse();
  const price = (order: readonly string[]): number =>
    strided(kernel, order.at(-1) ?? "") + 0.75 * memoryWrites(kernel, order);
  const [first = own, ...others] = candidates;
  return others.reduce((best, order) => (price(order) < price(best) ? order : best), first);
}

const isShort = (size: Size): boolean => typeof size === "number" && size <= fullUnrollTrips;

/** Does a write keep a register for each position of the innermost axis once that is written out? */
function gainsColumns(kernel: FlatKernel): boolean {
  const axes = kernel.axes.map((axis) => axis.name);
  const integers = new Set(kernel.lets.map((each) => each.name));
  return kernel.writes.some((write) => reachOf(write, axes, integers, true) === "columns");
}

/** Totals that each copy of a body has of its own. */
const totalsOf = (kernel: FlatKernel): number =>
  kernel.writes.filter(({ combine, keep }) => combine !== "set" && !keep).length;

/** How often the body of the innermost axis is copied. */
export function unrollOf(kernel: FlatKernel): number | "full" {
  const inner = kernel.axes.at(-1);
  if (inner === undefined) return 1;
  const total = (of: (expr: ScalarExpr) => number): number =>
    expressionsOf(kernel).reduce((sum, expr) => sum + of(expr), 0);
  const inlined = inlinedAtMost / total(bytesInlined);
  if (typeof inner.size === "number" && isShort(inner.size)) {
    const statements = inner.size * (kernel.lets.length + kernel.writes.length);
    const little = inner.size <= unrollFactor || inner.size * total(costOf) <= writtenOutWork;
    const gains = inner.size <= inlined && (little || gainsColumns(kernel));
    return gains && statements <= fullUnrollBudget ? "full" : 1;
  }
  const cost = total(costOf);
  const most = registers / totalsOf(kernel);
  const pays = (copies: number, longest: number): boolean => {
    const isGuarded = guardOf(kernel, inner.name, copies) !== undefined;
    return copies <= (isGuarded ? most : Math.min(inlined, most)) && cost <= (isGuarded ? 2 : 1) * longest;
  };
  if (pays(unrollFactor, longBody)) return unrollFactor;
  return pays(2, 2 * longBody) ? 2 : 1;
}

/** Sums that go to memory one by one in f32 would round each time: they are kept in double precision until the end. */
function wideTotals(kernel: FlatKernel, buffers: Buffers, writtenOut: boolean): readonly number[] {
  const axes = kernel.axes.map((axis) => axis.name);
  const integers = new Set(kernel.lets.map((each) => each.name));
  return kernel.writes.flatMap((write, k) => {
    const narrow = bufferNamed(buffers, write.buffer).dtype === "f32" && write.combine === "sum" && !write.keep;
    const fromData = namesOf(write.index).some((name) => integers.has(name));
    return narrow && !fromData && reachOf(write, axes, integers, writtenOut) === "memory" ? [k] : [];
  });
}

/** What the order is about, for the reader. */
function reason(kernel: FlatKernel, order: LoopOrder, unroll: number | "full"): string {
  const merged = order.some((group) => group.length > 1) ? ", contiguous axes as one" : "";
  const inner = kernel.axes.at(-1);
  const guard = typeof unroll === "number" && inner !== undefined ? guardOf(kernel, inner.name, unroll) : undefined;
  const tested = guard === undefined ? "" : ", operands of functions tested together";
  const copies = unroll === "full" ? ", the innermost written out" : unroll === 1 ? "" : `, ${unroll} at a time`;
  if (kernel.axes.length === 0) return "one iteration";
  return `${order.length === 1 ? "one loop" : `${order.length} nested loops`}${merged}${copies}${tested}`;
}

const then = (kernel: Kernel): string =>
  kernel.epilogue === undefined ? "" : "; what is made of each sum, right after it";

/** The last axis has its order, and what it hands on from one iteration to the next hides no latency of copies. */
function scheduleSweep(kernel: Kernel, { direction, delays }: Sweep): LoopSchedule {
  const why = `a sweep ${direction} the last axis: ${delays.length} values at hand from the iterations before, not in memory`;
  return { form: "loops", order: kernel.axes.map(({ name }) => [name]), unroll: 1, totals: {}, held: [], why };
}

/** The schedule, and for which writes it wants a total in double precision. */
export function scheduleLoops(
  kernel: Kernel,
  buffers: Buffers,
): { readonly schedule: LoopSchedule; readonly wide: readonly number[] } {
  if (kernel.sweep !== undefined) return { schedule: scheduleSweep(kernel, kernel.sweep), wide: [] };
  const flat = flattenKernel(kernel, buffers);
  const order = collapsibleOrder(flat, bestOrder(flat));
  const shaped = applyOrder(flat, order);
  const unroll = unrollOf(shaped);
  return {
    schedule: {
      form: "loops",
      order,
      unroll,
      totals: {},
      held: [],
      why: `${reason(shaped, order, unroll)}${then(kernel)}`,
    },
    wide: wideTotals(shaped, buffers, unroll === "full"),
  };
}
