/**
 * The meaning of KernelIR, slow and obvious: the oracle for everything that schedules and lowers it.
 *
 * Invariant: iterations run in the order of the axes (that of a sweep down from its end), in doubles; storing rounds only the bound. The bound of a result
 * covers any order of summation and running totals kept in the buffer's own dtype.
 */
import {
  type Approx,
  applyBuiltin,
  type Combine,
  type DType,
  evalSize,
  evaluateIndex,
  evaluateScalar,
  exactly,
  type ScalarScope,
  type SizeEnv,
  stored,
  unitRoundoff,
} from "@tapeless/types/compiler";
import { KernelBug } from "./bug.js";
import { partsOf } from "./epilogue.js";
import { identityOf } from "./identity.js";
import type { Buffer, Choose, Kernel, KernelProgram, Step, While, Write } from "./nodes.js";

export interface KernelInputs {
  readonly sizes?: SizeEnv;
  /** Flat elements of every input, scalars as lists of one. */
  readonly buffers: Readonly<Record<string, ArrayLike<number>>>;
}

type Cells = (Approx | undefined)[];

interface Machine {
  readonly program: KernelProgram;
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly cells: ReadonlyMap<string, Cells>;
  readonly sizes: Record<string, number>;
}

const combineBuiltin = { sum: "add", max: "max", min: "min" } as const;

function place(
  machine: Machine,
  kernel: string,
  name: string,
  index: readonly number[],
): { readonly cells: Cells; readonly at: number } {
  const buffer = machine.buffers.get(name);
  const cells = machine.cells.get(buffer?.of ?? name);
  if (buffer === undefined || cells === undefined) throw new KernelBug(kernel, `no buffer '${name}'`);
  const shape = buffer.shape.map((size) => evalSize(size, machine.sizes));
  const flat = index.reduce((sum, at, axis) => {
    const size = shape[axis] ?? 0;
    if (!(at >= 0 && at < size))
      throw new KernelBug(kernel, `index ${at} of '${name}' is outside axis ${axis} of size ${size}`);
    return sum * size + at;
  }, 0);
  return { cells, at: flat + evalSize(buffer.offset ?? 0, machine.sizes) };
}

function read(machine: Machine, kernel: string, name: string, index: readonly number[]): Approx {
  const { cells, at } = place(machine, kernel, name, index);
  const value = cells[at];
  if (value === undefined)
    throw new KernelBug(kernel, `'${name}' is read at [${index.join(", ")}] before it is written`);
  return value;
}

/** Names of one iteration: axes among the sizes, lets beside. */
function scopeOf(machine: Machine, kernel: Kernel, lets: ReadonlyMap<string, Approx>): ScalarScope {
  return {
    load: (name, index) => read(machine, kernel.name, name, index),
    scalar: (name) => {
      const value = lets.get(name);
      if (value === undefined) throw new KernelBug(kernel.name, `'${name}' has no value`);
      return value;
    },
    sizes: machine.sizes,
  };
}

/** Runs `visit` for every point of the axes, the last one fastest. */
function forEachPoint(machine: Machine, kernel: Kernel, visit: () => void, axis = 0): void {
  const each = kernel.axes[axis];
  if (each === undefined) {
    visit();
    return;
  }
  const size = evalSize(each.size, machine.sizes);
  const isDown = axis === kernel.axes.length - 1 && kernel.sweep?.direction === "down";
  for (let at = 0; at < size; at++) {
    machine.sizes[each.name] = isDown ? size - 1 - at : at;
    forEachPoint(machine, kernel, visit, axis + 1);
  }
}

/** Running totals of one combining write: what the bound of its results is made of. */
interface Total {
  readonly value: Approx;
  readonly magnitude: number;
  readonly count: number;
}

function joinInto(total: Total, combine: Combine, dtype: DType, term: Approx): Total {
  const next = applyBuiltin(combineBuiltin[combine], dtype, [exactly(total.value.value), exactly(term.value)]);
  const bound = combine === "sum" ? total.value.bound + term.bound : Math.max(total.value.bound, term.bound);
  return {
    value: { value: next.value, bound },
    magnitude: total.magnitude + Math.abs(term.value),
    count: total.count + 1,
  };
}

/**
 * Any order of summation errs by at most (n-1)·u·Σ|xᵢ| (Higham, §4.2), and so does this one. Where elements are added
 * into the buffer itself (scatters, kept totals, blocks of long sums), each such addition rounds to its dtype as well.
 */
