/**
 * Gives each kernel its schedule.
 *
 * Invariant: the program is the same, but for buffers that schedules add to keep totals in; every kernel has a schedule
 * with its reason.
 */
import { buffersOf } from "../../ir/kernel/flat-kernel.js";
import type { Buffer, Kernel, KernelProgram } from "../../ir/kernel/nodes.js";
import { NameSupply } from "../fuse/names.js";
import { scheduleLoops } from "./loops.js";
import { canRunStraight } from "./straight.js";
import { scheduleTile } from "./tile.js";
import type { Schedule, ScheduledProgram } from "./types.js";
import { allKernels, workOf } from "./work.js";

/**
 * Multiply-adds, or as much of something else, up to which a program is straight-line code: beyond, a loop with four
 * accumulators is as fast and the code stays small (performance.md, "Tiny shapes").
 */
export const straightBudget = 256;

/** Multiply-adds and stores of all kernels together, if they are known at build time. */
function totalWork(program: KernelProgram): number | undefined {
  const buffers = buffersOf(program);
  let total = 0;
  for (const kernel of allKernels(program)) {
    const { iterations, flops } = workOf(kernel, buffers);
    if (typeof iterations !== "number" || typeof flops !== "number") return undefined;
    total += Math.max(iterations, flops / 2);
  }
  return total;
}

function straight(program: KernelProgram): ScheduledProgram | undefined {
  const total = totalWork(program);
  if (total === undefined || total > straightBudget || !canRunStraight(program)) return undefined;
  const why = `about ${Math.ceil(total)} multiply-adds in the whole function: written out`;
  return { program, schedules: new Map(allKernels(program).map((kernel) => [kernel.name, { form: "straight", why }])) };
}

class Scheduler {
  private readonly added: Buffer[] = [];
  private readonly names: NameSupply;

  constructor(private readonly program: KernelProgram) {
    const kernels = allKernels(program);
    const locals = kernels.flatMap((kernel) => [...kernel.axes, ...kernel.lets].map((each) => each.name));
    this.names = new NameSupply([...program.sizes, ...program.buffers.map((buffer) => buffer.name), ...locals]);
  }

  /** A buffer in double precision of the shape that write `k` writes. */
  private addTotal(kernel: Kernel, k: number): string {
    const written = kernel.writes[k]?.buffer ?? "";
    const buffer = this.program.buffers.find((each) => each.name === written);
    const name = this.names.fresh(`${written}Total`);
    this.added.push({ kind: "Buffer", name, space: "arena", dtype: "f64", shape: buffer?.shape ?? [] });
    return name;
  }

  schedule(kernel: Kernel): Schedule {
    const buffers = buffersOf(this.program);
    const tile = scheduleTile(kernel, buffers);
    if (tile !== undefined) return tile;
    const { schedule, wide } = scheduleLoops(kernel, buffers);
    const totals = Object.fromEntries(wide.map((k) => [k, this.addTotal(kernel, k)]));
    return { ...schedule, totals };
  }

  run(): ScheduledProgram {
    const schedules = new Map(allKernels(this.program).map((kernel) => [kernel.name, this.schedule(kernel)]));
    return { program: { ...this.program, buffers: [...this.program.buffers, ...this.added] }, schedules };
  }
}

export const schedule = (program: KernelProgram): ScheduledProgram => straight(program) ?? new Scheduler(program).run();
