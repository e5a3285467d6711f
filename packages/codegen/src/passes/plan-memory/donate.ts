/**
 * Donated inputs: the caller may hand in the same array as an input and as an output.
 *
 * An output may go straight to its array if no donated input of its dtype is read afterwards, nor in the kernel that
 * writes it, except at the very element that is written. Else it is computed in the arena and copied at the end.
 * Invariant: with any donated input as any output of equal dtype, the program gives what it gives with arrays apart.
 */
import { type Load, namedSize, type ScalarExpr, type Size, showSize } from "@tapeless/types/compiler";
import { partsOf } from "../../ir/kernel/epilogue.js";
import {
  accessesOf,
  type Buffers,
  bufferNamed,
  buffersOf,
  type FlatKernel,
  flatParts,
  flattenKernel,
  mapLoads,
  wholeOf,
} from "../../ir/kernel/flat-kernel.js";
import { kernelLanguage } from "../../ir/kernel/language.js";
import {
  type Buffer,
  innerSteps,
  type Kernel,
  type KernelLet,
  mapInner,
  type Step,
  type Write,
} from "../../ir/kernel/nodes.js";
import { NameSupply } from "../fuse/names.js";
import { scheduleLoops } from "../schedule/loops.js";
import { isStraight, type Schedule, type ScheduledProgram } from "../schedule/types.js";

/** Top-level steps, each with the kernels in it: a loop counts as one step, since its iterations come round again. */
type Moment = readonly Kernel[];

const kernelsIn = (step: Step): Moment => (step.kind === "Kernel" ? [step] : innerSteps(step).flatMap(kernelsIn));

/** Buffers that choices within a step look at. */
function selectorReads(step: Step): readonly string[] {
  if (step.kind === "Kernel") return [];
  const inside = innerSteps(step).flatMap(selectorReads);
  if (step.kind !== "Choose") return inside;
  const own = kernelLanguage.walk(step.selector).flatMap((node) => (node.kind === "Load" ? [node.buffer] : []));
  return [...own, ...inside];
}

export const couldBeEqual = (a: readonly Size[], b: readonly Size[]): boolean =>
  elementCount(a) === undefined || elementCount(b) === undefined || elementCount(a) === elementCount(b);

const elementCount = (shape: readonly Size[]): number | undefined =>
  shape.reduce<number | undefined>(
    (product, size) => (product === undefined || typeof size !== "number" ? undefined : product * size),
    1,
  );

class Hazards {
  private readonly buffers: Buffers;
  private readonly moments: readonly Moment[];

  constructor(
    private readonly scheduled: ScheduledProgram,
    private readonly donated: readonly string[],
  ) {
    this.buffers = buffersOf(scheduled.program);
    this.moments = scheduled.program.steps.map(kernelsIn);
  }

  private uses(kernel: Kernel, buffer: string, write: boolean): boolean {
    return flatParts(flattenKernel(kernel, this.buffers))
      .flatMap(accessesOf)
      .some((access) => access.write === write && wholeOf(this.buffers, access.buffer).name === buffer);
  }

  /** Inputs that may be the array of this output. */
  private candidates(output: Buffer): readonly Buffer[] {
    return this.donated
      .map((name) => bufferNamed(this.buffers, name))
      .filter(
        (input) => input.shape.length > 0 && input.dtype === output.dtype && couldBeEqual(input.shape, output.shape),
      );
  }

  private isHazard(output: Buffer, input: Buffer): boolean {
    const first = this.moments.findIndex((moment) => moment.some((kernel) => this.uses(kernel, output.name, true)));
    if (first < 0) return false;
    if (this.scheduled.program.steps.slice(first).some((step) => this.choosesBy(step, input.name))) return true;
    if (this.moments.slice(first + 1).some((moment) => moment.some((kernel) => this.uses(kernel, input.name, false))))
      return true;
    const [only, ...others] = this.moments[first] ?? [];
    if (only === undefined || !this.reads(this.moments[first] ?? [], input.name)) return false;
    return (
      others.length > 0 ||
      this.scheduled.program.steps[first]?.kind !== "Kernel" ||
      !this.onlySameElement(only, output, input)
    );
  }

  private choosesBy(step: Step, input: string): boolean {
    return selectorReads(step).some((name) => wholeOf(this.buffers, name).name === input);
  }

  private reads(moment: Moment, input: string): boolean {
    return moment.some((kernel) => this.uses(kernel, input, false));
  }

  /** Each iteration reads of the input just the element that it sets in the output, in loops that do one after the other. */
  private onlySameElement(kernel: Kernel, output: Buffer, input: Buffer): boolean {
    const parts = flatParts(flattenKernel(kernel, this.buffers));
    const readsOf = (part: FlatKernel) =>
      accessesOf(part).filter((access) => !access.write && access.buffer === input.name);
    const [first, epilogue] = parts;
    const tiled = this.scheduled.schedules.get(kernel.name)?.form !== "loops"; // then only an epilogue goes one by one
    if (first === undefined || (tiled && (epilogue === undefined || readsOf(first).length > 0))) return false;
    const writes = parts
      .flatMap((part) => part.writes)
      .filter((write) => wholeOf(this.buffers, write.buffer).name === output.name);
    const reads = parts.flatMap(readsOf);
    const alone = partsOf(kernel).every((part) => part.writes.length === 1 || this.loadsBeforeWrites(part, input.name));
    return (
      alone &&
      writes.every(
        (write) =>
          write.combine === "set" &&
          write.buffer === output.name &&
          reads.every((read) => showSize(read.index) === showSize(write.index)),
      )
    );
  }

  /** With several writes, a load must be a let, which all come before the writes. */
  private loadsBeforeWrites(kernel: Kernel, input: string): boolean {
    const inWrites = accessesOf(flattenKernel({ ...kernel, lets: [] }, this.buffers));
    return !inWrites.some((access) => !access.write && wholeOf(this.buffers, access.buffer).name === input);
  }

