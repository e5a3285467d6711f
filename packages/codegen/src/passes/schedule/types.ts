/**
 * How a kernel loops. What it computes is the kernel's, and never changes here.
 *
 * Invariant: plain data with its reason, so that `explain` can show it and lowering only follows it.
 */
import type { Kernel, KernelProgram } from "../../ir/kernel/nodes.js";

/** Axis names, outermost first; names in one list are contiguous in every access and become one loop. */
export type LoopOrder = readonly (readonly string[])[];

/** One nest of loops. */
export interface LoopSchedule {
  readonly form: "loops";
  readonly order: LoopOrder;
  /** Copies of the body in the innermost loop, each with accumulators of its own; "full": no innermost loop at all. */
  readonly unroll: number | "full";
  /** Totals kept in double precision while they are accumulated in memory: by position among the writes, the buffer. */
  readonly totals: Readonly<Record<number, string>>;
  /** Sums that only the epilogue reads, by position among the writes: they have no memory. */
  readonly held: readonly number[];
  readonly why: string;
}

/** A sum of products in register tiles, from packed panels. */
export interface TileSchedule {
  readonly form: "tile";
  /** Axes that both factors and the result have: loops around it all. */
  readonly batch: readonly string[];
  readonly rows: string;
  readonly columns: string;
  /** The axis of the sum that is cut into blocks. */
  readonly sum: string;
  /** Further axes of the sum, each block has all of them. */
  readonly inner: readonly string[];
  /** Further axes of the sum that are loops around it all; the result adds up in its buffer. */
  readonly around: readonly string[];
  /** Axes in one list are contiguous in every access and become one loop. */
  readonly order: LoopOrder;
  readonly tile: readonly [rows: number, columns: number];
  readonly epilogue?: TileEpilogue;
  readonly kept?: KeptPanels;
  readonly why: string;
}

/** The right factor lies in panels that are packed before a loop. */
export interface KeptPanels {
  /** From which element on. */
  readonly place: number;
  /** Which of the loops around, the outermost being 0. */
  readonly depth: number;
}

/** Runs over a block of rows once their sums are complete. */
export interface TileEpilogue {
  readonly unroll: number | "full";
  /** A buffer for the sums of one block of rows, where nothing but the epilogue reads the sums: then these have no memory. */
  readonly block?: string;
}

/** Buffers of sums that have no memory. */
export function heldBuffers(kernel: Kernel, schedule: Schedule | undefined): ReadonlySet<string> {
  const all = kernel.writes.map((write) => write.buffer);
  if (schedule?.form === "tile") return new Set(schedule.epilogue?.block === undefined ? [] : all);
  return new Set(schedule?.form === "loops" ? all.filter((_, k) => schedule.held.includes(k)) : []);
}

/** Buffers that a schedule adds to a program. */
export function addedBuffers(schedule: Schedule | undefined): readonly string[] {
  if (schedule?.form === "tile") return schedule.epilogue?.block === undefined ? [] : [schedule.epilogue.block];
  return schedule?.form === "loops" ? Object.values(schedule.totals) : [];
}

/** The same for a kernel whose axes have other names. */
export function withAxes(schedule: LoopSchedule | TileSchedule, names: ReadonlyMap<string, string>) {
  const rename = (name: string): string => names.get(name) ?? name;
  const all = (list: readonly string[]): readonly string[] => list.map(rename);
  const order = schedule.order.map(all);
  if (schedule.form === "loops") return { ...schedule, order };
  const { batch, rows, columns, sum, inner, around } = schedule;
  return {
    ...schedule,
    order,
    batch: all(batch),
    rows: rename(rows),
    columns: rename(columns),
    sum: rename(sum),
    inner: all(inner),
    around: all(around),
  };
}

/** No loop at all. */
export interface StraightSchedule {
  readonly form: "straight";
  readonly why: string;
}

export type Schedule = LoopSchedule | TileSchedule | StraightSchedule;

export interface ScheduledProgram {
  readonly program: KernelProgram;
  /** By kernel name. */
  readonly schedules: ReadonlyMap<string, Schedule>;
}

/** A program of which all kernels are straight is straight-line code as a whole. */
export const isStraight = ({ schedules }: ScheduledProgram): boolean =>
  [...schedules.values()].every((schedule) => schedule.form === "straight");
