/**
 * In which direction kernels may go through their last axis together, one position after the other.
 *
 * Invariant: each load gets the element that it got when the kernels ran one after the other, from memory or from an iteration
 * before.
 */
import { equalSize, type Index, type Load, namedSize, type Size } from "@tapeless/types/compiler";
import { type Buffers, bufferNamed } from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import type { Axis, Kernel, Write } from "../../ir/kernel/nodes.js";
import { shiftAlong } from "../../ir/kernel/shift.js";
import type { Memory } from "../join-epilogues/effects.js";
import type { Part } from "./part.js";

export type Direction = "up" | "down";

/** Values of more iterations before are better read from memory. */
const farthestBack = 4;

/**
 * Does an index go through a whole axis of its buffer as the sweep goes along? Then there is no element before the first one, and
 * what loads one has a condition around it.
 */
export function goesThrough(buffers: Buffers, buffer: string, index: readonly Index[], axes: readonly Axis[]): boolean {
  const axis = axes.at(-1);
  if (axis === undefined) throw new Error("bug: a sweep without axes");
  const { shape } = bufferNamed(buffers, buffer);
  const is = (at: Index): boolean => typeof at !== "number" && equalSize(at, namedSize(axis.name));
  const along = index.findIndex(is);
  return along >= 0 && equalSize(shape[along] as Size, axis.size) && index.filter(is).length === 1;
}

/** How far a load is from a place, and whether what was there some iterations before is enough. */
interface Distance {
  readonly shift: number;
  readonly through: boolean;
}

class Order {
  private readonly wanted = new Set<Direction>();
  isLegal = true;

  constructor(
    private readonly memory: Memory,
    private readonly axes: readonly Axis[],
  ) {}

  private distance(load: Load, write: Write): Distance | undefined {
    if (load.buffer !== write.buffer) return undefined;
    const shift = shiftAlong(this.axes, load.index, write.index);
    if (shift === undefined || Math.abs(shift) > farthestBack) return undefined;
    if (shift !== 0 && load.dtype === "bool") return undefined; // conditions are decided in the middle of an axis
    return { shift, through: goesThrough(this.memory.buffers, write.buffer, write.index, this.axes) };
  }

  private meets(load: Load, write: Write): boolean {
    return this.memory.wholeOf(load.buffer) === this.memory.wholeOf(write.buffer);
  }

  /** `later` reads what `write` makes: it must be there already. */
  private reads(later: Part, write: Write): void {
    for (const load of later.loads) {
      if (!this.meets(load, write)) continue;
      const found = this.distance(load, write);
      if (found === undefined || (found.shift !== 0 && !found.through)) this.isLegal = false;
      else if (found.shift !== 0) this.wanted.add(found.shift < 0 ? "up" : "down");
    }
  }

  /** `write` overwrites what `earlier` reads: that must be read before, or have been at hand then. */
  private overwrites(earlier: Part, write: Write): void {
    for (const load of earlier.loads) {
      if (!this.meets(load, write)) continue;
      const found = this.distance(load, write);
      if (found === undefined) this.isLegal = false;
      else if (found.shift !== 0 && !found.through) this.wanted.add(found.shift > 0 ? "up" : "down");
    }
  }

  add(earlier: Part, later: Part): void {
    for (const write of earlier.kernel.writes) {
      this.reads(later, write);
      const both = later.kernel.writes.some(
        ({ buffer }) => this.memory.wholeOf(buffer) === this.memory.wholeOf(write.buffer),
      );
      if (both) this.isLegal = false;
    }
    for (const write of later.kernel.writes) this.overwrites(earlier, write);
    const [before, after] = [this.memory.effectsOf(earlier.kernel), this.memory.effectsOf(later.kernel)];
    if (this.memory.mayShare(after.writes, before.reads)) this.isLegal = false;
  }

  get direction(): Direction | "any" | undefined {
    if (!this.isLegal || this.wanted.size > 1) return undefined;
    return [...this.wanted][0] ?? "any";
  }
}

/** The direction in which the parts may go along together, each iteration of the first one first; `undefined` where none is right. */
export function directionOf(parts: readonly Part[], memory: Memory): Direction | "any" | undefined {
  const [first] = parts;
  if (first === undefined) return "any";
  const order = new Order(memory, first.kernel.axes);
  for (const [k, later] of parts.entries()) {
    for (const earlier of parts.slice(0, k)) order.add(earlier, later);
    if (!order.isLegal) return undefined;
  }
  return order.direction;
}

/** Is nothing loaded from where the sweep has been and written? */
export function readsAhead(kernel: Kernel, direction: Direction, memory: Memory): boolean {
  const loads = kernelLanguage.walk(kernel).filter((node): node is Load => node.kind === "Load");
  return loads.every((load) =>
    kernel.writes.every((write) => {
      if (memory.wholeOf(load.buffer) !== memory.wholeOf(write.buffer)) return true;
      const shift = load.buffer === write.buffer ? shiftAlong(kernel.axes, load.index, write.index) : undefined;
      return shift !== undefined && (direction === "up" ? shift >= 0 : shift <= 0);
    }),
  );
}
