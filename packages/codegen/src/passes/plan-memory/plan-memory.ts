/**
 * Places temporaries in the arena: the first free range that is large enough, the largest first.
 *
 * An offset is a polynomial in the named dimensions, so ranges are compared within a region: buffers whose sizes are whole
 * multiples of one polynomial, its unit. In a region lengths are numbers, and sizes known at build time are those of the
 * unit 1. A region is as long as its buffers need at one time, and regions follow each other.
 *
 * Invariant: offsets are multiples of the bytes of an element; buffers alive at the same step do not overlap.
 */
import { addSize, mulSize, type Size, showSize } from "@tapeless/types/compiler";
import { elementBytes } from "../../ir/kernel/bytes.js";
import { buffersOf, roomOf } from "../../ir/kernel/flat-kernel.js";
import type { Buffer } from "../../ir/kernel/nodes.js";
import { isStraight, type ScheduledProgram } from "../schedule/types.js";
import { protectDonated } from "./donate.js";
import { type Interval, lifetimesOf } from "./lifetimes.js";
import { type Living, type Region, regionsOf } from "./regions.js";
import type { MemoryPlan, PlannedProgram } from "./types.js";

const overlaps = (a: Interval, b: Interval): boolean => a.from <= b.to && b.from <= a.to;

/** A range of a region, in units. */
interface Range extends Interval {
  readonly name: string;
  readonly at: number;
  readonly end: number;
}

const roundUp = (count: number, multiple: number): number => Math.ceil(count / multiple) * multiple;

/** The lowest place for so many units between the ranges that are taken at the same time. They are sorted by `at`. */
function firstFit(placed: readonly Range[], living: Region["living"][number]): number {
  let at = 0;
  for (const range of placed) {
    if (!overlaps(range, living)) continue;
    if (at + living.count <= range.at) return at;
    at = Math.max(at, roundUp(range.end, living.element));
  }
  return at;
}

/** Buffers of one region. Large ones first: they are the hardest to place. */
function placeRegion({ unit, element, living }: Region, start: Size): MemoryPlan {
  const placed: Range[] = [];
  for (const each of [...living].sort((a, b) => b.count - a.count || a.from - b.from)) {
    const at = firstFit(placed, each);
    const after = placed.findIndex((range) => range.at > at);
    const { name, from, to, count } = each;
    placed.splice(after < 0 ? placed.length : after, 0, { name, from, to, at, end: at + count });
  }
  const length = roundUp(Math.max(0, ...placed.map(({ end }) => end)), element);
  return {
    offsets: new Map(placed.map(({ name, at }) => [name, addSize(start, mulSize(at, unit))])),
    bytes: addSize(start, mulSize(length, unit)),
  };
}

/** Where a buffer is to stand: one of known size at a multiple of 8 bytes. */
function livingOf(buffer: Buffer, interval: Interval): Living {
  const element = elementBytes[buffer.dtype];
  const bytes = mulSize(element, roomOf(buffer));
  return typeof bytes === "number"
    ? { name: buffer.name, ...interval, bytes: roundUp(bytes, 8), element: 8 }
    : { name: buffer.name, ...interval, bytes, element };
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
      return buffer === undefined ? [] : [livingOf(buffer, interval)];
    })
    .sort((a, b) => a.from - b.from || (showSize(a.bytes) < showSize(b.bytes) ? -1 : 1));
  const isNumber = ({ bytes }: Living): boolean => bytes === 8;
  const after = (plan: MemoryPlan, place: (start: Size) => MemoryPlan): MemoryPlan => {
    const { offsets, bytes } = place(plan.bytes);
    return { offsets: new Map([...plan.offsets, ...offsets]), bytes };
  };
  const places = regionsOf(living.filter((each) => !isNumber(each))).map((region) => ({
    known: region.unit === 1,
    place: (start: Size) => placeRegion(region, start),
  }));
  const numbers = (start: Size): MemoryPlan => placeNumbers(living.filter(isNumber), Number(start));
  const inOrder = [
    ...places.filter(({ known }) => known).map(({ place }) => place),
    numbers,
    ...places.filter(({ known }) => !known).map(({ place }) => place),
  ];
  return { ...safe, memory: inOrder.reduce(after, { offsets: new Map(), bytes: 0 }) };
}