function finish(total: Total, write: Write, scattered: boolean): Approx {
  if (write.combine !== "sum" || write.value.dtype === "i32") return total.value;
  const { count, magnitude, value } = total;
  const stores = scattered ? count : (write.keep ? 1 : 0) + Math.floor(count / longSum);
  const unit = unitRoundoff[write.value.dtype];
  const bound = value.bound + (2 * count * unitRoundoff.f64 + stores * unit) * magnitude;
  return { value: value.value, bound: Number.isNaN(bound) ? Number.POSITIVE_INFINITY : bound };
}

/** A schedule may put a running total away once in so many terms. */
export const longSum = 256;

/** A write's totals by flat position; `scattered` once two indices of it come from data. */
class Totals {
  readonly cells = new Map<number, Total>();

  constructor(
    readonly write: Write,
    readonly scattered: boolean,
  ) {}
}

function initialise(machine: Machine, kernel: Kernel, write: Write): void {
  if (write.combine === "set" || write.keep) return;
  const buffer = machine.buffers.get(write.buffer);
  if (buffer === undefined) throw new KernelBug(kernel.name, `no buffer '${write.buffer}'`);
  const size = buffer.shape.reduce<number>((product, each) => product * evalSize(each, machine.sizes), 1);
  const { cells, at } = start(machine, buffer);
  for (let k = 0; k < size; k++) cells[at + k] = exactly(identityOf(write.combine, buffer.dtype));
}

function start(machine: Machine, buffer: Buffer): { readonly cells: Cells; readonly at: number } {
  const cells = machine.cells.get(buffer.of ?? buffer.name);
  if (cells === undefined) throw new KernelBug(buffer.name, "has no storage");
  return { cells, at: evalSize(buffer.offset ?? 0, machine.sizes) };
}

function join(machine: Machine, kernel: Kernel, totals: Totals, index: readonly number[], term: Approx): void {
  const { write } = totals;
  if (write.combine === "set") return;
  const { at } = place(machine, kernel.name, write.buffer, index);
  const held = totals.cells.get(at) ?? firstTotal(read(machine, kernel.name, write.buffer, index), write.keep);
  totals.cells.set(at, joinInto(held, write.combine, write.value.dtype, term));
}

/** The identity counts for nothing; a kept value is a term. */
const firstTotal = (held: Approx, kept: boolean): Total => ({
  value: held,
  magnitude: kept ? Math.abs(held.value) : 0,
  count: kept ? 1 : 0,
});

/** What the delays of a sweep are in one iteration after the other. */
class Delayed {
  private held = new Map<string, Approx>();
  private steps = 0;
  private readonly length: number;

  constructor(
    private readonly kernel: Kernel,
    sizes: SizeEnv,
  ) {
    this.length = evalSize(kernel.axes.at(-1)?.size ?? 0, sizes);
  }

  /** Those of this iteration, to be known beside its lets. */
  begin(lets: Map<string, Approx>): void {
    const isFirst = this.steps % this.length === 0;
    for (const { name } of this.kernel.sweep?.delays ?? [])
      lets.set(name, (isFirst ? undefined : this.held.get(name)) ?? exactly(0));
  }

  end(lets: ReadonlyMap<string, Approx>): void {
    this.steps++;
    const delays = this.kernel.sweep?.delays ?? [];
    this.held = new Map(delays.map(({ name, of }) => [name, lets.get(of) ?? exactly(Number.NaN)]));
  }
}

function runKernel(machine: Machine, kernel: Kernel): void {
  const axes = new Set(kernel.axes.map((axis) => axis.name));
  const totals = kernel.writes.map((write) => new Totals(write, isScattered(write, axes)));
  for (const write of kernel.writes) initialise(machine, kernel, write);
  const delayed = new Delayed(kernel, machine.sizes);
  forEachPoint(machine, kernel, () => {
    const lets = new Map<string, Approx>();
    delayed.begin(lets);
    const scope = scopeOf(machine, kernel, lets);
    for (const each of kernel.lets) lets.set(each.name, evaluateScalar(each.value, scope));
    const found = kernel.writes.map((write) => ({
      value: evaluateScalar(write.value, scope),
      index: write.index.map((index) => evaluateIndex(index, scope)),
    }));
    kernel.writes.forEach((write, k) => {
      const [target, sums] = [found[k], totals[k]];
      if (target === undefined || sums === undefined) return;
      if (write.combine !== "set") return join(machine, kernel, sums, target.index, target.value);
      const { cells, at } = place(machine, kernel.name, write.buffer, target.index);
      cells[at] = stored(target.value, write.value.dtype);
    });
    delayed.end(lets);
  });
  for (const sums of totals) storeTotals(machine, sums);
}

