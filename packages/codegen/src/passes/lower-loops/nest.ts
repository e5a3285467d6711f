/**
 * A kernel as a nest of loops, as its `LoopSchedule` says.
 *
 * Invariant: lets stand at the depth of their innermost axis; a reduction whose kept axes are outermost collects in locals,
 * the others go to memory, which holds the identity first. Copies of the body have locals of their own.
 */
import {
  addSize,
  type Combine,
  type DType,
  type Index,
  namedSize,
  productSize,
  type ScalarExpr,
  type Size,
  scalarBuilder,
} from "@tapeless/types/compiler";
import { type Buffers, bufferNamed, type FlatKernel, type FlatWrite, wholeOf } from "../../ir/kernel/flat-kernel.js";
import { identityOf } from "../../ir/kernel/identity.js";
import type { Axis, KernelLet } from "../../ir/kernel/nodes.js";
import { accumulate, bind, constant, load, local, loop, ref, type Stmt, store, update } from "../../ir/loop/index.js";
import type { NameSupply } from "../fuse/names.js";
import { type Guard, guardOf } from "../schedule/guard.js";
import { type Reach, reachOf, unrollFactor } from "../schedule/loops.js";
import { type PlacedKernel, type PlacedLet, placeLets } from "./hoist.js";
import { interiorOf, placeInterior } from "./interior.js";
import { NestEpilogue } from "./nest-epilogue.js";
import { keepNames, type Renaming, renameExpr, renameIndex, withFresh } from "./rename.js";
import { isPanel, panelSize } from "./tile-parts.js";

export interface NestContext {
  readonly fresh: (hint: string) => string;
  readonly aliases: (a: string, b: string) => boolean;
  readonly dtypeOf: (buffer: string) => DType;
  readonly elementsOf: (buffer: string) => Size;
  readonly unroll: number | "full";
  /** Buffers in double precision for totals, by position among the writes. */
  readonly totals: Readonly<Record<number, string>>;
  /** Sums that only the epilogue reads, by position among the writes: they are not stored. */
  readonly held: readonly number[];
}

/** What a nest asks of memory: panels are apart from all buffers. */
export const nestContext = (buffers: Buffers, names: NameSupply) => ({
  fresh: (hint: string): string => names.fresh(hint),
  aliases: (a: string, b: string): boolean =>
    isPanel(a) || isPanel(b) ? a === b : wholeOf(buffers, a) === wholeOf(buffers, b),
  dtypeOf: (name: string): DType => (isPanel(name) ? "f64" : bufferNamed(buffers, name).dtype),
  elementsOf: (name: string): Size => (isPanel(name) ? panelSize(name) : productSize(bufferNamed(buffers, name).shape)),
});

const combineCall = { sum: "add", max: "max", min: "min" } as const;

/** The middle of the innermost axis, where conditions are decided. */
interface Middle {
  readonly before: number;
  readonly behind: number;
  readonly kernel: PlacedKernel;
}

/** One combining write that collects in locals. */
interface Register {
  readonly write: FlatWrite & { readonly combine: Combine };
  /** One for each copy of the innermost body, or fewer that take turns. */
  readonly names: readonly string[];
  /** The innermost axis is kept: each local is a result of its own. */
  readonly columns: boolean;
  /** Loops around the place where the total is stored. */
  readonly depth: number;
}

class Nest {
  private readonly kernel: PlacedKernel;
  private readonly middle: Middle | undefined;
  private readonly epilogue: NestEpilogue | undefined;
  private readonly registers = new Map<FlatWrite, Register>();
  /** Copies of the innermost body; all of it when it is written out. */
  private readonly copies: number;

