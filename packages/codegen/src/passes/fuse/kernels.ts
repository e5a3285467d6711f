/**
 * Groups of roots as kernels: axes named, buffers named, shared subexpressions bound.
 *
 * Invariant: within a kernel everything that several roots need is computed once; values written by one root and read by
 * another at the same index are handed over without a load.
 */
import {
  type Index,
  type Load,
  namedSize,
  type ScalarExpr,
  type Size,
  type Span,
  scalarBuilder,
  type Var,
} from "@tapeless/types/compiler";
import type { Axis, Kernel, Write } from "../../ir/kernel/nodes.js";
import { Dag, type NodeId } from "./dag.js";
import { formulaOf } from "./formula.js";
import type { NameSupply } from "./names.js";
import { indexText, type Region, regionReader } from "./region.js";
import type { KernelRoot, Produced } from "./roots.js";
import { safeLoads } from "./safe-loads.js";
import { shareSubexpressions } from "./share.js";
import type { RegionStorage } from "./storage.js";

const axisLetters = ["i", "j", "k", "l", "m", "n", "o", "p"];

interface NamedAxes {
  readonly axes: readonly Axis[];
  readonly index: readonly Index[];
}

function nameAxes(domain: readonly Size[], names: NameSupply): NamedAxes {
  const axes: Axis[] = [];
  const index = domain.map((size): Index => {
    if (size === 1) return 0;
    const name = names.fresh(axisLetters[axes.length] ?? "q");
    axes.push({ kind: "Axis", name, size });
    return namedSize(name);
  });
  return { axes, index };
}

/** Equal domains up to axes of size 1 share their loops: each root gets the axes at its own positions. */
function indexFor(domain: readonly Size[], axes: readonly Axis[]): readonly Index[] {
  let next = 0;
  return domain.map((size) => (size === 1 ? 0 : namedSize(axes[next++]?.name ?? "")));
}

class KernelMaker {
  private readonly dag = new Dag();
  private readonly produced = new Map<string, { readonly text: string; readonly value: ScalarExpr }>();
  private readonly hints = new Map<NodeId, string>();
  private readonly spans: Span[] = [];
  private readonly names: NameSupply;

  constructor(
    private readonly region: Region,
    private readonly storage: RegionStorage,
    private readonly roots: readonly KernelRoot[],
    /** Values that roots of this kernel take over from each other, without memory. */
    private readonly unwritten: ReadonlySet<Var>,
  ) {
    this.names = region.builder.names.fork();
  }

  private loadOf(value: Var, index: readonly Index[]): ScalarExpr {
    const here = this.produced.get(`${this.region.numberOf(value)}`);
    if (here !== undefined && here.text === indexText(index)) return here.value;
    const buffer = this.region.builder.buffer(this.storage.bufferOf(value));
    return scalarBuilder.cast({ kind: "Load", buffer: buffer.name, index, dtype: buffer.dtype }, value.dtype);
  }

  private readonly reader = (): Parameters<KernelRoot["produce"]>[0] =>
    regionReader(this.region, this.dag, {
      stored: (value, index) => this.loadOf(value, index),
      enter: (value) => this.noteSpans(value),
      leave: (value, _index, _at, expr) => this.noteName(value, expr),
      freshInteger: () => this.names.fresh("row"),
    });

  private noteSpans(value: Var): void {
    const place = this.region.placeOf(value);
    if (place.place === "inline") this.spans.push(...place.eqn.spans);
  }

  private noteName(value: Var, expr: ScalarExpr): void {
    const id = this.dag.intern(expr);
    if (value.name !== "" && !this.hints.has(id)) this.hints.set(id, value.name);
  }

  private writeOf(root: KernelRoot, { index, value }: Produced): Write {
    const buffer = this.storage.targetOf(root.target);
    const { dtype } = this.region.builder.buffer(buffer);
    return {
      kind: "Write",
      buffer,
      index,
      combine: root.combine,
      keep: root.keep,
      value: scalarBuilder.cast(value, dtype),
    };
  }

