/**
 * What does not change in the inner loops is computed before them: each let gets the depth of its innermost axis, and
 * parts of expressions that belong further out become lets there, also out of branches of `select`.
 *
 * Invariant: a load that a branch protects stays in it, unless it is certainly inside its buffer or is done in every
 * iteration anyway; loads of what the kernel itself writes stay where they are.
 */
import { type Call, type Load, namesOf, type ScalarExpr, type Size } from "@tapeless/types/compiler";
import { hasBranches, lazyFrom } from "../../ir/kernel/branches.js";
import { expressionsOf, type FlatKernel } from "../../ir/kernel/flat-kernel.js";
import { namesIn } from "../../ir/kernel/mentions.js";
import { Dag, indicesOf, type NodeId } from "../fuse/dag.js";
import { mayInvert, timesInverse } from "./inverse.js";

/** A let and how many loops are around it. */
export interface PlacedLet {
  readonly name: string;
  readonly value: ScalarExpr;
  readonly depth: number;
}

export interface PlacedKernel extends FlatKernel {
  readonly placed: readonly PlacedLet[];
}

export interface PlacingContext {
  readonly fresh: (hint: string) => string;
  readonly aliases: (a: string, b: string) => boolean;
  readonly elementsOf: (buffer: string) => Size;
}

/** Which loads every iteration of a kernel does, whatever its conditions are. */
class CertainLoads {
  private readonly dag = new Dag();
  private known: ReadonlySet<NodeId> | undefined;

  constructor(private readonly kernel: FlatKernel) {}

  private loadsIn(expr: ScalarExpr): readonly NodeId[] {
    if (expr.kind === "Load") return [this.dag.intern(expr)];
    return expr.kind === "Call" ? expr.args.slice(0, lazyFrom(expr)).flatMap((arg) => this.loadsIn(arg)) : [];
  }

  has(load: Load): boolean {
    this.known ??= new Set(expressionsOf(this.kernel).flatMap((expr) => this.loadsIn(expr)));
    return this.known.has(this.dag.intern(load));
  }
}

/** Lets that are not what the kernel has under their names, and those that are made of such. */
function changedLets(kernel: FlatKernel, from: FlatKernel): ReadonlySet<string> {
  if (kernel === from) return new Set();
  const before = new Map(from.lets.map(({ name, value }) => [name, JSON.stringify(value)]));
  const changed = new Set<string>();
  for (const { name, value } of kernel.lets) {
    const isSame = before.get(name) === JSON.stringify(value);
    if (!isSame || namesIn(value).some((each) => changed.has(each))) changed.add(name);
  }
  return changed;
}

class Hoister {
  private readonly depths = new Map<string, number>();
  readonly placed: PlacedLet[] = [];
  private readonly texts = new Map<string, string>();
  /** Without branches no load is protected. */
  private readonly certain: CertainLoads | undefined;
  private readonly changed: ReadonlySet<string>;
  private mayInvert: ((quotient: Call) => boolean) | undefined;

  constructor(
    private readonly kernel: FlatKernel,
    private readonly context: PlacingContext,
    protecting: FlatKernel,
  ) {
    kernel.axes.forEach((axis, position) => this.depths.set(axis.name, position + 1));
    for (const { name } of kernel.sweep?.delays ?? []) this.depths.set(name, kernel.axes.length);
    this.changed = changedLets(kernel, protecting);
    this.certain = expressionsOf(protecting).some(hasBranches) ? new CertainLoads(protecting) : undefined;
  }

  /** May a load be done where no branch protects it? */
  private mayMove(load: Load): boolean {
    if (this.certain === undefined) return true;
    const [index, elements] = [load.index[0], this.context.elementsOf(load.buffer)];
    const isInside = typeof index === "number" && typeof elements === "number" && index >= 0 && index < elements;
    const isSame = !load.index.flatMap(namesOf).some((name) => this.changed.has(name));
    return isInside || (isSame && this.certain.has(load));
  }

  /** How many loops must be around it; `guarded` within a branch that moves with it. */
  private depthOf(expr: ScalarExpr, guarded = false): number {
    const own = indicesOf(expr)
      .flatMap(namesOf)
      .map((name) => this.depths.get(name) ?? 0);
    switch (expr.kind) {
      case "Const":
        return 0;
      case "Ref":
        return this.depths.get(expr.name) ?? 0;
      case "Position":
        return Math.max(0, ...own);
      case "Load": {
        const written = this.kernel.writes.some((write) => this.context.aliases(write.buffer, expr.buffer));
        const stays = written || !(guarded || this.mayMove(expr));
        return stays ? this.kernel.axes.length : Math.max(0, ...own);
      }
      case "Call": {
        const lazy = lazyFrom(expr);
        return Math.max(0, ...expr.args.map((arg, k) => this.depthOf(arg, guarded || k >= lazy)));
      }
    }
  }

  /** The expression with its outer parts named, for use under `depth` loops. */
  private hoist(expr: ScalarExpr, depth: number): ScalarExpr {
    if (expr.kind !== "Call" && expr.kind !== "Load") return expr;
    const own = this.depthOf(expr);
    if (own < depth && worthNaming(expr)) return this.nameAt(this.inside(expr, own), own);
    return this.inside(expr, depth);
  }

  private inside(expr: ScalarExpr, depth: number): ScalarExpr {
    if (expr.kind !== "Call") return expr;
    const call = this.invertsDivisor(expr, depth) ? timesInverse(expr) : expr;
    return { ...call, args: call.args.map((arg) => this.hoist(arg, depth)) };
  }

  /** Is it a quotient that changes in a loop in which its divisor does not? */
  private invertsDivisor(call: Call, depth: number): boolean {
    const { fn, args, dtype } = call;
    const [x, divisor] = args;
    if (fn !== "div" || dtype !== "f32" || x === undefined || divisor === undefined || divisor.kind === "Const")
      return false;
    this.mayInvert ??= mayInvert(this.kernel);
    return this.depthOf(divisor) < depth && this.depthOf(x) === depth && this.mayInvert(call);
  }

  private nameAt(value: ScalarExpr, depth: number): ScalarExpr {
    const text = JSON.stringify(value);
    const known = this.texts.get(text) ?? this.context.fresh(value.kind === "Load" ? `${value.buffer}0` : "c");
    if (!this.texts.has(text)) this.add(known, value, depth);
    this.texts.set(text, known);
    return { kind: "Ref", name: known, dtype: value.dtype };
  }

  private add(name: string, value: ScalarExpr, depth: number): void {
    this.placed.push({ name, value, depth });
    this.depths.set(name, depth);
  }

  run(): PlacedKernel {
    for (const { name, value } of this.kernel.lets) {
      const depth = this.depthOf(value);
      this.add(name, this.inside(value, depth), depth);
    }
    const writes = this.kernel.writes.map((write) => ({
      ...write,
      value: this.hoist(write.value, this.kernel.axes.length),
    }));
    return { ...this.kernel, writes, placed: this.placed };
  }
}

/** A constant in disguise or a lone conversion is not. */
const worthNaming = (expr: ScalarExpr): boolean =>
  expr.kind === "Load" || (expr.kind === "Call" && expr.args.some((arg) => arg.kind !== "Const"));

/** Places the lets of a kernel; which loads need protection, `protecting` tells: itself, or what it was made from. */
export function placeLets(kernel: FlatKernel, context: PlacingContext, protecting = kernel): PlacedKernel {
  // Without loops there is nowhere else to be.
  if (kernel.axes.length === 0) return { ...kernel, placed: kernel.lets.map((each) => ({ ...each, depth: 0 })) };
  return new Hoister(kernel, context, protecting).run();
}
