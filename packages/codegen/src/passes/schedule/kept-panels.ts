/**
 * Right factors of products in loops that no step changes: they are packed once, before the loop, into panels that are kept.
 *
 * Invariant: what is packed is read at the same places of the same buffer, which nothing in the loop writes; so it may be
 * packed where the loop takes no step. Two loops that follow each other use the same panels, packed before each of them.
 */
import { namesOf } from "@tapeless/types/compiler";
import { partsOf } from "../../ir/kernel/epilogue.js";
import { type Buffers, bufferNamed, buffersOf, flattenKernel, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { innerSteps, type Kernel, type Step } from "../../ir/kernel/nodes.js";
import { applyOrder } from "./collapse.js";
import { factorsOf } from "./factors.js";
import { stridedOf } from "./strided.js";
import { tileColumns } from "./tile.js";
import type { Schedule, ScheduledProgram, TileSchedule } from "./types.js";

/** Elements of a kept panel, of all operands of a loop together: three of them are 384 kB, which the second cache holds. */
export const keptLength = 16384;
/** Rows up to which packing is more than some hundredths of a product. */
const fewRows = 32;

/** Buffers that a step writes, and what is in it. */
function writtenIn(step: Step, buffers: Buffers): ReadonlySet<string> {
  const own = step.kind === "Kernel" ? partsOf(step).flatMap(({ writes }) => writes) : [];
  const inner = innerSteps(step).flatMap((each) => [...writtenIn(each, buffers)]);
  return new Set([...own.map(({ buffer }) => wholeOf(buffers, buffer).name), ...inner]);
}

/** Whole groups of columns, as tiles have them, and columns that are left over, each a group. */
export const keptGroups = (columns: number) => ({
  whole: Math.floor(columns / tileColumns),
  rest: columns % tileColumns,
});

interface Operand {
  /** The buffer that it lies in. */
  readonly whole: string;
  /** Equal for operands that are packed alike. */
  readonly key: string;
  /** Elements that each panel has of it. */
  readonly length: number;
}

/** The right factor, where it is small, few rows are multiplied with it, and its place is the same in all steps of all loops. */
function operandOf(
  kernel: Kernel,
  schedule: TileSchedule,
  buffers: Buffers,
  dimensions: readonly string[],
): Operand | undefined {
  const flat = applyOrder(flattenKernel(kernel, buffers), schedule.order);
  const load = factorsOf(flat)?.right.load;
  const [rows, columns, terms] = [schedule.rows, schedule.columns, schedule.sum].map(
    (name) => flat.axes.find((axis) => axis.name === name)?.size,
  );
  const axes = [...schedule.batch, ...schedule.inner, ...schedule.around];
  if (load === undefined || axes.length > 0 || typeof columns !== "number" || typeof terms !== "number")
    return undefined;
  if (typeof rows === "number" && rows > fewRows) return undefined;
  const { buffer, start, ...steps } = stridedOf({ buffer: load.buffer, index: load.index[0] ?? 0 }, schedule);
  const { offset = 0 } = bufferNamed(buffers, buffer);
  const named = [start, steps.columns, steps.sum, offset].flatMap(namesOf);
  if (!named.every((name) => dimensions.includes(name)) || wholeOf(buffers, buffer).space === "heap") return undefined;
  const key = JSON.stringify([buffer, start, steps.columns, steps.sum, columns, terms]);
  const { whole, rest } = keptGroups(columns);
  return { whole: wholeOf(buffers, buffer).name, key, length: (whole + rest) * terms };
}

class Keeper {
  private readonly buffers: Buffers;
  /** Where panels have the operands of one loop, and of what is in it; by their keys. */
  private readonly places = new Map<string, number>();
  private taken = 0;
  readonly schedules: Map<string, Schedule>;

  constructor(private readonly scheduled: ScheduledProgram) {
    this.buffers = buffersOf(scheduled.program);
    this.schedules = new Map(scheduled.schedules);
  }

  private placeOf({ key, length }: Operand): number | undefined {
    const known = this.places.get(key);
    if (known !== undefined || this.taken + length > keptLength) return known;
    this.places.set(key, this.taken);
    this.taken += length;
    return this.taken - length;
  }

  /** `loops` are those around, the outermost first: what each of them writes. */
  private kernel(kernel: Kernel, loops: readonly ReadonlySet<string>[]): void {
    const schedule = this.schedules.get(kernel.name);
    if (schedule?.form !== "tile" || loops.length === 0) return;
    const operand = operandOf(kernel, schedule, this.buffers, this.scheduled.program.sizes);
    const depth = operand === undefined ? -1 : loops.findIndex((written) => !written.has(operand.whole));
    const place = operand === undefined || depth < 0 ? undefined : this.placeOf(operand);
    if (place === undefined) return;
    const why = `${schedule.why}; the right factor packed before the loop, for no step changes it`;
    this.schedules.set(kernel.name, { ...schedule, why, kept: { place, depth } });
  }

  /** What runs after each other uses the same panels, for it packs them anew. */
  outermost(step: Step): void {
    this.places.clear();
    this.taken = 0;
    this.steps([step], []);
  }

  private steps(steps: readonly Step[], loops: readonly ReadonlySet<string>[]): void {
    for (const step of steps) {
      if (step.kind === "Kernel") this.kernel(step, loops);
      else {
        const isLoop = step.kind !== "Choose";
        this.steps(innerSteps(step), isLoop ? [...loops, writtenIn(step, this.buffers)] : loops);
      }
    }
  }
}

export function keepPanels(scheduled: ScheduledProgram): ScheduledProgram {
  const keeper = new Keeper(scheduled);
  for (const step of scheduled.program.steps) keeper.outermost(step);
  return { ...scheduled, schedules: keeper.schedules };
}