  constructor(
    kernel: FlatKernel,
    private readonly context: NestContext,
  ) {
    this.kernel = placeLets(kernel, context);
    this.epilogue = NestEpilogue.of(kernel, context);
    const interior = context.unroll === "full" ? undefined : interiorOf(kernel);
    this.middle = interior && { ...interior, kernel: placeInterior(interior, kernel, this.kernel, context) };
    this.copies = context.unroll === "full" ? knownSize(kernel.axes.at(-1)) : context.unroll;
    for (const write of this.kernel.writes) {
      const reach = this.reachOf(write);
      if (write.combine === "set" || reach === undefined || reach === "memory") continue;
      const columns = reach === "columns";
      const count = columns ? this.copies : Math.min(this.copies, unrollFactor);
      const kept = kernel.axes.filter((axis) => mentions(write.index, axis.name)).length;
      const names = Array.from({ length: count }, () => context.fresh("sum"));
      this.registers.set(write, {
        write: { ...write, combine: write.combine },
        names,
        columns,
        depth: columns ? kept - 1 : kept,
      });
    }
  }

  private reachOf(write: FlatWrite): Reach | undefined {
    const axes = this.kernel.axes.map((axis) => axis.name);
    const integers = new Set(this.kernel.lets.map((each) => each.name));
    return reachOf(write, axes, integers, this.context.unroll === "full");
  }

  build(): readonly Stmt[] {
    const { axes } = this.kernel;
    const before = this.kernel.writes.flatMap((write, k) => this.initialise(write, k));
    const after = this.kernel.writes.flatMap((write, k) => this.finish(write, k));
    const empty = axes.some((axis) => axis.size === 0);
    return [...before, ...(empty ? this.emptyTotals() : this.level(0)), ...after];
  }

  /** Nothing runs, but totals of nothing are still the identity. */
  private emptyTotals(): readonly Stmt[] {
    return [...this.registers.values()].flatMap(({ write }) =>
      write.keep ? [] : this.fill(write.buffer, write.combine),
    );
  }

  private fill(buffer: string, combine: Combine): readonly Stmt[] {
    const dtype = this.context.dtypeOf(buffer);
    const value = constant(identityOf(combine, dtype), dtype);
    return this.overElements(buffer, (at) => [store(buffer, at, value)]);
  }

  private overElements(buffer: string, body: (at: Index) => readonly Stmt[]): readonly Stmt[] {
    const elements = this.context.elementsOf(buffer);
    if (elements === 1) return body(0);
    const index = this.context.fresh("e");
    return [loop(index, elements, body(namedSize(index)))];
  }

  /** Does the write go to memory, with the identity first? */
  private joinsMemory(write: FlatWrite): write is FlatWrite & { readonly combine: Combine } {
    if (write.combine === "set" || this.registers.has(write)) return false;
    return this.reachOf(write) !== undefined;
  }

  private initialise(write: FlatWrite, k: number): readonly Stmt[] {
    return this.joinsMemory(write) && !write.keep
      ? this.fill(this.context.totals[k] ?? write.buffer, write.combine)
      : [];
  }

  private finish(write: FlatWrite, k: number): readonly Stmt[] {
    const total = this.context.totals[k];
    if (total === undefined) return [];
    const dtype = this.context.dtypeOf(write.buffer);
    return this.overElements(total, (at) => [
      store(write.buffer, at, scalarBuilder.cast(load(total, at, this.context.dtypeOf(total)), dtype)),
    ]);
  }

  /** Statements under `depth` loops. */
  private level(depth: number): readonly Stmt[] {
    const axis = this.kernel.axes[depth];
    const opened = [...this.registers.values()].filter((register) => register.depth === depth);
    const outside = depth < this.kernel.axes.length ? (this.middle?.kernel.placed ?? []) : [];
    const lets = [...this.kernel.placed, ...outside]
      .filter((each) => each.depth === depth)
      .map((each) => bind(each.name, each.value));
    if (axis === undefined) return [...lets, ...this.writes(this.kernel, keepNames, 0)];
    const locals = opened.flatMap(({ names, write }) =>
      names.map((name) => local(name, constant(identityOf(write.combine, write.value.dtype), write.value.dtype))),
    );
    const loops =
      depth === this.kernel.axes.length - 1
        ? [...this.delays(), ...this.innermost(axis)]
        : [loop(axis.name, axis.size, this.level(depth + 1))];
    const before = this.epilogue?.outer(depth) ?? [];
    return [...lets, ...before, ...locals, ...loops, ...this.close(opened)];
  }