  find(): readonly Buffer[] {
    return this.scheduled.program.buffers.filter(
      (buffer) =>
        buffer.space === "output" &&
        buffer.shape.length > 0 &&
        this.candidates(buffer).some((input) => this.isHazard(buffer, input)),
    );
  }
}

/** A kernel with what it computes, and its epilogue, each changed. */
function inParts(
  kernel: Kernel,
  change: (body: Pick<Kernel, "lets" | "writes">) => Pick<Kernel, "lets" | "writes">,
): Kernel {
  const changed = { ...kernel, ...change(kernel) };
  if (kernel.epilogue === undefined) return changed;
  return { ...changed, epilogue: { ...kernel.epilogue, ...change(kernel.epilogue) } };
}

function redirect(steps: readonly Step[], names: ReadonlyMap<string, string>): readonly Step[] {
  const rename = (name: string): string => names.get(name) ?? name;
  const inExpr = <T>(value: T): T => {
    if (Array.isArray(value)) return value.map(inExpr) as T; // a list of the same nodes
    if (typeof value !== "object" || value === null) return value;
    const fields = Object.entries(value).map(
      ([key, field]) => [key, key === "buffer" ? rename(field as string) : inExpr(field)] as const,
    );
    return Object.fromEntries(fields) as T; // the same node with buffers renamed
  };
  const inStep = (step: Step): Step => {
    switch (step.kind) {
      case "Repeat":
      case "While":
        return mapInner(step, (inner) => redirect(inner, names)); // a condition is no output
      case "Choose":
        return { ...mapInner(step, (inner) => redirect(inner, names)), selector: inExpr(step.selector) } as Step; // still a choice
      case "Kernel":
        return inParts(step, ({ lets, writes }) => ({
          lets: lets.map(inExpr),
          writes: writes.map((write): Write => inExpr(write)),
        }));
    }
  };
  return steps.map(inStep);
}

/** Kernels that write several buffers load donated inputs by lets, so that no store comes before a load. */
function loadFirst(scheduled: ScheduledProgram, donated: readonly string[]): ScheduledProgram {
  const steps = scheduled.program.steps.map((step): Step => {
    if (step.kind !== "Kernel") return step;
    const supply = new NameSupply(kernelLanguage.walk(step).flatMap((node) => ("name" in node ? [node.name] : [])));
    return inParts(step, (body) => (body.writes.length < 2 ? body : loadsAsLets(body, donated, supply)));
  });
  return { ...scheduled, program: { ...scheduled.program, steps } };
}

function loadsAsLets(
  { lets, writes }: Pick<Kernel, "lets" | "writes">,
  donated: readonly string[],
  supply: NameSupply,
): Pick<Kernel, "lets" | "writes"> {
  const loads = new Map<string, KernelLet>();
  const early = (load: Load): ScalarExpr => {
    if (!donated.includes(load.buffer)) return load;
    const key = scalarKey(load);
    const known = loads.get(key) ?? { kind: "KernelLet", name: supply.fresh(`${load.buffer}0`), value: load };
    loads.set(key, known);
    return { kind: "Ref", name: known.name, dtype: load.dtype };
  };
  const stores = writes.map((write) => ({ ...write, value: mapLoads(write.value, early) }));
  return { lets: [...lets, ...loads.values()], writes: stores };
}

const scalarKey = (load: Load): string => `${load.buffer}[${load.index.map(showSize).join(", ")}]`;

/** The program with outputs that a donated input might still need computed aside. */
export function protectDonated(given: ScheduledProgram, donated: readonly string[]): ScheduledProgram {
  if (donated.length === 0 || isStraight(given)) return given; // straight-line code loads all before it stores
  const scheduled = loadFirst(given, donated);
  const { program } = scheduled;
  const hazards = new Hazards(scheduled, donated).find();
  const supply = new NameSupply([
    ...program.sizes,
    ...program.buffers.map((buffer) => buffer.name),
    ...kernelNames(program.steps),
  ]);
  const aside = new Map(hazards.map((output) => [output.name, supply.fresh(`${output.name}Aside`)]));
  const added = hazards.map((output): Buffer => ({ ...output, name: aside.get(output.name) ?? "", space: "arena" }));
  const views = program.buffers.map(
    (buffer): Buffer => (buffer.of === undefined ? buffer : { ...buffer, of: aside.get(buffer.of) ?? buffer.of }),
  );
  const buffers = [...views, ...added];
  const copies = hazards.map((output) => copyOut(output, aside.get(output.name) ?? "", supply));
  const table: Buffers = new Map(buffers.map((buffer) => [buffer.name, buffer]));
  const schedules = new Map<string, Schedule>(scheduled.schedules);
  for (const copy of copies) schedules.set(copy.name, scheduleLoops(copy, table).schedule);
  return { program: { ...program, buffers, steps: [...redirect(program.steps, aside), ...copies] }, schedules };
}

const kernelNames = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap(kernelsIn).map((kernel) => kernel.name);

function copyOut(output: Buffer, from: string, supply: NameSupply): Kernel {
  const axes = output.shape.map((size) => ({ kind: "Axis", name: supply.fresh("i"), size }) as const);
  const index = axes.map((axis) => namedSize(axis.name));
  const value = { kind: "Load", buffer: from, index, dtype: output.dtype } as const;
  const write: Write = { kind: "Write", buffer: output.name, index, combine: "set", keep: false, value };
  return {
    kind: "Kernel",
    name: supply.fresh(`${output.name}Out`),
    axes,
    lets: [],
    writes: [write],
    comment: `${output.name} = ${from}`,
    spans: [],
  };
}
