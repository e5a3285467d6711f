/**
 * Straight-line code: kernels run symbolically, iteration by iteration, with temporaries as scalars.
 *
 * Each distinct expression is computed once in the whole program; a value that a kernel would store in a temporary is
 * handed to its readers. Outputs are stored after everything has been loaded. Invariant: the same additions in the same
 * order as the kernels' loops.
 */
import {
  evalSize,
  type Index,
  type ScalarExpr,
  type Size,
  scalarBuilder,
  substituteSize,
} from "@tapeless/types/compiler";
import {
  type Buffers,
  bufferNamed,
  buffersOf,
  type FlatKernel,
  flatParts,
  flattenKernel,
  wholeOf,
} from "../../ir/kernel/flat-kernel.js";
import { identityOf } from "../../ir/kernel/identity.js";
import type { Kernel, KernelProgram } from "../../ir/kernel/nodes.js";
import { hasLoad } from "../../ir/loop/has-load.js";
import { bind, constant, type Result, type Stmt, store } from "../../ir/loop/index.js";
import { Dag, type NodeId } from "../fuse/dag.js";
import { NameSupply } from "../fuse/names.js";
import { shareSubexpressions } from "../fuse/share.js";

const combineCall = { sum: "add", max: "max", min: "min" } as const;

/** What a buffer holds while the program is run symbolically. */
type Cells = Map<number, ScalarExpr>;

class Symbolic {
  readonly cells = new Map<string, Cells>();
  readonly dag = new Dag();
  readonly names: NameSupply;
  readonly hints = new Map<NodeId, string>();

  constructor(
    readonly buffers: Buffers,
    program: KernelProgram,
  ) {
    this.names = new NameSupply([...program.sizes, ...buffers.keys()]);
  }

  cellsOf(name: string): Cells {
    const found = this.cells.get(name) ?? new Map<number, ScalarExpr>();
    this.cells.set(name, found);
    return found;
  }

  /** The flat position in the whole buffer; views here start at a known element. */
  private place(name: string, index: number): { readonly name: string; readonly at: number } {
    const buffer = bufferNamed(this.buffers, name);
    return { name: buffer.of ?? name, at: index + evalSize(buffer.offset ?? 0, {}) };
  }

  private isInside(name: string, index: number): boolean {
    const { shape } = bufferNamed(this.buffers, name);
    return index >= 0 && index < shape.reduce<number>((product, size) => product * evalSize(size, {}), 1);
  }

  private loaded(expr: Extract<ScalarExpr, { kind: "Load" }>, index: Index): ScalarExpr {
    if (typeof index !== "number") return { ...expr, index: [index] };
    if (!this.isInside(expr.buffer, index)) return constant(Number.NaN, expr.dtype); // in a branch that is never taken
    const { name, at } = this.place(expr.buffer, index);
    const held = this.cells.get(name)?.get(at);
    if (held !== undefined) return held;
    const buffer = wholeOf(this.buffers, name);
    if (buffer.space !== "input") return constant(Number.NaN, expr.dtype); // only in a branch that is never taken
    return { ...expr, buffer: name, index: [at] };
  }

  /** An expression at one iteration: axes are numbers, lets and temporaries are what they stand for. */
  private at(expr: ScalarExpr, point: Point): ScalarExpr {
    switch (expr.kind) {
      case "Const":
        return expr;
      case "Position":
        return this.position(this.integers(substituteSize(expr.index, point.numbers), point));
      case "Ref":
        return point.lets.get(expr.name) ?? expr;
      case "Load":
        return this.loaded(expr, this.integers(substituteSize(expr.index[0] ?? 0, point.numbers), point));
      case "Call":
        return { ...expr, args: expr.args.map((arg) => this.at(arg, point)) };
    }
  }

  private position(index: Index): ScalarExpr {
    return typeof index === "number" ? constant(index, "i32") : scalarBuilder.position(index);
  }

  /** Integer lets in an index, by the names that their values have in the program. */
  private integers(index: Index, point: Point): Index {
    if (typeof index === "number") return index;
    const names: Record<string, Size> = {};
    for (const [name, value] of point.lets) {
      if (!index.terms.some((term) => term.names.includes(name))) continue;
      names[name] = {
        terms: [{ coefficient: 1, names: [this.dag.nameInteger(value, () => this.names.fresh("row"))] }],
      };
    }
    return substituteSize(index, names);
  }

  run(kernel: Kernel): void {
    for (const flat of flatParts(flattenKernel(kernel, this.buffers))) {
      for (const write of flat.writes)
        if (write.combine !== "set" && !write.keep) this.initialise(write.buffer, write.combine);
      this.forEachPoint(flat, {}, 0);
    }
  }

  private initialise(buffer: string, combine: "sum" | "max" | "min"): void {
    const { dtype, shape } = bufferNamed(this.buffers, buffer);
    const elements = shape.reduce<number>((product, size) => product * evalSize(size, {}), 1);
    for (let k = 0; k < elements; k++) {
      const { name, at } = this.place(buffer, k);
      this.cellsOf(name).set(at, constant(identityOf(combine, dtype), dtype));
    }
  }

