/**
 * Kernels that go through their last axis together, as one kernel with a sweep.
 *
 * Invariant: computes what the parts compute one after the other; of what they hand on to each other nothing is loaded.
 */
import { type Index, type Load, type ScalarExpr, showSize } from "@tapeless/types/compiler";
import { type AxisSizes, staysInside } from "../../ir/kernel/bounds.js";
import { type Buffers, bufferNamed, wholeOf } from "../../ir/kernel/flat-kernel.js";
import type { Delay, Kernel, KernelLet, Write } from "../../ir/kernel/nodes.js";
import { shiftAlong } from "../../ir/kernel/shift.js";
import { Dag, type NodeId } from "../fuse/dag.js";
import { uniqueSpans } from "../fuse/kernels.js";
import type { NameSupply } from "../fuse/names.js";
import { safeLoads } from "../fuse/safe-loads.js";
import { shareSubexpressions } from "../fuse/share.js";
import { type Direction, goesThrough } from "./order.js";
import type { Part } from "./part.js";

export interface BuildContext {
  readonly buffers: Buffers;
  readonly names: NameSupply;
  /** Sizes of the program. */
  readonly sizes: readonly string[];
  /** Is this write for somebody else as well? */
  readonly isWanted: (write: Write) => boolean;
}

/** A value whose past is asked for: what it is, and what it was one, two, … iterations before. */
interface Past {
  readonly value: ScalarExpr;
  readonly buffer: string;
  readonly names: string[];
}

const textOf = (index: readonly Index[]): string => index.map(showSize).join();

class Builder {
  private readonly dag = new Dag();
  private readonly hints = new Map<NodeId, string>();
  private readonly pasts = new Map<string, Past>();
  private readonly written: { readonly write: Write; readonly value: ScalarExpr }[] = [];

  constructor(
    private readonly parts: readonly Part[],
    private readonly last: Kernel,
    private readonly direction: Direction,
    private readonly context: BuildContext,
  ) {}

  /** What a value was `back` iterations before. */
  private before(key: string, buffer: string, value: ScalarExpr, back: number): ScalarExpr {
    const past = this.pasts.get(key) ?? { value, buffer, names: [] };
    this.pasts.set(key, past);
    while (past.names.length < back) past.names.push(this.context.names.fresh(`${buffer}Before`));
    return { kind: "Ref", name: past.names[back - 1] ?? "", dtype: value.dtype };
  }

  /** Positive for elements that iterations before had. */
  private back(shift: number): number {
    return this.direction === "up" ? -shift : shift;
  }

  /** The place of this iteration in a buffer that is loaded further back as well, where that is in memory for certain. */
  private baseOf(load: Load): Load | undefined {
    if (load.dtype === "bool") return undefined;
    const { shape } = bufferNamed(this.context.buffers, load.buffer);
    const sizes: AxisSizes = new Map(this.last.axes.map(({ name, size }) => [name, size]));
    const isInside = ({ index }: Load): boolean =>
      index.every((at, k) => staysInside(at, shape[k] ?? 0, sizes, (name) => this.context.sizes.includes(name)));
    const own = ({ buffer }: Load | Write): boolean => buffer === load.buffer;
    const places = [
      ...this.parts.flatMap(({ kernel }) => kernel.writes.filter(own)), // what is overwritten is there
      ...this.parts.flatMap(({ loads }) => loads.filter((each) => own(each) && isInside(each))),
    ];
    const base = places.find(
      ({ index }) =>
        goesThrough(this.context.buffers, load.buffer, index, this.last.axes) &&
        (shiftAlong(this.last.axes, load.index, index) ?? 0) !== 0,
    );
    return base && { ...load, index: base.index };
  }

  private loaded(load: Load): ScalarExpr {
    const made = this.written.find(({ write }) => write.buffer === load.buffer);
    if (made !== undefined) {
      const shift = shiftAlong(this.last.axes, load.index, made.write.index) ?? 0;
      return shift === 0 ? made.value : this.before(`made ${load.buffer}`, load.buffer, made.value, this.back(shift));
    }
    const base = this.baseOf(load);
    const back = base === undefined ? 0 : this.back(shiftAlong(this.last.axes, load.index, base.index) ?? 0);
    if (base === undefined || back <= 0) return load;
    return this.before(`${base.buffer}[${textOf(base.index)}]`, base.buffer, base, back);
  }

