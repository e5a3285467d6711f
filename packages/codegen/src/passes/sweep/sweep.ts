/**
 * Kernels that read each other at neighbouring places become one kernel that goes through the last axis in order: what one of
 * them made a few positions before, another one has at hand, and needs no memory for it.
 *
 *   k[i] = x[i] · y[i - 1]                          for each i: k = x[i] · y₋₁
 *   z[i] = x[i] · (y[i - 1] + h · k[i - 1])    →                z[i] = x[i] · (y₋₁ + h · k₋₁)
 *                                                               y₋₁, k₋₁ = y[i], k
 *
 * Invariant: each step still runs after those whose results it needs, and before those that overwrite what it reads.
 */
import { buffersOf, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import { type Kernel, type KernelProgram, mapInner, type Step, type Write } from "../../ir/kernel/nodes.js";
import { shiftAlong } from "../../ir/kernel/shift.js";
import { takenNames } from "../../ir/kernel/taken-names.js";
import { NameSupply } from "../fuse/names.js";
import { Memory } from "../join-epilogues/effects.js";
import { straightWork } from "../schedule/schedule.js";
import { type BuildContext, buildSweep } from "./build.js";
import { type Direction, directionOf, readsAhead } from "./order.js";
import { fitsOneFunction, isCandidate, type Part, partOf, sameDomain, splitsCheaply, withWrites } from "./part.js";

export interface SweepOptions {
  /** Inputs whose arrays the caller may hand in as outputs. */
  readonly donated?: readonly string[];
}

/** Steps further apart are not looked at. */
const farthest = 32;
/** More values at hand than this do not fit into registers. */
const mostDelays = 12;

/** Which kernels of a list have to do with each other, by a buffer that one of them writes. */
function components(steps: readonly Step[], memory: Memory): ReadonlyMap<Step, Step> {
  const parents = new Map<Step, Step>();
  const rootOf = (step: Step): Step => {
    const parent = parents.get(step);
    return parent === undefined || parent === step ? step : rootOf(parent);
  };
  const kernels = steps.filter(isCandidate);
  const written = new Set(kernels.flatMap((kernel) => [...memory.effectsOf(kernel).writes]));
  const users = new Map<string, Step>();
  for (const kernel of kernels) {
    const { reads, writes } = memory.effectsOf(kernel);
    for (const name of new Set([...reads, ...writes])) {
      if (!written.has(name)) continue;
      const other = users.get(name);
      if (other !== undefined) parents.set(rootOf(kernel), rootOf(other));
      users.set(name, kernel);
    }
  }
  return new Map(kernels.map((kernel) => [kernel, rootOf(kernel)]));
}

/** What a sweep is made of; the steps before it that are not. */
interface Taken {
  readonly parts: readonly Part[];
  readonly before: readonly Step[];
}

class Sweeper {
  private readonly memory: Memory;
  /** What the program calls its own, once somebody asks. */
  private names: NameSupply | undefined;
  /** What the sweeps are made of. */
  private readonly made = new Map<Kernel, { readonly parts: readonly Part[]; readonly direction: Direction }>();

  constructor(
    private readonly program: KernelProgram,
    donated: readonly string[],
  ) {
    this.memory = new Memory(buffersOf(program), donated);
  }

  private context(isWanted: BuildContext["isWanted"]): BuildContext {
    this.names ??= new NameSupply(takenNames(this.program));
    return { buffers: this.memory.buffers, names: this.names.fork(), sizes: this.program.sizes, isWanted };
  }

  private mayMoveBehind(kernel: Kernel, steps: readonly Step[]): boolean {
    return steps.every((step) => this.memory.mayChangePlaces(kernel, step));
  }

  private fits(kernel: Kernel, taken: Taken, skipped: readonly Step[]): Part | undefined {
    const part = partOf(kernel, taken.parts[0]?.kernel.axes ?? kernel.axes);
    const parts = [part, ...taken.parts];
    const isLegal = fitsOneFunction(parts) && directionOf(parts, this.memory) !== undefined;
    return isLegal && this.mayMoveBehind(kernel, skipped) ? part : undefined;
  }

  /** The writes of a kernel that can come along where not all of them can, and the kernel of the others. */
  private fittingWrites(kernel: Kernel, taken: Taken, skipped: readonly Step[]) {
    const fitting = kernel.writes.filter(
      (write) => this.fits(withWrites(kernel, [write]), taken, skipped) !== undefined,
    );
    if (fitting.length === 0 || fitting.length === kernel.writes.length) return undefined;
    const own = withWrites(kernel, fitting);
    const rest = withWrites(
      kernel,
      kernel.writes.filter((write) => !fitting.includes(write)),
    );
    const part = this.fits(own, taken, skipped);
    const [before, after] = [this.memory.effectsOf(rest), this.memory.effectsOf(own)];
    const isApart = ![...after.reads].some((name) => before.writes.has(name));
    if (part === undefined || !isApart || this.memory.mayShare(before.writes, after.reads)) return undefined;
    return splitsCheaply(rest, own) ? { part, rest } : undefined;
  }

  /** The kernel at `at`, and of those before it all that can go along. */
  private take(steps: readonly Step[], at: number, last: Kernel, kin: ReadonlyMap<Step, Step>): Taken {
    const from = Math.max(0, at - farthest);
    let taken: Taken = { parts: [partOf(last, last.axes)], before: [] };
    const skipped: Step[] = [];
    for (const step of steps.slice(from, at).reverse()) {
      if (!isCandidate(step) || kin.get(step) !== kin.get(last) || !sameDomain(step, last)) {
        skipped.unshift(step);
        continue;
      }
      const whole = this.fits(step, taken, skipped);
      const some = whole === undefined ? this.fittingWrites(step, taken, skipped) : undefined;
      const part = whole ?? some?.part;
      if (part !== undefined) taken = { ...taken, parts: [part, ...taken.parts] };
      if (whole === undefined) skipped.unshift(some?.rest ?? step);
    }
    return { ...taken, before: [...steps.slice(0, from), ...skipped] };
  }

  /** Is there a kernel that reads another one at a neighbouring place? */
  private hasNeighbours(steps: readonly Step[]): boolean {
    const kernels = steps.filter(isCandidate);
    const writes = new Map(
      kernels.flatMap((kernel) => kernel.writes.map((write) => [write.buffer, { kernel, write }])),
    );
    return kernels.some((kernel) =>
      kernelLanguage.walk(kernel).some((node) => {
        const made = node.kind === "Load" ? writes.get(node.buffer) : undefined;
        if (node.kind !== "Load" || made === undefined || !sameDomain(made.kernel, kernel)) return false;
        const write = partOf(withWrites(made.kernel, [made.write]), kernel.axes).kernel.writes[0];
        return (shiftAlong(kernel.axes, node.index, write?.index ?? []) ?? 0) !== 0;
      }),
    );
  }

  private sweepOf({ parts }: Taken): Kernel | undefined {
    const direction = parts.length > 1 ? directionOf(parts, this.memory) : undefined;
    if (direction === undefined || direction === "any") return undefined;
    const kernel = buildSweep(
      parts,
      direction,
      this.context(() => true),
    );
    if (kernel?.sweep === undefined || kernel.sweep.delays.length > mostDelays) return undefined;
    if (!readsAhead(kernel, direction, this.memory)) throw new Error(`bug: '${kernel.name}' reads what it overwrote`);
    this.made.set(kernel, { parts, direction });
    return kernel;
  }

  /** The list with sweeps, from its end to its start. */
  steps(given: readonly Step[]): readonly Step[] {
    let steps = given.map((step) => mapInner(step, (inner) => this.steps(inner)));
    if (!this.hasNeighbours(steps)) return steps;
    let kin = components(steps, this.memory);
    for (let at = steps.length - 1; at > 0; at--) {
      const last = steps[at];
      if (!isCandidate(last)) continue;
      const taken = this.take(steps, at, last, kin);
      const kernel = this.sweepOf(taken);
      if (kernel === undefined) continue;
      steps = [...taken.before, kernel, ...steps.slice(at + 1)];
      at = taken.before.length;
      kin = components(steps, this.memory);
    }
    return steps;
  }

  /** What nothing reads any more is not written. */
  withoutUnread(program: KernelProgram): KernelProgram {
    if (this.made.size === 0) return withoutUnused(program);
    const read = usedBuffers(program, undefined);
    const { buffers } = this.memory;
    const isWanted = ({ buffer }: Write): boolean => {
      const { name, space } = wholeOf(buffers, buffer);
      return space !== "arena" || read.has(name);
    };
    const inSteps = (steps: readonly Step[]): readonly Step[] =>
      steps.flatMap((step) => {
        const made = step.kind === "Kernel" ? this.made.get(step) : undefined;
        if (made === undefined) return [mapInner(step, inSteps)];
        const kernel = buildSweep(made.parts, made.direction, this.context(isWanted));
        return kernel === undefined || kernel.writes.length === 0 ? [] : [kernel];
      });
    return withoutUnused({ ...program, steps: inSteps(program.steps) });
  }
}

/** Whole buffers that something reads, or also those that something writes. */
function usedBuffers(program: KernelProgram, written: "written" | undefined): ReadonlySet<string> {
  const buffers = buffersOf(program);
  const used = new Set<string>();
  for (const node of kernelLanguage.walk(program)) {
    if (node.kind === "Load" || (written && node.kind === "Write")) used.add(wholeOf(buffers, node.buffer).name);
    if (node.kind === "While") used.add(wholeOf(buffers, node.condition).name);
  }
  return used;
}

/** Without the temporaries that no step mentions. */
function withoutUnused(program: KernelProgram): KernelProgram {
  const buffers = buffersOf(program);
  const used = usedBuffers(program, "written");
  const isUsed = ({ name, space }: (typeof program.buffers)[number]): boolean =>
    space !== "arena" || used.has(wholeOf(buffers, name).name);
  return { ...program, buffers: program.buffers.filter(isUsed) };
}

/** Programs that are written out have no loops to join. */
export function sweep(program: KernelProgram, { donated = [] }: SweepOptions = {}): KernelProgram {
  if (straightWork(program) !== undefined) return program;
  const sweeper = new Sweeper(program, donated);
  const steps = sweeper.steps(program.steps);
  return sweeper.withoutUnread({ ...program, steps });
}