  /** Stores totals that are complete, and runs the epilogue where there is one. */
  private close(opened: readonly Register[]): readonly Stmt[] {
    const isHeld = ({ write }: Register): boolean =>
      this.context.held.some((k) => this.kernel.writes[k]?.buffer === write.buffer);
    const { epilogue } = this;
    const [first] = opened;
    if (epilogue === undefined || first === undefined) return opened.flatMap((register) => this.storeTotals(register));
    const stored = opened.filter((register) => !isHeld(register));
    if (first.columns) {
      const columns = first.names.map((_, at) =>
        epilogue.column(
          at,
          new Map(opened.map(({ write, names }) => [write.buffer, ref(names[at] ?? "", write.value.dtype)])),
        ),
      );
      return [...stored.flatMap((register) => this.storeTotals(register)), ...columns.flat()];
    }
    const bound = opened.map((register) => bind(this.context.fresh("total"), totalOf(register)));
    const totals = new Map(opened.map(({ write }, k) => [write.buffer, ref(bound[k]?.name ?? "", write.value.dtype)]));
    const stores = stored.flatMap(({ write: { buffer, index } }) => {
      const total = totals.get(buffer);
      return total === undefined ? [] : [store(buffer, index, total)];
    });
    return [...bound, ...stores, ...epilogue.at(totals)];
  }

  private storeTotals({ write, names, columns }: Register): readonly Stmt[] {
    const totals = names.map((name) => ref(name, write.value.dtype));
    const join = (index: Index, total: ScalarExpr): Stmt =>
      write.keep ? accumulate(write.buffer, index, write.combine, total) : store(write.buffer, index, total);
    if (!columns) return [join(write.index, totalOf({ write, names }))];
    const inner = this.kernel.axes.at(-1)?.name ?? "";
    return totals.map((total, at) => join(renameIndex(write.index, { indices: { [inner]: at }, scalars: {} }), total));
  }

  private get goesDown(): boolean {
    return this.kernel.sweep?.direction === "down";
  }

  /** What a sweep has at hand where the innermost axis begins. */
  private delays(): readonly Stmt[] {
    return (this.kernel.sweep?.delays ?? []).map(({ name, dtype }) => local(name, constant(0, dtype)));
  }

  /** What the next iteration has at hand. A delay of a delay comes first, as that changes as well. */
  private handOn({ sweep }: PlacedKernel, { scalars }: Renaming): readonly Stmt[] {
    const delays = [...(sweep?.delays ?? [])].reverse();
    return delays.map(({ name, of, dtype }) => update(name, "set", ref(scalars[of] ?? of, dtype)));
  }

  private innermost(axis: Axis): readonly Stmt[] {
    const { unroll } = this.context;
    if (unroll === "full")
      return Array.from({ length: this.copies }, (_, at) => this.copyAt(this.kernel, axis, at, at)).flat();
    if (this.middle !== undefined) return this.throughMiddle(axis, unroll, this.middle);
    return this.unrolled(this.kernel, axis, unroll, 0, axis.size);
  }

  /** Copies of the body in a loop over a part of the axis, and the rest one by one. */
  private unrolled(kernel: PlacedKernel, axis: Axis, step: number, from: Size, to: Size): readonly Stmt[] {
    if (step === 1) return [{ ...loop(axis.name, to, this.step(kernel, axis, 1)), from, step: this.goesDown ? -1 : 1 }];
    const copies = this.step(kernel, axis, step);
    const { bound, end } = this.wholeSteps(from, to, step);
    const main: Stmt = { kind: "For", index: axis.name, from, to: end, step, unroll: "none", body: copies };
    const isWhole = typeof to === "number" && end === to;
    return [...bound, ...(end === from ? [] : [main]), ...(isWhole ? [] : [this.oneByOne(kernel, axis, end, to)])];
  }