function storeTotals(machine: Machine, { write, cells, scattered }: Totals): void {
  const buffer = machine.buffers.get(write.buffer);
  const held = machine.cells.get(buffer?.of ?? write.buffer);
  if (held === undefined) return;
  for (const [at, total] of cells) held[at] = stored(finish(total, write, scattered), write.value.dtype);
}

/** Does the index come from data? Then each term goes through memory. */
const isScattered = (write: Write, axes: ReadonlySet<string>): boolean =>
  write.index.some(
    (index) =>
      typeof index !== "number" && !(index.terms.length === 1 && axes.has(index.terms[0]?.names.join("*") ?? "")),
  );

/** The branch that a selector takes: a bool is 0 or 1, a number is clamped to the branches. */
function runChoose(machine: Machine, { selector, branches }: Choose): void {
  const { value } = evaluateScalar(selector, {
    load: (name, index) => read(machine, "choose", name, index),
    scalar: (name) => {
      throw new KernelBug("choose", `'${name}' has no value`);
    },
    sizes: machine.sizes,
  });
  const taken = branches[Math.min(Math.max(value, 0), branches.length - 1)];
  if (taken === undefined) throw new KernelBug("choose", `no branch for ${value}`);
  runSteps(machine, taken.steps);
}

function runWhile(machine: Machine, step: While): void {
  const most = step.bound === undefined ? Number.POSITIVE_INFINITY : evalSize(step.bound, machine.sizes);
  for (let at = 0; ; at++) {
    machine.sizes[step.index] = at;
    runSteps(machine, step.test);
    if (read(machine, step.index, step.condition, []).value === 0) return;
    if (at >= most) throw new KernelBug(step.index, `takes more than ${most} steps`);
    runSteps(machine, step.body);
  }
}

function runSteps(machine: Machine, steps: readonly Step[]): void {
  for (const step of steps) {
    switch (step.kind) {
      case "Kernel":
        for (const part of partsOf(step)) runKernel(machine, part);
        break;
      case "Choose":
        runChoose(machine, step);
        break;
      case "While":
        runWhile(machine, step);
        break;
      case "Repeat": {
        const length = evalSize(step.length, machine.sizes);
        for (let at = 0; at < length; at++) {
          machine.sizes[step.index] = at;
          runSteps(machine, step.body);
        }
      }
    }
  }
}

/** Runs a program; each output's elements with how far another order of evaluation may be from them. */
export function evalKernels(program: KernelProgram, inputs: KernelInputs): Readonly<Record<string, readonly Approx[]>> {
  const sizes = { ...inputs.sizes };
  const cells = new Map<string, Cells>();
  for (const buffer of program.buffers) {
    if (buffer.space === "view") continue;
    // A list grows by itself; how long one of the heap may be, and one with room, is known when it is used.
    const isFixed = buffer.space !== "heap" && buffer.capacity === undefined;
    const length = isFixed ? buffer.shape.reduce<number>((product, size) => product * evalSize(size, sizes), 1) : 0;
    const given = inputs.buffers[buffer.name];
    if (buffer.space === "input" && given === undefined) throw new Error(`eval: no input '${buffer.name}'`);
    cells.set(
      buffer.name,
      Array.from({ length }, (_, k) => (buffer.space === "input" ? exactly(given?.[k] ?? Number.NaN) : undefined)),
    );
  }
  const machine: Machine = {
    program,
    buffers: new Map(program.buffers.map((buffer) => [buffer.name, buffer])),
    cells,
    sizes,
  };
  runSteps(machine, program.steps);
  const outputs = program.buffers.filter((buffer) => buffer.space === "output");
  return Object.fromEntries(
    outputs.map(({ name }) => [name, (cells.get(name) ?? []).map((cell, k) => written(cell, name, k, program.name))]),
  );
}

function written(cell: Approx | undefined, name: string, k: number, program: string): Approx {
  if (cell === undefined) throw new KernelBug(program, `element ${k} of the output '${name}' is never written`);
  return cell;
}
