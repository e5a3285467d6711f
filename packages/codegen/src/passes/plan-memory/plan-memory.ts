/**
 * Places temporaries in the arena: the first free range that is large enough, in the order in which they are born.
 *
 * Sizes known at build time share one region by ranges. A size of named dimensions has slots of exactly that size, which
 * buffers of equal size share one after the other; slots follow each other, so their offsets are polynomials.
 * Invariant: offsets are multiples of 8 bytes; buffers alive at the same step do not overlap.
 */
import { addSize, equalSize, mulSize, type Size, showSize } from "@tapeless/types/compiler";
import { elementBytes } from "../../ir/kernel/bytes.js";
import { buffersOf, roomOf } from "../../ir/kernel/flat-kernel.js";
import type { Buffer } from "../../ir/kernel/nodes.js";
import { isStraight, type ScheduledProgram } from "../schedule/types.js";
import { protectDonated } from "./donate.js";
import { type Interval, lifetimesOf } from "./lifetimes.js";
import type { MemoryPlan, PlannedProgram } from "./types.js";

/** Bytes of a buffer, rounded up to 8: a size of unknown parity counts 8 bytes an element. */
export function paddedBytes(buffer: Buffer): Size {
  const elements = roomOf(buffer);
  const bytes = mulSize(elementBytes[buffer.dtype], elements);
  if (typeof bytes === "number") return Math.ceil(bytes / 8) * 8;
  const whole = bytes.terms.every((term) => term.coefficient % 8 === 0);
  // One byte more than 7 covers any remainder, but only a multiple of 8 keeps what follows aligned.
  return whole ? bytes : mulSize(8, elements);
}

interface Living extends Interval {
  readonly name: string;
  readonly bytes: Size;
}

const overlaps = (a: Interval, b: Interval): boolean => a.from <= b.to && b.from <= a.to;

/** The lowest offset at which `bytes` fit between the ranges taken. */
function firstFit(taken: readonly { readonly at: number; readonly bytes: number }[], bytes: number): number {
  let at = 0;
  for (const range of [...taken].sort((a, b) => a.at - b.at)) {
    if (at + bytes <= range.at) return at;
    at = Math.max(at, range.at + range.bytes);
  }
  return at;
}

/**
 * Numbers, 8 bytes each, in the order in which they are born: each takes a slot that is free again. A function
 * may have thousands of them, so a number is compared with the slots and not with all other numbers.
 */
function placeNumbers(living: readonly Living[], start: number): MemoryPlan {
  const offsets = new Map<string, number>();
  const inUse: { readonly to: number; readonly at: number }[] = [];
  let end = start;
  for (const { name, from, to } of living) {
    const free = inUse.findIndex((slot) => slot.to < from);
    const at = free < 0 ? end : (inUse.splice(free, 1)[0]?.at ?? end);
    if (free < 0) end += 8;
    offsets.set(name, at);
    inUse.push({ to, at });
  }
  return { offsets, bytes: end };
}

/** Buffers of known size. Large ones first: they are the hardest to place. */
function placeKnown(living: readonly (Living & { readonly bytes: number })[]): MemoryPlan {
  const placed: (Living & { readonly bytes: number; readonly at: number })[] = [];
  for (const each of [...living].sort((a, b) => b.bytes - a.bytes || a.from - b.from)) {
    const at = firstFit(
      placed.filter((other) => overlaps(other, each)),
      each.bytes,
    );
    placed.push({ ...each, at });
  }
  const bytes = placed.reduce((end, each) => Math.max(end, each.at + each.bytes), 0);
  return { offsets: new Map(placed.map((each) => [each.name, each.at])), bytes };
}

/** Buffers of sizes known at run time: slots of equal size, each used by one buffer at a time. */
function placeNamed(living: readonly Living[], start: Size): MemoryPlan {
  const slots: { readonly bytes: Size; readonly at: Size; readonly users: Living[] }[] = [];
  let end = start;
  for (const each of living) {
    const free = slots.find(
      (slot) => equalSize(slot.bytes, each.bytes) && !slot.users.some((user) => overlaps(user, each)),
    );
    if (free !== undefined) {
      free.users.push(each);
      continue;
    }
    slots.push({ bytes: each.bytes, at: end, users: [each] });
    end = addSize(end, each.bytes);
  }
  return {
    offsets: new Map(slots.flatMap((slot) => slot.users.map((user) => [user.name, slot.at] as const))),
    bytes: end,
  };
}

const isKnown = (each: Living): each is Living & { readonly bytes: number } => typeof each.bytes === "number";

export interface MemoryOptions {
  /** Inputs whose arrays the caller may hand in as outputs too. */
  readonly donated?: readonly string[];
}

export function planMemory(scheduled: ScheduledProgram, options: MemoryOptions = {}): PlannedProgram {
  const safe = protectDonated(scheduled, options.donated ?? []);
  if (isStraight(safe)) return { ...safe, memory: { offsets: new Map(), bytes: 0 } }; // temporaries are scalars
  const buffers = buffersOf(safe.program);
  const living = [...lifetimesOf(safe, buffers)]
    .flatMap(([name, interval]): readonly Living[] => {
      const buffer = buffers.get(name);
      return buffer === undefined ? [] : [{ name, ...interval, bytes: paddedBytes(buffer) }];
    })
    .sort((a, b) => a.from - b.from || (showSize(a.bytes) < showSize(b.bytes) ? -1 : 1));
  const known = placeKnown(living.filter(isKnown).filter(({ bytes }) => bytes !== 8));
  const numbers = placeNumbers(
    living.filter(({ bytes }) => bytes === 8),
    Number(known.bytes),
  );
  const named = placeNamed(
    living.filter((each) => !isKnown(each)),
    numbers.bytes,
  );
  const offsets = new Map([...known.offsets, ...numbers.offsets, ...named.offsets]);
  return { ...safe, memory: { offsets, bytes: named.bytes } };
}