  /** What one iteration of the innermost loop does. */
  private step(kernel: PlacedKernel, axis: Axis, count: number): readonly Stmt[] {
    const body = { lets: kernelLets(innerLets(kernel)), writes: kernel.writes };
    const guard = kernel.sweep === undefined ? guardOf(body, axis.name, count, this.context) : undefined;
    if (guard !== undefined) return this.guarded(kernel, guard, axis, count);
    return Array.from({ length: count }, (_, copy) => this.copyOf(kernel, axis, copy)).flat();
  }

  /** Copies of the body behind one test; where that fails, one iteration after the other as it is. */
  private guarded(kernel: PlacedKernel, guard: Guard, axis: Axis, count: number): readonly Stmt[] {
    const names = [...guard.before, ...guard.lets].map((each) => each.name);
    const copies = Array.from({ length: count }, (_, copy) => {
      const base: Renaming = { indices: { [axis.name]: addSize(namedSize(axis.name), copy) }, scalars: {} };
      return copy === 0 ? base : withFresh(base, names, this.context.fresh);
    });
    const bound = (lets: Guard["lets"], renaming: Renaming): readonly Stmt[] =>
      lets.map(({ name, value }) => bind(renaming.scalars[name] ?? name, renameExpr(value, renaming)));
    const operands = copies.flatMap((renaming) => guard.operands.map((operand) => renameExpr(operand, renaming)));
    const inside = { ...kernel, writes: guard.writes };
    const body = copies.flatMap((renaming, copy) => [
      ...bound(guard.lets, renaming),
      ...this.writes(inside, renaming, copy),
    ]);
    const first = namedSize(axis.name);
    const otherwise =
      count === 1 ? this.copyAt(kernel, axis, first, 0) : [this.oneByOne(kernel, axis, first, addSize(first, count))];
    return [
      ...copies.flatMap((renaming) => bound(guard.before, renaming)),
      { kind: "If", condition: isInside(operands, guard.bound), body, otherwise },
    ];
  }

  private oneByOne(kernel: PlacedKernel, axis: Axis, from: Size, to: Size): Stmt {
    const index = this.context.fresh(axis.name);
    const body = this.copyAt(kernel, axis, namedSize(index), 0);
    return { kind: "For", index, from, to, step: this.goesDown ? -1 : 1, unroll: "none", body };
  }

  /** The ends of the axis position by position, as they are; and what is between them, where conditions are decided. */
  private throughMiddle(axis: Axis, unroll: number, { before, behind, kernel }: Middle): readonly Stmt[] {
    const { bound, start, stop } = this.middleOf(axis, before, behind);
    const parts = [
      start === 0 ? [] : [this.oneByOne(this.kernel, axis, 0, start)],
      this.unrolled(kernel, axis, unroll, start, stop),
      behind === 0 ? [] : [this.oneByOne(this.kernel, axis, stop, axis.size)],
    ];
    return [...bound, ...(this.goesDown ? parts.reverse() : parts).flat()];
  }

  /** From where to where the middle is; an axis that is shorter than its ends has none. */
  private middleOf({ size }: Axis, before: number, behind: number) {
    if (typeof size === "number") return { bound: [], start: before, stop: size - behind };
    const [whole, bound] = [scalarBuilder.position(size), [] as Stmt[]];
    const named = (hint: string, value: ScalarExpr): Size => {
      const name = this.context.fresh(hint);
      bound.push(bind(name, value));
      return namedSize(name);
    };
    const start = before === 0 ? 0 : named("start", scalarBuilder.min(scalarBuilder.position(before), whole));
    const last = scalarBuilder.sub(whole, scalarBuilder.position(behind));
    const stop = behind === 0 ? size : named("stop", scalarBuilder.max(last, scalarBuilder.position(start)));
    return { bound, start, stop };
  }

