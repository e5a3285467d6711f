/**
 * Calls of functions that are defined by builtins, spelled out where a kernel computes the dear part of the definition
 * anyway: σ(x) and its derivative are made of one power.
 *
 * Invariant: the same operations on the same operands, so the same bits; a call that shares nothing stays a call.
 */
import { type Call, isFunction, type ScalarExpr, scalarFunction } from "@tapeless/types/compiler";
import { lazyFrom } from "../../ir/kernel/branches.js";
import { isDear } from "../../ir/kernel/cost.js";
import type { Dag, NodeId } from "./dag.js";

function withValues(expr: ScalarExpr, values: ReadonlyMap<string, ScalarExpr>): ScalarExpr {
  if (expr.kind === "Ref") return values.get(expr.name) ?? expr;
  return expr.kind === "Call" ? { ...expr, args: expr.args.map((arg) => withValues(arg, values)) } : expr;
}

/** What the call computes, in terms of the builtins of its definition. */
function definitionOf(call: Call): ScalarExpr | undefined {
  if (!isFunction(call.fn) || call.dtype !== "f64") return undefined; // others compute in another precision than they have
  const { params, lets, result } = scalarFunction(call.fn);
  const values = new Map(
    params.flatMap((name, k) => (call.args[k] === undefined ? [] : [[name, call.args[k]] as const])),
  );
  for (const { name, value } of lets) values.set(name, withValues(value, values));
  return withValues(result, values);
}

class Speller {
  /** Calls by their nodes, with what they compute. */
  private readonly definitions = new Map<NodeId, ScalarExpr>();
  /** How many of the kernel's own expressions and of the definitions compute a dear node. */
  private readonly holders = new Map<NodeId, number>();

  constructor(
    private readonly dag: Dag,
    roots: readonly ScalarExpr[],
  ) {
    const seen = new Set<NodeId>();
    for (const root of roots) this.collect(root, seen);
    this.hold(seen);
    for (const definition of this.definitions.values()) this.hold(this.alwaysIn(definition));
  }

  private collect(expr: ScalarExpr, seen: Set<NodeId>): void {
    const id = this.dag.intern(expr);
    if (seen.has(id) || expr.kind !== "Call") return;
    seen.add(id);
    const definition = definitionOf(expr);
    if (definition !== undefined) this.definitions.set(id, definition);
    for (const arg of expr.args) this.collect(arg, seen);
  }

  private hold(nodes: ReadonlySet<NodeId>): void {
    for (const id of nodes) {
      const { expr } = this.dag.node(id);
      if (expr.kind === "Call" && isDear(expr.fn)) this.holders.set(id, (this.holders.get(id) ?? 0) + 1);
    }
  }

  /** The nodes that are computed whatever the conditions are. */
  private alwaysIn(expr: ScalarExpr): ReadonlySet<NodeId> {
    const found = new Set<NodeId>();
    const visit = (each: ScalarExpr): void => {
      const id = this.dag.intern(each);
      if (each.kind !== "Call" || found.has(id)) return;
      found.add(id);
      each.args.slice(0, lazyFrom(each)).forEach(visit);
    };
    visit(expr);
    return found;
  }

  private shares(definition: ScalarExpr): boolean {
    return [...this.alwaysIn(definition)].some((id) => (this.holders.get(id) ?? 0) > 1);
  }

  private readonly written = new Map<ScalarExpr, ScalarExpr>();

  readonly spelled = (expr: ScalarExpr): ScalarExpr => {
    if (expr.kind !== "Call") return expr;
    const known = this.written.get(expr);
    if (known !== undefined) return known;
    const definition = this.definitions.get(this.dag.intern(expr));
    const shared = definition !== undefined && this.shares(definition);
    const made = shared ? this.spelled(definition) : { ...expr, args: expr.args.map(this.spelled) };
    this.written.set(expr, made);
    return made;
  };

  get hasFunctions(): boolean {
    return this.definitions.size > 0;
  }
}

/** The values of a kernel's results, with the calls that share something spelled out. */
export function spellOut(dag: Dag, values: readonly ScalarExpr[]): readonly ScalarExpr[] {
  const speller = new Speller(dag, values);
  return speller.hasFunctions ? values.map(speller.spelled) : values;
}
