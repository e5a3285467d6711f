/**
 * Which buffers are alive when, found another way than the planner does: a program is written out as the kernels of a
 * run, each loop done twice, and followed backwards.
 *
 * Invariant: a buffer is alive at a kernel that uses it, and between a write and a later read with no write of the whole of
 * it between them.
 */
import { evalSize, type ScalarExpr, type SizeEnv } from "@tapeless/types/compiler";
import { elementBytes } from "../../ir/kernel/bytes.js";
import { partsOf } from "../../ir/kernel/epilogue.js";
import { buffersOf, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { type Buffer, type Kernel, kernelLanguage, type Step } from "../../ir/kernel/index.js";
import type { PlannedProgram } from "../plan-memory/types.js";
import { addedBuffers, heldBuffers } from "../schedule/types.js";

/** What one kernel, or one look at a condition or selector, does to buffers. */
interface Moment {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Written as a whole: nothing of what was there matters any more. */
  readonly anew: readonly string[];
}

/** Where temporaries are: what the plan has a place for. */
export interface Place {
  readonly name: string;
  readonly at: number;
  readonly end: number;
}

const readsIn = (node: Kernel | ScalarExpr): readonly string[] =>
  kernelLanguage.walk(node).flatMap((each) => (each.kind === "Load" ? [each.buffer] : []));

class Run {
  private readonly buffers;

  constructor(private readonly planned: PlannedProgram) {
    this.buffers = buffersOf(planned.program);
  }

  /** Branches one after the other, as if each ran: what is needed of none is needed of each. */
  moments(steps: readonly Step[]): readonly Moment[] {
    return steps.flatMap((step) => this.momentsOf(step));
  }

  private momentsOf(step: Step): readonly Moment[] {
    switch (step.kind) {
      case "Kernel":
        return [this.kernel(step)];
      case "Repeat": {
        const body = this.moments(step.body);
        return step.length === 1 ? body : [...body, ...body];
      }
      case "While": {
        const test = [...this.moments(step.test), this.look([step.condition])];
        const body = this.moments(step.body);
        return [...test, ...body, ...test, ...body, ...test];
      }
      case "Choose":
        return [this.look(readsIn(step.selector)), ...step.branches.flatMap(({ steps }) => this.moments(steps))];
    }
  }

  private whole(names: readonly string[]): readonly string[] {
    return names.map((name) => wholeOf(this.buffers, name).name);
  }

  private look(names: readonly string[]): Moment {
    return { reads: this.whole(names), writes: [], anew: [] };
  }

  private kernel(kernel: Kernel): Moment {
    const schedule = this.planned.schedules.get(kernel.name);
    const totals = addedBuffers(schedule);
    const writes = partsOf(kernel).flatMap((part) => part.writes);
    const held = heldBuffers(kernel, schedule);
    const sums = new Set(kernel.epilogue === undefined ? [] : kernel.writes.map(({ buffer }) => buffer));
    const kept = writes.flatMap(({ keep, buffer }) => (keep ? [buffer] : []));
    const isWhole = ({ keep, buffer }: Kernel["writes"][number]): boolean =>
      !keep && this.buffers.get(buffer)?.of === undefined;
    return {
      reads: this.whole([...readsIn(kernel).filter((name) => !sums.has(name)), ...kept]), // an epilogue reads sums just made
      writes: [...this.whole(writes.map(({ buffer }) => buffer)).filter((name) => !held.has(name)), ...totals],
      anew: [...writes.filter(isWhole).map(({ buffer }) => buffer), ...totals],
    };
  }
}

/** Numbers that are results are handed over at the end. */
const handedOver = ({ space, shape }: Buffer): boolean => space === "output" && shape.length === 0;

/** The names of the buffers with a place in the plan that are alive at each moment of a run. */
export function aliveAt(planned: PlannedProgram): readonly (readonly string[])[] {
  const moments = new Run(planned).moments(planned.program.steps);
  const needed = new Set(planned.program.buffers.filter(handedOver).map(({ name }) => name));
  const neededAfter: ReadonlySet<string>[] = [];
  for (const moment of [...moments].reverse()) {
    neededAfter.unshift(new Set(needed));
    for (const name of moment.anew) needed.delete(name);
    for (const name of moment.reads) needed.add(name);
  }
  const written = new Set<string>();
  return moments.map(({ reads, writes }, now) => {
    for (const name of writes) written.add(name);
    const across = [...(neededAfter[now] ?? [])].filter((name) => written.has(name));
    return [...new Set([...reads, ...writes, ...across])].filter((name) => planned.memory.offsets.has(name));
  });
}

/** The bytes that buffers lie on at these sizes. */
export function placesOf(planned: PlannedProgram, names: readonly string[], sizes: SizeEnv): readonly Place[] {
  return names.flatMap((name) => {
    const offset = planned.memory.offsets.get(name);
    const buffer = planned.program.buffers.find((each) => each.name === name);
    if (offset === undefined || buffer === undefined) return [];
    const at = evalSize(offset, sizes);
    const elements = buffer.shape.reduce<number>((product, size) => product * evalSize(size, sizes), 1);
    return [{ name, at, end: at + elements * elementBytes[buffer.dtype] }];
  });
}

/** The largest sum of the bytes of what is alive at one moment, of all that has a place or of some. */
export function largestLiveSum(
  planned: PlannedProgram,
  sizes: SizeEnv,
  counts: (name: string) => boolean = () => true,
): number {
  const names = [...planned.memory.offsets.keys()].filter(counts);
  const bytes = new Map(placesOf(planned, names, sizes).map(({ name, at, end }) => [name, end - at]));
  const sums = aliveAt(planned).map((alive) => alive.reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0));
  return Math.max(0, ...sums);
}
