/**
 * Gives each kernel its schedule.
 *
 * Invariant: the program is the same, but for buffers that schedules add to keep totals in; every kernel has a schedule
 * with its reason.
 */
import { namesOf, type Size } from "@tapeless/types/compiler";
import { letNames, partsOf } from "../../ir/kernel/epilogue.js";
import { type Buffers, bufferNamed, buffersOf, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import {
  type Buffer,
  innerSteps,
  type Kernel,
  type KernelNode,
  type KernelProgram,
  type Step,
} from "../../ir/kernel/nodes.js";
import { type Signature, signatureOf, translation } from "../../ir/kernel/signature.js";
import { NameSupply } from "../fuse/names.js";
import { keepPanels } from "./kept-panels.js";
import { scheduleLoops } from "./loops.js";
import { canRunStraight } from "./straight.js";
import { blockOfRows, scheduleTile } from "./tile.js";
import { type LoopSchedule, type Schedule, type ScheduledProgram, type TileSchedule, withAxes } from "./types.js";
import { allKernels, effortOf } from "./work.js";

/**
 * Multiply-adds, or as much of something else, up to which a program is straight-line code: beyond, a loop with four
 * accumulators is as fast and the code stays small (performance.md, "Tiny shapes").
 */
export const straightBudget = 256;

/** Multiply-adds and stores of all kernels together, where they are known at build time and in the budget. */
function workInBudget(program: KernelProgram): number | undefined {
  let total = 0;
  for (const kernel of allKernels(program)) {
    for (const part of partsOf(kernel)) {
      const { iterations, flops } = effortOf(part);
      if (typeof iterations !== "number" || typeof flops !== "number") return undefined;
      total += Math.max(iterations, flops / 2);
      if (total > straightBudget) return undefined;
    }
  }
  return total;
}

/** What a program costs that is written out; `undefined` for one that loops. */
export function straightWork(program: KernelProgram): number | undefined {
  const total = workInBudget(program);
  return total === undefined || !canRunStraight(program) ? undefined : total;
}

function straight(program: KernelProgram): ScheduledProgram | undefined {
  const total = straightWork(program);
  if (total === undefined) return undefined;
  const why = `about ${Math.ceil(total)} multiply-adds in the whole function: written out`;
  return { program, schedules: new Map(allKernels(program).map((kernel) => [kernel.name, { form: "straight", why }])) };
}

/** Buffers that are read by others than the epilogue of the kernel that writes them; of views what they view. */
function readElsewhere(program: KernelProgram, buffers: Buffers): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (node: KernelNode, own: ReadonlySet<string>): void => {
    for (const each of kernelLanguage.walk(node)) {
      const whole = each.kind === "Load" ? wholeOf(buffers, each.buffer).name : undefined;
      if (whole !== undefined && !own.has(whole)) found.add(whole);
    }
  };
  const lookIn = (steps: readonly Step[]): void => {
    for (const step of steps) {
      if (step.kind === "Kernel")
        for (const part of partsOf(step))
          look(part, new Set(step.epilogue === undefined ? [] : step.writes.map((write) => write.buffer)));
      if (step.kind === "Choose") look(step.selector, new Set());
      if (step.kind === "While") found.add(wholeOf(buffers, step.condition).name);
      lookIn(innerSteps(step));
    }
  };
  lookIn(program.steps);
  return found;
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
  /** Buffers that some kernel loads that does not make them itself. */
  private readonly readElsewhere: ReadonlySet<string>;

  constructor(private readonly program: KernelProgram) {
    const kernels = allKernels(program);
    const locals = kernels.flatMap((kernel) => [...kernel.axes.map((axis) => axis.name), ...letNames(kernel)]);
    this.names = new NameSupply([...program.sizes, ...program.buffers.map((buffer) => buffer.name), ...locals]);
    this.buffers = buffersOf(program);
    this.readElsewhere = readElsewhere(program, this.buffers);
  }

  /** Has a shape a size that the program finds while it runs? */
  private isFound(shape: readonly Size[]): boolean {
    return shape.flatMap(namesOf).some((name) => !this.program.sizes.includes(name));
  }

  private add(hint: string, shape: readonly Size[], room: Pick<Buffer, "capacity"> = {}): string {
    const name = this.names.fresh(hint);
    const space = this.isFound(shape) && room.capacity === undefined ? "heap" : "arena";
    this.added.push({ kind: "Buffer", name, space, dtype: "f64", shape, ...room });
    return name;
  }

  /** A buffer in double precision of the shape that write `k` writes. */
  private addTotal(kernel: Kernel, k: number): string {
    const written = kernel.writes[k]?.buffer ?? "";
    const { shape, capacity } = bufferNamed(this.buffers, written);
    return this.add(`${written}Total`, shape, capacity === undefined ? {} : { capacity });
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

  /** Positions of writes of sums that nothing but the epilogue reads. */
  private held({ writes, epilogue }: Kernel): readonly number[] {
    if (epilogue === undefined) return [];
    return writes.flatMap(({ buffer }, k) => (this.hasOtherUse(buffer) ? [] : [k]));
  }

  private hasOtherUse(name: string): boolean {
    return bufferNamed(this.buffers, name).space !== "arena" || this.readElsewhere.has(name);
  }

  schedule(kernel: Kernel): Schedule {
    const signature = signatureOf(kernel, this.buffers);
    const decision = this.decide(kernel, signature);
    const schedule = withAxes(decision.schedule, translation(decision.signature, signature));
    const held = this.held(kernel);
    if (schedule.form === "tile") {
      const block = held.length === 0 ? undefined : blockOfRows(kernel, schedule, this.buffers);
      if (schedule.epilogue === undefined || block === undefined) return schedule;
      return { ...schedule, epilogue: { ...schedule.epilogue, block: this.add(`${kernel.name}Block`, block) } };
    }
    return { ...schedule, held, totals: Object.fromEntries(decision.wide.map((k) => [k, this.addTotal(kernel, k)])) };
  }

  run(): ScheduledProgram {
    const schedules = new Map(allKernels(this.program).map((kernel) => [kernel.name, this.schedule(kernel)]));
    return { program: { ...this.program, buffers: [...this.program.buffers, ...this.added] }, schedules };
  }
}

export const schedule = (program: KernelProgram): ScheduledProgram =>
  straight(program) ?? keepPanels(new Scheduler(program).run());