  /** The largest number of whole steps in a range, bound to a name where it is known only at run time. */
  private wholeSteps(from: Size, to: Size, step: number): { readonly bound: readonly Stmt[]; readonly end: Size } {
    if (typeof to === "number" && typeof from === "number") return { bound: [], end: to - ((to - from) % step) };
    const name = this.context.fresh("end");
    const [first, size] = [scalarBuilder.position(from), scalarBuilder.position(to)];
    const length = from === 0 ? size : scalarBuilder.sub(size, first);
    return { bound: [bind(name, scalarBuilder.sub(size, scalarBuilder.rem(length, step)))], end: namedSize(name) };
  }

  private copyOf(kernel: PlacedKernel, axis: Axis, copy: number): readonly Stmt[] {
    return this.copyAt(kernel, axis, addSize(namedSize(axis.name), copy), copy, copy === 0);
  }

  /** The innermost body at `position` instead of the axis; `original` keeps the names of its lets. */
  private copyAt(kernel: PlacedKernel, axis: Axis, position: Size, copy: number, original = false): readonly Stmt[] {
    const inner = innerLets(kernel);
    const base: Renaming = { indices: { [axis.name]: position }, scalars: {} };
    const renaming = original
      ? base
      : withFresh(
          base,
          inner.map((each) => each.name),
          this.context.fresh,
        );
    const lets = inner.map((each) => bind(renaming.scalars[each.name] ?? each.name, renameExpr(each.value, renaming)));
    return [...lets, ...this.writes(kernel, renaming, copy), ...this.handOn(kernel, renaming)];
  }

  private writes(kernel: PlacedKernel, renaming: Renaming, copy: number): readonly Stmt[] {
    return this.kernel.writes.map((write, k): Stmt => {
      const placed = kernel.writes[k] ?? write;
      const [index, value] = [renameIndex(placed.index, renaming), renameExpr(placed.value, renaming)];
      const register = this.registers.get(write);
      if (register !== undefined)
        return update(register.names[copy % register.names.length] ?? "", register.write.combine, value);
      if (write.combine === "set")
        return store(write.buffer, index, scalarBuilder.cast(value, this.context.dtypeOf(write.buffer))); // panels are wider
      if (!this.joinsMemory(write)) return store(write.buffer, index, value);
      const total = this.context.totals[k];
      if (total === undefined) return accumulate(write.buffer, index, write.combine, value);
      return accumulate(total, index, write.combine, scalarBuilder.cast(value, this.context.dtypeOf(total)));
    });
  }
}

const innerLets = ({ placed, axes }: PlacedKernel): readonly PlacedLet[] =>
  placed.filter(({ depth }) => depth === axes.length);

const kernelLets = (lets: readonly PlacedLet[]): readonly KernelLet[] =>
  lets.map(({ name, value }) => ({ kind: "KernelLet", name, value }));

/** x² + y² + … < bound²: all of them are less than the bound, and none is NaN. */
function isInside(operands: readonly ScalarExpr[], bound: number): ScalarExpr {
  const squares = operands.map((x) => scalarBuilder.mul(x, x));
  return scalarBuilder.less(
    squares.reduce((sum, square) => scalarBuilder.add(sum, square)),
    bound * bound,
  );
}

const totalOf = ({ write, names }: Pick<Register, "write" | "names">): ScalarExpr =>
  pairwise(
    names.map((name) => ref(name, write.value.dtype)),
    combineCall[write.combine],
  );

function knownSize(axis: Axis | undefined): number {
  if (typeof axis?.size !== "number") throw new Error(`bug: an axis of unknown size cannot be written out`);
  return axis.size;
}

const mentions = (index: Index, name: string): boolean =>
  typeof index !== "number" && index.terms.some((term) => term.names.includes(name));

/** `(a + b) + (c + d)`. */
function pairwise(values: readonly ScalarExpr[], fn: "add" | "max" | "min"): ScalarExpr {
  const [first] = values;
  if (first === undefined) throw new Error("bug: a total of no accumulators");
  if (values.length === 1) return first;
  const half = Math.ceil(values.length / 2);
  return scalarBuilder[fn](pairwise(values.slice(0, half), fn), pairwise(values.slice(half), fn));
}

export const buildNest = (kernel: FlatKernel, context: NestContext): readonly Stmt[] =>
  new Nest(kernel, context).build();
