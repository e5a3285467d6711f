/**
 * What does not change in the inner loops is computed before them: each let gets the depth of its innermost axis, and
 * parts of expressions that belong further out become lets there.
 *
 * Invariant: branches of `select` are left alone (a load in one may be out of bounds), and loads of what the kernel
 * itself writes stay where they are.
 */
import { namesOf, type ScalarExpr } from "@tapeless/types/compiler";
import type { FlatKernel } from "../../ir/kernel/flat-kernel.js";
import { indicesOf } from "../fuse/dag.js";

/** A let and how many loops are around it. */
export interface PlacedLet {
  readonly name: string;
  readonly value: ScalarExpr;
  readonly depth: number;
}

export interface PlacedKernel extends FlatKernel {
  readonly placed: readonly PlacedLet[];
}

class Hoister {
  private readonly depths = new Map<string, number>();
  readonly placed: PlacedLet[] = [];
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly kernel: FlatKernel,
    private readonly aliases: (a: string, b: string) => boolean,
    private readonly fresh: (hint: string) => string,
  ) {
    kernel.axes.forEach((axis, position) => this.depths.set(axis.name, position + 1));
  }

  private depthOf(expr: ScalarExpr): number {
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
        const written = this.kernel.writes.some((write) => this.aliases(write.buffer, expr.buffer));
        return written ? this.kernel.axes.length : Math.max(0, ...own);
      }
      case "Call":
        return Math.max(0, ...expr.args.map((arg) => this.depthOf(arg)));
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
    const lazyFrom = expr.fn === "select" ? 1 : expr.args.length;
    return { ...expr, args: expr.args.map((arg, k) => (k < lazyFrom ? this.hoist(arg, depth) : arg)) };
  }

  private nameAt(value: ScalarExpr, depth: number): ScalarExpr {
    const text = JSON.stringify(value);
    const known = this.texts.get(text) ?? this.fresh(value.kind === "Load" ? `${value.buffer}0` : "c");
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

export const placeLets = (
  kernel: FlatKernel,
  aliases: (a: string, b: string) => boolean,
  fresh: (hint: string) => string,
): PlacedKernel => new Hoister(kernel, aliases, fresh).run();
