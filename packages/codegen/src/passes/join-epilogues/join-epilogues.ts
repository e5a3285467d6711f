/**
 * What is made of sums element by element becomes the epilogue of the kernel that sums: the sums are at hand when they are
 * complete, and where nothing else reads them they need no memory.
 *
 * Invariant: each step still runs after those whose results it needs, and before those that overwrite what it reads.
 */
import { buffersOf, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import { type Kernel, type KernelProgram, mapInner, type Step } from "../../ir/kernel/nodes.js";
import { takenNames } from "../../ir/kernel/taken-names.js";
import { NameSupply } from "../fuse/names.js";
import { straightWork } from "../schedule/schedule.js";
import { Memory } from "./effects.js";
import { isElementwise, isReduction, joined, matchAxes } from "./match.js";
import { pays } from "./profit.js";

export interface JoinOptions {
  /** Inputs whose arrays the caller may hand in as outputs. */
  readonly donated?: readonly string[];
}

/** Steps further apart are not looked at: a region may have thousands. */
const farthest = 256;

class Joiner {
  private readonly memory: Memory;
  /** How many kernels write each whole buffer. */
  private readonly writers = new Map<string, number>();
  /** What the program calls its own. */
  private readonly names: NameSupply;

  constructor(program: KernelProgram, donated: readonly string[]) {
    this.names = new NameSupply(takenNames(program));
    const buffers = buffersOf(program);
    this.memory = new Memory(buffers, donated);
    for (const node of kernelLanguage.walk(program)) {
      if (node.kind !== "Write") continue;
      const { name } = wholeOf(buffers, node.buffer);
      this.writers.set(name, (this.writers.get(name) ?? 0) + 1);
    }
  }

  /** Names for a join, which need not know of those that others take. */
  private readonly supply = (): NameSupply => this.names.fork();

  /** Are all its sums its own, where they are read as a whole afterwards? */
  private makesAlone(maker: Kernel): boolean {
    return maker.writes.every(({ buffer }) => {
      const { space } = wholeOf(this.memory.buffers, buffer);
      return this.writers.get(buffer) === 1 && (space === "arena" || space === "output");
    });
  }

  /** The two as one, if that means the same and pays. */
  private join(maker: Step | undefined, reader: Kernel): Kernel | undefined {
    if (maker?.kind !== "Kernel" || !isReduction(maker, this.memory) || !this.makesAlone(maker)) return undefined;
    const { reads, writes } = this.memory.effectsOf(maker);
    const after = this.memory.effectsOf(reader);
    if ([...after.writes].some((name) => reads.has(name) || writes.has(name))) return undefined;
    if (this.memory.mayShare(after.writes, reads)) return undefined; // other sums may still need what it overwrites
    const axes = matchAxes(maker, reader, this.memory);
    if (axes === undefined) return undefined;
    const both = joined(maker, reader, axes, this.supply);
    return pays(maker, both, this.memory.buffers) ? both : undefined;
  }

  /** The list with the kernel at `at` as an epilogue of one before it. */
  private joinAt(steps: readonly Step[], at: number, reader: Kernel): readonly Step[] | undefined {
    const { reads } = this.memory.effectsOf(reader);
    for (let from = at - 1; from >= Math.max(0, at - farthest); from--) {
      const maker = steps[from];
      if (maker?.kind !== "Kernel" || !maker.writes.some(({ buffer }) => reads.has(this.memory.wholeOf(buffer))))
        continue;
      const both = this.join(maker, reader);
      if (both === undefined) continue;
      const between = steps.slice(from + 1, at);
      const around = [steps.slice(0, from), steps.slice(at + 1)] as const;
      if (between.every((step) => this.memory.mayChangePlaces(step, reader)))
        return [...around[0], both, ...between, ...around[1]];
      if (between.every((step) => this.memory.mayChangePlaces(maker, step)))
        return [...around[0], ...between, both, ...around[1]];
    }
    return undefined;
  }

  steps(given: readonly Step[]): readonly Step[] {
    let steps = given.map((step) => mapInner(step, (inner) => this.steps(inner)));
    for (let at = 1; at < steps.length; at++) {
      const reader = steps[at];
      if (reader?.kind !== "Kernel" || !isElementwise(reader)) continue;
      const shorter = this.joinAt(steps, at, reader);
      if (shorter === undefined) continue;
      steps = [...shorter];
      at--;
    }
    return steps;
  }
}

/** Programs that are written out have no loops to join. */
export function joinEpilogues(program: KernelProgram, { donated = [] }: JoinOptions = {}): KernelProgram {
  if (straightWork(program) !== undefined) return program;
  return { ...program, steps: new Joiner(program, donated).steps(program.steps) };
}