  private forEachPoint(kernel: FlatKernel, numbers: Record<string, number>, depth: number): void {
    const axis = kernel.axes[depth];
    if (axis === undefined) {
      this.iterate(kernel, numbers);
      return;
    }
    for (let k = 0; k < evalSize(axis.size, {}); k++)
      this.forEachPoint(kernel, { ...numbers, [axis.name]: k }, depth + 1);
  }

  private iterate(kernel: FlatKernel, numbers: Record<string, number>): void {
    const point: Point = { numbers, lets: new Map() };
    for (const each of kernel.lets) point.lets.set(each.name, this.named(each.name, this.at(each.value, point)));
    const values = kernel.writes.map((write) => this.at(write.value, point));
    kernel.writes.forEach((write, k) => {
      const value = values[k];
      const index = substituteSize(write.index, numbers);
      if (value === undefined || typeof index !== "number")
        throw new Error(`bug: '${kernel.name}' cannot be written out`);
      const { name, at } = this.place(write.buffer, index);
      const cells = this.cellsOf(name);
      cells.set(
        at,
        write.combine === "set" ? this.named(write.buffer, value) : joined(write.combine, cells.get(at), value),
      );
    });
  }

  /** Remembers what a value is called in the model. */
  private named(name: string, value: ScalarExpr): ScalarExpr {
    if (/^(t|row)\d*$/.test(name)) return value;
    const id = this.dag.intern(value);
    if (!this.hints.has(id)) this.hints.set(id, name);
    return value;
  }
}

interface Point {
  readonly numbers: Readonly<Record<string, number>>;
  readonly lets: Map<string, ScalarExpr>;
}

/** The identity that a total starts from is left out: `0 + x` is `x`. */
function joined(combine: "sum" | "max" | "min", held: ScalarExpr | undefined, value: ScalarExpr): ScalarExpr {
  if (held === undefined || (held.kind === "Const" && held.value === identityOf(combine, held.dtype))) return value;
  return scalarBuilder[combineCall[combine]](held, value);
}

export interface StraightBody {
  readonly body: readonly Stmt[];
  readonly results: readonly Result[];
}

export function straightBody(program: KernelProgram): StraightBody {
  const buffers = buffersOf(program);
  const symbolic = new Symbolic(buffers, program);
  for (const step of program.steps) if (step.kind === "Kernel") symbolic.run(step);
  const outputs = program.buffers.filter((buffer) => buffer.space === "output");
  const stores = outputs.flatMap((buffer) =>
    [...symbolic.cellsOf(buffer.name)].sort(([a], [b]) => a - b).map(([at, value]) => ({ buffer, at, value })),
  );
  const shared = shareSubexpressions(
    symbolic.dag,
    stores.map(({ value }) => ({ value, index: [] })),
    {
      safe: (load) => load.index.every((index) => typeof index === "number"),
      early: () => true, // an output may be the array of a donated input
      nameOf: (id) => symbolic.names.fresh(nameHint(symbolic, id)),
    },
  );
  return assemble(stores, shared, symbolic);
}

/** `x3` for element 3 of x, a model's own name, or `t`. */
function nameHint(symbolic: Symbolic, id: NodeId): string {
  const { expr } = symbolic.dag.node(id);
  if (expr.kind === "Load")
    return `${expr.buffer}${expr.index.map((index) => (typeof index === "number" ? `${index}` : "")).join("")}`;
  return symbolic.hints.get(id) ?? "t";
}

interface Stored {
  readonly buffer: { readonly name: string; readonly shape: readonly Size[]; readonly dtype: Result["dtype"] };
  readonly at: number;
  readonly value: ScalarExpr;
}

function assemble(
  stores: readonly Stored[],
  shared: ReturnType<typeof shareSubexpressions>,
  symbolic: Symbolic,
): StraightBody {
  const body: Stmt[] = shared.lets.map((each) => bind(each.name, each.value));
  const late: Stmt[] = [];
  const results: Result[] = [];
  stores.forEach(({ buffer, at }, k) => {
    const value = shared.values[k];
    if (value === undefined) return;
    if (buffer.shape.length === 0) {
      const named =
        value.kind === "Ref" || value.kind === "Const" ? value : nameResult(symbolic, buffer.name, value, body);
      results.push({ kind: "Result", name: buffer.name, dtype: buffer.dtype, value: named });
    } else late.push(store(buffer.name, at, hasLoad(value) ? nameResult(symbolic, buffer.name, value, body) : value));
  });
  return { body: [...body, ...late], results };
}

/** A result is evaluated after the stores, so what it loads must be in a let. */
function nameResult(symbolic: Symbolic, name: string, value: ScalarExpr, body: Stmt[]): ScalarExpr {
  const local = symbolic.names.fresh(`${name}Value`);
  body.push(bind(local, value));
  return { kind: "Ref", name: local, dtype: value.dtype };
}
