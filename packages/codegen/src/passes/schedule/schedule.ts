/**
 * Gives each kernel its schedule.
 *
 * Invariant: the program is the same, but for buffers that schedules add to keep totals in; every kernel has a schedule
 * with its reason.
 */
import { namesOf, type Size } from "@tapeless/types/compiler";
import { type Buffers, bufferNamed, buffersOf } from "../../ir/kernel/flat-kernel.js";
import type { Buffer, Kernel, KernelProgram } from "../../ir/kernel/nodes.js";
import { type Signature, signatureOf, translation } from "../../ir/kernel/signature.js";
import { NameSupply } from "../fuse/names.js";
import { scheduleLoops } from "./loops.js";
import { canRunStraight } from "./straight.js";
import { scheduleTile } from "./tile.js";
import { type LoopSchedule, type Schedule, type ScheduledProgram, type TileSchedule, withAxes } from "./types.js";
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

/** What was decided for a kernel, and for which writes it wants totals in double precision. */
interface Decision {
  readonly signature: Signature;
  readonly schedule: LoopSchedule | TileSchedule;
  readonly wide: readonly number[];
}

class Scheduler {
  private readonly added: Buffer[] = [];
  private readonly names: NameSupply;
  private readonly buffers: Buffers;
  /** By the text of signatures: equal kernels get the same schedule. */
  private readonly decisions = new Map<string, Decision>();

  constructor(private readonly program: KernelProgram) {
    const kernels = allKernels(program);
    const locals = kernels.flatMap((kernel) => [...kernel.axes, ...kernel.lets].map((each) => each.name));
    this.names = new NameSupply([...program.sizes, ...program.buffers.map((buffer) => buffer.name), ...locals]);
    this.buffers = buffersOf(program);
  }

  /** Has a shape a size that the program finds while it runs? */
  private isFound(shape: readonly Size[]): boolean {
    return shape.flatMap(namesOf).some((name) => !this.program.sizes.includes(name));
  }

  /** A buffer in double precision of the shape that write `k` writes. */
  private addTotal(kernel: Kernel, k: number): string {
    const written = kernel.writes[k]?.buffer ?? "";
    const { shape, capacity } = bufferNamed(this.buffers, written);
    const name = this.names.fresh(`${written}Total`);
    const space = this.isFound(shape) && capacity === undefined ? "heap" : "arena";
    const room = capacity === undefined ? {} : { capacity };
    this.added.push({ kind: "Buffer", name, space, dtype: "f64", shape, ...room });
    return name;
  }

  private decide(kernel: Kernel, signature: Signature): Decision {
    const known = this.decisions.get(signature.text);
    if (known !== undefined) return known;
    const tile = scheduleTile(kernel, this.buffers);
    const made = tile === undefined ? scheduleLoops(kernel, this.buffers) : { schedule: tile, wide: [] };
    const decision = { signature, ...made };
    this.decisions.set(signature.text, decision);
    return decision;
  }

  schedule(kernel: Kernel): Schedule {
    const signature = signatureOf(kernel, this.buffers);
    const decision = this.decide(kernel, signature);
    const schedule = withAxes(decision.schedule, translation(decision.signature, signature));
    if (schedule.form === "tile") return schedule;
    return { ...schedule, totals: Object.fromEntries(decision.wide.map((k) => [k, this.addTotal(kernel, k)])) };
  }

  run(): ScheduledProgram {
    const schedules = new Map(allKernels(this.program).map((kernel) => [kernel.name, this.schedule(kernel)]));
    return { program: { ...this.program, buffers: [...this.program.buffers, ...this.added] }, schedules };
  }
}

export const schedule = (program: KernelProgram): ScheduledProgram => straight(program) ?? new Scheduler(program).run();
