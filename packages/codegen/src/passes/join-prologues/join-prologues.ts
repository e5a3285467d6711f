/**
 * What is made element by element for products alone becomes their prologue: it is computed where it is packed, and needs neither
 * a kernel nor memory.
 *
 * Invariant: what a product computes anew nobody has changed since the value was made, neither the kernel that made it by what else
 * it writes, nor the product itself.
 */

import { letNames } from "../../ir/kernel/epilogue.js";
import { bufferNamed, buffersOf, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import { type Kernel, type KernelProgram, mapInner, type Step, type Write } from "../../ir/kernel/nodes.js";
import { takenNames } from "../../ir/kernel/taken-names.js";
import { NameSupply } from "../fuse/names.js";
import { Memory } from "../join-epilogues/effects.js";
import { factorsOf } from "../schedule/factors.js";
import { straightWork } from "../schedule/schedule.js";
import { expressionsOf, loadsOf, type Operand, operandOf, withoutOperand, withPrologue } from "./operand.js";
import { type Joined, pays, savesMemory } from "./profit.js";

export interface PrologueOptions {
  /** Inputs whose arrays the caller may hand in as outputs. */
  readonly donated?: readonly string[];
}

/** Products further away are not looked at: a region may have thousands of steps. */
const farthest = 256;

/** Steps in their places, where some may be gone, and who reads what. */
class Places {
  private readonly steps: (Step | undefined)[];
  private readonly readers = new Map<string, Set<number>>();

  constructor(
    given: readonly Step[],
    private readonly memory: Memory,
  ) {
    this.steps = [...given];
    given.forEach((step, at) => this.note(step, at));
  }

  private note(step: Step, at: number): void {
    for (const name of this.memory.effectsOf(step).reads) {
      const known = this.readers.get(name) ?? new Set();
      if (known.size === 0) this.readers.set(name, known);
      known.add(at);
    }
  }

  at(place: number): Step | undefined {
    return this.steps[place];
  }

  set(place: number, step: Step | undefined): void {
    this.steps[place] = step;
    if (step !== undefined) this.note(step, place);
  }

  /** In their order. */
  readersOf(name: string): readonly number[] {
    return [...(this.readers.get(name) ?? [])].sort((a, b) => a - b);
  }

  between(from: number, to: number): readonly Step[] {
    return this.steps.slice(from, to).flatMap((step) => step ?? []);
  }

  get length(): number {
    return this.steps.length;
  }

  get all(): readonly Step[] {
    return this.between(0, this.length);
  }
}

class Joiner {
  private readonly memory: Memory;
  private readonly names: NameSupply;
  /** How many kernels write each whole buffer, and how many loads of it there are. */
  private readonly writers = new Map<string, number>();
  private readonly loads = new Map<string, number>();

  constructor(program: KernelProgram, donated: readonly string[]) {
    this.names = new NameSupply(takenNames(program));
    const buffers = buffersOf(program);
    this.memory = new Memory(buffers, donated);
    for (const node of kernelLanguage.walk(program)) {
      if (node.kind !== "Write" && node.kind !== "Load") continue;
      const { name } = wholeOf(buffers, node.buffer);
      const counts = node.kind === "Write" ? this.writers : this.loads;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }

  private readsOf(operand: Operand): ReadonlySet<string> {
    const loads = expressionsOf(operand).flatMap((expr) => kernelLanguage.walk(expr));
    return new Set(loads.flatMap((node) => (node.kind === "Load" ? [this.memory.wholeOf(node.buffer)] : [])));
  }

  /** Does a step leave alone what an operand is made of? */
  private leaves(step: Step, reads: ReadonlySet<string>): boolean {
    const { writes, finds } = this.memory.effectsOf(step);
    return !finds && ![...writes].some((name) => reads.has(name)) && !this.memory.mayShare(writes, reads);
  }

  /** The places of all that read a value, where they are sums of products behind its maker. */
  private readersOf(places: Places, at: number, name: string): readonly number[] | undefined {
    const readers = places.readersOf(name);
    const last = readers.at(-1);
    if (last === undefined || readers.some((place) => place <= at) || last - at > farthest) return undefined;
    const isProduct = (step: Step | undefined): boolean => step?.kind === "Kernel" && factorsOf(step) !== undefined;
    return readers.every((place) => isProduct(places.at(place))) ? readers : undefined;
  }

  /** All kernels that read the operand, with it as a prologue. */
  private productsOf(
    places: Places,
    readers: readonly number[],
    operand: Operand,
  ): ReadonlyMap<number, Joined> | undefined {
    const { name } = operand.buffer;
    const found = new Map<number, Joined>();
    let loads = 0;
    for (const place of readers) {
      const before = places.at(place);
      if (before?.kind !== "Kernel") return undefined;
      const after = withPrologue(before, operand, new NameSupply(letNames(before), this.names));
      if (after === undefined) return undefined;
      found.set(place, { before, after });
      loads += loadsOf(before, name);
    }
    return loads === this.loads.get(name) ? found : undefined;
  }

  /** Temporaries that are read for the last time where an operand is made, and would live until `last` instead. */
  private longer(places: Places, reads: ReadonlySet<string>, last: number) {
    const loadsIn = (step: Step, name: string): number =>
      kernelLanguage.walk(step).filter((node) => node.kind === "Load" && this.memory.wholeOf(node.buffer) === name)
        .length;
    return [...reads]
      .map((name) => bufferNamed(this.memory.buffers, name))
      .filter(({ name, space }) => {
        const readers = places.readersOf(name);
        if (space !== "arena" || readers.some((place) => place >= last)) return false;
        const here = readers
          .flatMap((place) => places.at(place) ?? [])
          .reduce((sum, step) => sum + loadsIn(step, name), 0);
        return here >= (this.loads.get(name) ?? 0); // what others read lives anyway
      });
  }

  private place(places: Places, at: number, maker: Kernel, write: Write): void {
    const readers = this.writers.get(write.buffer) === 1 ? this.readersOf(places, at, write.buffer) : undefined;
    if (readers === undefined) return; // of most values, and sooner known than what they are made of
    const operand = operandOf(maker, write, bufferNamed(this.memory.buffers, write.buffer));
    if (operand === undefined) return;
    const products = this.productsOf(places, readers, operand);
    if (products === undefined) return;
    const last = Math.max(...products.keys());
    const reads = this.readsOf(operand);
    const rest = withoutOperand(operand); // which may be what changes a carry, having read it
    const before = [...(rest === undefined ? [] : [rest]), ...places.between(at + 1, last + 1)];
    if (!before.every((step) => this.leaves(step, reads))) return;
    if (!savesMemory(operand, this.longer(places, reads, last))) return;
    if (!pays(operand, [...products.values()], this.memory.buffers)) return;
    places.set(at, rest);
    for (const [place, { after }] of products) places.set(place, after);
  }

  steps(given: readonly Step[]): readonly Step[] {
    const places = new Places(
      given.map((step) => mapInner(step, (inner) => this.steps(inner))),
      this.memory,
    );
    for (let at = 0; at < places.length; at++) {
      const maker = places.at(at);
      for (const write of maker?.kind === "Kernel" ? maker.writes : []) {
        const now = places.at(at);
        if (now?.kind === "Kernel") this.place(places, at, now, write);
      }
    }
    return places.all;
  }
}

/** Programs that are written out have nothing to pack. */
export function joinPrologues(program: KernelProgram, { donated = [] }: PrologueOptions = {}): KernelProgram {
  if (straightWork(program) !== undefined) return program;
  return { ...program, steps: new Joiner(program, donated).steps(program.steps) };
}