  make(kernelNames: NameSupply): Kernel | undefined {
    const [first] = this.roots;
    if (first === undefined) return undefined;
    const { axes } = nameAxes(first.domain, this.names);
    const reader = this.reader();
    const writes = this.roots.flatMap((root): readonly Write[] => {
      const produced = root.produce(reader, indexFor(root.domain, axes));
      this.spans.push(...root.spans);
      if (root.defines !== undefined) {
        this.noteName(root.defines, produced.value);
        this.produced.set(`${this.region.numberOf(root.defines)}`, {
          text: indexText(produced.index),
          value: produced.value,
        });
      }
      return this.isWritten(root) ? [this.writeOf(root, produced)] : [];
    });
    const useful = writes.filter((write) => !isNoOp(write));
    return useful.length === 0 ? undefined : this.assemble(axes, useful, kernelNames);
  }

  private isWritten(root: KernelRoot): boolean {
    const copied = this.storage.overwrites.copies.get(root.key);
    if (copied !== undefined && !this.unwritten.has(copied)) return false;
    return root.defines === undefined || !this.unwritten.has(root.defines);
  }

  private assemble(axes: readonly Axis[], writes: readonly Write[], kernelNames: NameSupply): Kernel {
    const { builder } = this.region;
    const wholeOf = (name: string): string => builder.buffer(name).of ?? name;
    const written = new Set(writes.map((write) => wholeOf(write.buffer)));
    const sizes = new Map(axes.map((axis) => [axis.name, axis.size]));
    const shared = shareSubexpressions(this.dag, writes, {
      safe: safeLoads((buffer) => builder.buffer(buffer).shape, sizes, builder.sizes),
      early: (load: Load) => writes.length > 1 && written.has(wholeOf(load.buffer)),
      nameOf: (id) => this.names.fresh(this.hints.get(id) ?? "t"),
    });
    return {
      kind: "Kernel",
      name: kernelNames.fresh(writes.at(-1)?.buffer ?? "kernel"),
      axes,
      lets: shared.lets,
      writes: writes.map((write, k) => ({ ...write, value: shared.values[k] ?? write.value })),
      comment: this.roots
        .filter((root) => this.isWritten(root) && !root.isFurther)
        .map((root) => formulaOf(this.region, this.storage, root, this.unwritten))
        .join("; "),
      spans: uniqueSpans(this.spans),
    };
  }
}

/** Writing what is there already: the base of an in-place scatter. */
function isNoOp(write: Write): boolean {
  const { value } = write;
  if (write.combine !== "set" || value.kind !== "Load" || value.buffer !== write.buffer) return false;
  return indexText(value.index) === indexText(write.index);
}

const spanText = (span: Span): string => `${span.file}:${span.line}:${span.column}`;

/** Each place once, in the order of the file. */
export function uniqueSpans(spans: readonly Span[]): readonly Span[] {
  const byText = new Map(spans.map((span) => [spanText(span), span]));
  return [...byText.values()].sort((a, b) =>
    a.file !== b.file ? (a.file < b.file ? -1 : 1) : a.line - b.line || a.column - b.column,
  );
}

export const makeKernel = (
  region: Region,
  storage: RegionStorage,
  roots: readonly KernelRoot[],
  unwritten: ReadonlySet<Var>,
  names: NameSupply,
): Kernel | undefined => new KernelMaker(region, storage, roots, unwritten).make(names);

/** `to = from`, element by element. */
export function copyKernel(region: Region, from: string, to: string, kernelNames: NameSupply): Kernel {
  const { shape, dtype } = region.builder.buffer(to);
  const source = region.builder.buffer(from);
  const { axes, index } = nameAxes(shape, region.builder.names.fork());
  const value = scalarBuilder.cast({ kind: "Load", buffer: from, index, dtype: source.dtype }, dtype);
  const write: Write = { kind: "Write", buffer: to, index, combine: "set", keep: false, value };
  return {
    kind: "Kernel",
    name: kernelNames.fresh(to),
    axes,
    lets: [],
    writes: [write],
    comment: `${to} = ${from}`,
    spans: [],
  };
}
