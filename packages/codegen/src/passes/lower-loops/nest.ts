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
  type ScalarExpr,
  type Size,
  scalarBuilder,
} from "@tapeless/types/compiler";
import type { FlatKernel, FlatWrite } from "../../ir/kernel/flat-kernel.js";
import { identityOf } from "../../ir/kernel/identity.js";
import type { Axis } from "../../ir/kernel/nodes.js";
import { accumulate, bind, constant, load, local, loop, ref, type Stmt, store, update } from "../../ir/loop/index.js";
import { type Reach, reachOf, unrollFactor } from "../schedule/loops.js";
import { type PlacedKernel, placeLets } from "./hoist.js";
import { keepNames, type Renaming, renameExpr, renameIndex, withFresh } from "./rename.js";

export interface NestContext {
  readonly fresh: (hint: string) => string;
  readonly aliases: (a: string, b: string) => boolean;
  readonly dtypeOf: (buffer: string) => DType;
  readonly elementsOf: (buffer: string) => Size;
  readonly unroll: number | "full";
  /** Buffers in double precision for totals, by position among the writes. */
  readonly totals: Readonly<Record<number, string>>;
}

const combineCall = { sum: "add", max: "max", min: "min" } as const;

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
  private readonly registers = new Map<FlatWrite, Register>();
  /** Copies of the innermost body; all of it when it is written out. */
  private readonly copies: number;

  constructor(
    kernel: FlatKernel,
    private readonly context: NestContext,
  ) {
    this.kernel = placeLets(kernel, context.aliases, context.fresh);
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
    const lets = this.kernel.placed.filter((each) => each.depth === depth).map((each) => bind(each.name, each.value));
    if (axis === undefined) return [...lets, ...this.writes(keepNames, 0)];
    const locals = opened.flatMap(({ names, write }) =>
      names.map((name) => local(name, constant(identityOf(write.combine, write.value.dtype), write.value.dtype))),
    );
    const loops =
      depth === this.kernel.axes.length - 1
        ? this.innermost(axis)
        : [loop(axis.name, axis.size, this.level(depth + 1))];
    return [...lets, ...locals, ...loops, ...opened.flatMap((register) => this.storeTotals(register))];
  }

  private storeTotals({ write, names, columns }: Register): readonly Stmt[] {
    const totals = names.map((name) => ref(name, write.value.dtype));
    const join = (index: Index, total: ScalarExpr): Stmt =>
      write.keep ? accumulate(write.buffer, index, write.combine, total) : store(write.buffer, index, total);
    if (!columns) return [join(write.index, pairwise(totals, combineCall[write.combine]))];
    const inner = this.kernel.axes.at(-1)?.name ?? "";
    return totals.map((total, at) => join(renameIndex(write.index, { indices: { [inner]: at }, scalars: {} }), total));
  }

  private innermost(axis: Axis): readonly Stmt[] {
    const { unroll } = this.context;
    if (unroll === 1) return [loop(axis.name, axis.size, this.level(this.kernel.axes.length))];
    if (unroll === "full") return Array.from({ length: this.copies }, (_, at) => this.copyAt(axis, at, at)).flat();
    const copies = Array.from({ length: unroll }, (_, copy) => this.copyOf(axis, copy)).flat();
    const { bound, end } = this.wholeSteps(axis, unroll);
    const main: Stmt = { kind: "For", index: axis.name, from: 0, to: end, step: unroll, unroll: "none", body: copies };
    const restIndex = this.context.fresh(axis.name);
    const rest: Stmt = {
      kind: "For",
      index: restIndex,
      from: end,
      to: axis.size,
      step: 1,
      unroll: "none",
      body: this.copyAt(axis, namedSize(restIndex), 0),
    };
    const { size } = axis;
    return [...bound, ...(end === 0 ? [] : [main]), ...(typeof size === "number" && end === size ? [] : [rest])];
  }

  /** The largest multiple of `step` within an axis, bound to a name where it is known only at run time. */
  private wholeSteps(axis: Axis, step: number): { readonly bound: readonly Stmt[]; readonly end: Size } {
    if (typeof axis.size === "number") return { bound: [], end: axis.size - (axis.size % step) };
    const name = this.context.fresh("end");
    const size = scalarBuilder.position(axis.size);
    return { bound: [bind(name, scalarBuilder.sub(size, scalarBuilder.rem(size, step)))], end: namedSize(name) };
  }

  private copyOf(axis: Axis, copy: number): readonly Stmt[] {
    return this.copyAt(axis, addSize(namedSize(axis.name), copy), copy, copy === 0);
  }

  /** The innermost body at `position` instead of the axis; `original` keeps the names of its lets. */
  private copyAt(axis: Axis, position: Size, copy: number, original = false): readonly Stmt[] {
    const inner = this.kernel.placed.filter((each) => each.depth === this.kernel.axes.length);
    const base: Renaming = { indices: { [axis.name]: position }, scalars: {} };
    const renaming = original
      ? base
      : withFresh(
          base,
          inner.map((each) => each.name),
          this.context.fresh,
        );
    const lets = inner.map((each) => bind(renaming.scalars[each.name] ?? each.name, renameExpr(each.value, renaming)));
    return [...lets, ...this.writes(renaming, copy)];
  }

  private writes(renaming: Renaming, copy: number): readonly Stmt[] {
    return this.kernel.writes.map((write, k): Stmt => {
      const value = renameExpr(write.value, renaming);
      const index = renameIndex(write.index, renaming);
      const register = this.registers.get(write);
      if (register !== undefined)
        return update(register.names[copy % register.names.length] ?? "", register.write.combine, value);
      if (write.combine === "set") return store(write.buffer, index, value);
      if (!this.joinsMemory(write)) return store(write.buffer, index, value);
      const total = this.context.totals[k];
      if (total === undefined) return accumulate(write.buffer, index, write.combine, value);
      return accumulate(total, index, write.combine, scalarBuilder.cast(value, this.context.dtypeOf(total)));
    });
  }
}

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