  /** The values that a part writes, its lets spelled out. */
  private add({ kernel }: Part): void {
    const lets = new Map<string, ScalarExpr>();
    const memo = new Map<ScalarExpr, ScalarExpr>();
    const resolved = (expr: ScalarExpr): ScalarExpr => {
      if (expr.kind === "Ref") return lets.get(expr.name) ?? expr;
      if (expr.kind !== "Call" && expr.kind !== "Load") return expr;
      const known = memo.get(expr);
      if (known !== undefined) return known;
      const value = expr.kind === "Load" ? this.loaded(expr) : { ...expr, args: expr.args.map(resolved) };
      memo.set(expr, value);
      return value;
    };
    for (const each of kernel.lets) {
      const value = resolved(each.value);
      lets.set(each.name, value);
      this.hints.set(this.dag.intern(value), each.name);
    }
    const values = kernel.writes.map((write) => ({ write, value: resolved(write.value) }));
    this.written.push(...values);
  }

  /** Is it of an element that the same iteration writes? That is in memory for certain, and has to be loaded before. */
  private isOverwritten({ buffer, index }: Load): boolean {
    const place = textOf(index);
    return this.written.some(({ write }) => write.buffer === buffer && textOf(write.index) === place);
  }

  private share(results: readonly { readonly value: ScalarExpr; readonly index: Write["index"] }[]) {
    const { buffers, names, sizes } = this.context;
    const written = new Set(this.written.map(({ write }) => wholeOf(buffers, write.buffer)));
    const axes: AxisSizes = new Map(this.last.axes.map(({ name, size }) => [name, size]));
    const isInside = safeLoads((buffer) => bufferNamed(buffers, buffer).shape, axes, sizes);
    return shareSubexpressions(this.dag, results, {
      safe: (load) => isInside(load) || this.isOverwritten(load),
      early: (load) => written.has(wholeOf(buffers, load.buffer)),
      nameOf: (id) => names.fresh(this.hints.get(id) ?? "t"),
    });
  }

  /** Delays of the pasts, and lets for those values that have no name yet. */
  private delays(values: readonly ScalarExpr[]): {
    readonly lets: readonly KernelLet[];
    readonly delays: readonly Delay[];
  } {
    const lets: KernelLet[] = [];
    const delays = [...this.pasts.values()].flatMap(({ buffer, names }, k) => {
      const value = values[k];
      if (value === undefined) throw new Error("bug: a past of nothing");
      let of = value.kind === "Ref" ? value.name : this.context.names.fresh(`${buffer}Here`);
      if (value.kind !== "Ref") lets.push({ kind: "KernelLet", name: of, value });
      return names.map((name): Delay => {
        const delay: Delay = { kind: "Delay", name, of, dtype: value.dtype };
        of = name;
        return delay;
      });
    });
    return { lets, delays };
  }

  build(): Kernel {
    for (const part of this.parts) this.add(part);
    const wanted = this.written.filter(({ write }) => this.context.isWanted(write));
    const pasts = [...this.pasts.values()];
    const shared = this.share([
      ...wanted.map(({ write, value }) => ({ value, index: write.index })),
      ...pasts.map(({ value }) => ({ value, index: [] })),
    ]);
    const { lets, delays } = this.delays(shared.values.slice(wanted.length));
    const kernels = this.parts.map(({ kernel }) => kernel);
    return {
      ...this.last,
      lets: [...shared.lets, ...lets],
      writes: wanted.map(({ write }, k) => ({ ...write, value: shared.values[k] ?? write.value })),
      sweep: { kind: "Sweep", direction: this.direction, delays },
      comment: kernels.map(({ comment }) => comment).join("; "),
      spans: uniqueSpans(kernels.flatMap(({ spans }) => spans)),
    };
  }
}

/** One kernel under the name of the last part. */
export function buildSweep(parts: readonly Part[], direction: Direction, context: BuildContext): Kernel | undefined {
  const last = parts.at(-1)?.kernel;
  return last && new Builder(parts, last, direction, context).build();
}
