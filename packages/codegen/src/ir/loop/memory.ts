/**
 * The memory that `eval` runs on: each buffer a list of elements, with arena buffers that share bytes.
 *
 * Invariant: an element is defined only while it holds what was last stored in it; a store into an arena buffer makes
 * the elements of other arena buffers on the same bytes undefined, so a wrong lifetime plan is caught at the next load.
 */
import {
  type Approx,
  type DType,
  evalSize,
  exactly,
  type SizeEnv,
  stored,
  unitRoundoff,
} from "@tapeless/types/compiler";
import type { ProgramBuffer } from "./nodes.js";

/** "exact": a store keeps the double (rounding goes to the bound alone). "rounded": f32 storage rounds the value too. */
export type Storage = "exact" | "rounded";

export interface Cells {
  readonly name: string;
  readonly dtype: DType;
  readonly elements: (Approx | undefined)[];
  /** First byte in the arena; other arena buffers that share bytes with this one. */
  readonly start: number;
  readonly overlapping: Cells[];
}

export type Memory = ReadonlyMap<string, Cells>;

export const elementBytes: Readonly<Record<DType, number>> = { f64: 8, f32: 4, i32: 4, bool: 1 };

function makeCells(buffer: ProgramBuffer, sizes: SizeEnv, given: ArrayLike<number> | undefined): Cells {
  const length = buffer.space === "heap" ? 0 : evalSize(buffer.size, sizes); // room is made when its size is known
  const elements = Array.from({ length }, (_, i) =>
    given === undefined ? undefined : exactly(given[i] ?? Number.NaN),
  );
  return {
    name: buffer.name,
    dtype: buffer.dtype,
    elements,
    start: evalSize(buffer.offset ?? 0, sizes),
    overlapping: [],
  };
}

const endOf = (cells: Cells): number => cells.start + cells.elements.length * elementBytes[cells.dtype];

/** Fresh memory: inputs hold what is given, everything else is undefined. */
export function makeMemory(
  buffers: readonly ProgramBuffer[],
  sizes: SizeEnv,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): Memory {
  const memory = new Map<string, Cells>();
  for (const buffer of buffers) {
    const given = buffer.space === "input" ? inputs[buffer.name] : undefined;
    if (buffer.space === "input" && given === undefined) throw new Error(`eval: no input '${buffer.name}'`);
    memory.set(buffer.name, makeCells(buffer, sizes, given));
  }
  const arena = buffers.filter((buffer) => buffer.space === "arena").flatMap(({ name }) => memory.get(name) ?? []);
  for (const a of arena)
    for (const b of arena) if (a !== b && a.start < endOf(b) && b.start < endOf(a)) a.overlapping.push(b);
  return memory;
}

/** Makes room for so many elements; without `keep` what was there is gone. */
export function reserve({ elements }: Cells, size: number, keep: boolean): void {
  if (!keep) elements.fill(undefined);
  while (elements.length < size) elements.push(undefined);
}

function invalidate(cells: Cells, at: number): void {
  const width = elementBytes[cells.dtype];
  const first = cells.start + at * width;
  for (const other of cells.overlapping) {
    const otherWidth = elementBytes[other.dtype];
    const from = Math.max(0, Math.floor((first - other.start) / otherWidth));
    const to = Math.min(other.elements.length, Math.ceil((first + width - other.start) / otherWidth));
    for (let i = from; i < to; i++) other.elements[i] = undefined;
  }
}

const rounders: Readonly<Record<DType, (value: number) => number>> = {
  f64: (value) => value,
  f32: Math.fround,
  i32: (value) => value | 0,
  bool: (value) => value,
};

/** Stores as the buffer's dtype does and takes the bytes from whoever had them. */
export function writeCell(cells: Cells, at: number, value: Approx, storage: Storage): void {
  const kept = stored(value, cells.dtype);
  // The least f32 steps are absolute: below the normal range rounding is not relative to the value.
  const tiny = unitRoundoff[cells.dtype] > unitRoundoff.f64 ? 2 ** -150 : 0;
  const rounded = storage === "rounded" ? rounders[cells.dtype](kept.value) : kept.value;
  cells.elements[at] = { value: rounded, bound: kept.bound + (value.value === 0 ? 0 : tiny) };
  invalidate(cells, at);
}
