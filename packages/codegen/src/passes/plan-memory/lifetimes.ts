/**
 * From which step to which step a buffer is alive.
 *
 * Steps are numbered in the order in which they stand, the branches of a `Choose` one after the other, so what is used in one
 * of them only can share memory with what is used in another only. A buffer that crosses the iterations of a `Repeat` (it is read
 * there before it is wholly written anew) is alive through all of it. Invariant: two buffers whose intervals have no step
 * in common can share memory.
 */

import type { ScalarExpr } from "@tapeless/types/compiler";
import { partsOf } from "../../ir/kernel/epilogue.js";
import { type Buffers, bufferNamed, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import type { Buffer, Kernel, Step, While } from "../../ir/kernel/nodes.js";
import { addedBuffers, heldBuffers, type Schedule, type ScheduledProgram } from "../schedule/types.js";

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** One use of a buffer by the kernel at a step. */
interface Use {
  readonly step: number;
  /** Nothing of what was there matters any more: a write that does not keep. */
  readonly fresh: boolean;
}

interface Loop extends Interval {
  readonly inner: readonly Loop[];
}

/** Reads of buffers, those of views as of their wholes. */
const loadsIn = (node: Kernel | ScalarExpr, buffers: Buffers) =>
  kernelLanguage
    .walk(node)
    .flatMap((each) => (each.kind === "Load" ? [{ buffer: wholeOf(buffers, each.buffer).name, fresh: false }] : []));

/** Buffers that a kernel uses: reads first, so that an element read and written counts as read; its epilogue after it. */
export function usesOf(
  kernel: Kernel,
  schedule: Schedule | undefined,
  buffers: Buffers,
): readonly { readonly buffer: string; readonly fresh: boolean }[] {
  const held = heldBuffers(kernel, schedule);
  const uses = partsOf(kernel).flatMap((part) => [
    ...loadsIn(part, buffers),
    ...part.writes.map((write) => ({
      buffer: wholeOf(buffers, write.buffer).name,
      fresh: !write.keep && bufferNamed(buffers, write.buffer).of === undefined,
    })),
  ]);
  const added = addedBuffers(schedule).map((buffer) => ({ buffer, fresh: true }));
  return [...uses.filter(({ buffer }) => !held.has(buffer)), ...added];
}

class Walk {
  readonly uses = new Map<string, Use[]>();
  private next = 0;

  constructor(
    private readonly scheduled: ScheduledProgram,
    private readonly buffers: Buffers,
  ) {}

  steps(steps: readonly Step[]): readonly Loop[] {
    return steps.flatMap((step): readonly Loop[] => {
      if (step.kind === "Kernel") {
        this.kernel(step);
        return [];
      }
      if (step.kind === "Choose") {
        this.use(this.next++, loadsIn(step.selector, this.buffers));
        return step.branches.flatMap((branch) => this.steps(branch.steps));
      }
      const from = this.next;
      if (step.kind === "While") return [this.loop(step, from)];
      const inner = this.steps(step.body);
      if (step.length === 1) return inner; // one iteration: nothing comes round again
      return [{ from, to: this.next - 1, inner }];
    });
  }

  /** Its condition is read between the test and the body. */
  private loop({ test, condition, body }: While, from: number): Loop {
    const inTest = this.steps(test);
    this.use(this.next++, [{ buffer: condition, fresh: false }]);
    const inner = [...inTest, ...this.steps(body)];
    return { from, to: this.next - 1, inner };
  }

  private kernel(kernel: Kernel): void {
    this.use(this.next++, usesOf(kernel, this.scheduled.schedules.get(kernel.name), this.buffers));
  }

  private use(step: number, uses: ReturnType<typeof usesOf>): void {
    for (const { buffer, fresh } of uses) {
      const known = this.uses.get(buffer);
      if (known === undefined) this.uses.set(buffer, [{ step, fresh }]);
      else known.push({ step, fresh });
    }
  }
}

const within = (use: Use, loop: Interval): boolean => use.step >= loop.from && use.step <= loop.to;

/** Widens an interval over each loop that the buffer is used in without being local to it. */
function widen(uses: readonly Use[], loops: readonly Loop[]): Interval {
  const steps = uses.map((use) => use.step);
  let interval: Interval = { from: Math.min(...steps), to: Math.max(...steps) };
  for (const loop of loops) {
    const inside = uses.filter((use) => within(use, loop));
    const [first] = inside;
    if (first === undefined) continue;
    const local = inside.length === uses.length && first.fresh;
    if (local) {
      interval = widen(uses, loop.inner);
      continue;
    }
    interval = { from: Math.min(interval.from, loop.from), to: Math.max(interval.to, loop.to) };
  }
  return interval;
}

/** Output scalars are handed over at the end: until then they are in the arena as well. */
export const inArena = (buffer: Buffer | undefined): boolean =>
  buffer?.space === "arena" || (buffer?.space === "output" && buffer.shape.length === 0);

/** Lifetimes of arena buffers that anything uses. */
export function lifetimesOf(scheduled: ScheduledProgram, buffers: Buffers): ReadonlyMap<string, Interval> {
  const walk = new Walk(scheduled, buffers);
  const loops = walk.steps(scheduled.program.steps);
  const lifetimes = new Map<string, Interval>();
  for (const [name, uses] of walk.uses) {
    const buffer = buffers.get(name);
    if (!inArena(buffer)) continue;
    const { from, to } = widen(uses, loops);
    lifetimes.set(name, { from, to: buffer?.space === "output" ? Number.POSITIVE_INFINITY : to });
  }
  return lifetimes;
}
