/**
 * Shared subexpressions of a kernel become lets.
 *
 * Invariant: nothing is computed that the expressions would not compute, except where it cannot fail: what stands only
 * in branches of `select` becomes a let only if every load in it is certainly inside its buffer.
 */
import type { Index, ScalarExpr } from "@tapeless/types/compiler";
import { lazyFrom } from "../../ir/kernel/branches.js";
import type { KernelLet } from "../../ir/kernel/nodes.js";
import type { Dag, NodeId } from "./dag.js";
import { spellOut } from "./spell-out.js";

/** Results of a kernel: a value, and the index where it goes. */
export interface Result {
  readonly value: ScalarExpr;
  readonly index: readonly Index[];
}

export interface ShareOptions {
  /** Is this load inside its buffer at every iteration? */
  readonly safe: (load: Extract<ScalarExpr, { kind: "Load" }>) => boolean;
  /** Loads that must be done before any write, because the kernel writes to the same buffer. */
  readonly early: (load: Extract<ScalarExpr, { kind: "Load" }>) => boolean;
  /** A free name for a let, in the model's words if the expression has any. */
  readonly nameOf: (id: NodeId) => string;
}

/** Nodes that are evaluated in every iteration: reached without passing into a branch of a `select`. */
function alwaysEvaluated(dag: Dag, roots: readonly NodeId[]): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  const visit = (id: NodeId): void => {
    if (found.has(id)) return;
    found.add(id);
    const { expr, args, indexLets } = dag.node(id);
    indexLets.forEach(visit);
    (expr.kind === "Call" ? args.slice(0, lazyFrom(expr)) : args).forEach(visit);
  };
  roots.forEach(visit);
  return found;
}

/** Everything reachable, with the number of places that use it. */
function countUses(dag: Dag, roots: readonly NodeId[]): ReadonlyMap<NodeId, number> {
  const uses = new Map<NodeId, number>();
  const visit = (id: NodeId): void => {
    const before = uses.get(id) ?? 0;
    uses.set(id, before + 1);
    if (before === 0) dag.dependencies(id).forEach(visit);
  };
  roots.forEach(visit);
  return uses;
}

export interface Shared {
  readonly lets: readonly KernelLet[];
  readonly values: readonly ScalarExpr[];
  /** Integer lets that stand only in a branch and may read outside their buffer there. */
  readonly unsafe: readonly string[];
}

export function shareSubexpressions(dag: Dag, results: readonly Result[], options: ShareOptions): Shared {
  const spelled = spellOut(
    dag,
    results.map((result) => result.value),
  );
  const values = spelled.map((value) => dag.intern(value));
  const roots = [...values, ...results.flatMap((result) => result.index.flatMap((index) => dag.letsIn(index)))];
  const always = alwaysEvaluated(dag, roots);
  const uses = countUses(dag, roots);
  const safety = safeNodes(dag, always, options);
  const names = new Map<NodeId, string>();
  for (const [name, id] of dag.integerNames) if (uses.has(id)) names.set(id, name);
  const unsafe = [...names].filter(([id]) => !safety(id)).map(([, name]) => name);
  for (const id of [...uses.keys()].sort((a, b) => a - b)) {
    if (!names.has(id) && wantsName(dag, id, uses.get(id) ?? 0, options) && safety(id))
      names.set(id, options.nameOf(id));
  }
  const rewrite = rewriter(dag, names);
  const lets = [...names.entries()]
    .sort(([a], [b]) => a - b)
    .map(([id, name]): KernelLet => ({ kind: "KernelLet", name, value: rewrite(id, true) }));
  return { lets, values: values.map((id) => rewrite(id, false)), unsafe };
}

function wantsName(dag: Dag, id: NodeId, uses: number, options: ShareOptions): boolean {
  const { expr } = dag.node(id);
  if (expr.kind === "Load") return uses > 1 || options.early(expr);
  return expr.kind === "Call" && uses > 1;
}

/** A node is safe if it is evaluated anyway, or all loads below it cannot fail. */
function safeNodes(dag: Dag, always: ReadonlySet<NodeId>, options: ShareOptions): (id: NodeId) => boolean {
  const memo = new Map<NodeId, boolean>();
  const safe = (id: NodeId): boolean => {
    const known = memo.get(id);
    if (known !== undefined) return known;
    const { expr } = dag.node(id);
    const here = expr.kind !== "Load" || options.safe(expr);
    const answer = always.has(id) || (here && dag.dependencies(id).every(safe));
    memo.set(id, answer);
    return answer;
  };
  return safe;
}

/** The expression of a node with named nodes as references; `whole` spells out the node itself. */
function rewriter(dag: Dag, names: ReadonlyMap<NodeId, string>): (id: NodeId, whole: boolean) => ScalarExpr {
  const memo = new Map<NodeId, ScalarExpr>();
  const spell = (id: NodeId): ScalarExpr => {
    const known = memo.get(id);
    if (known !== undefined) return known;
    const { expr, args } = dag.node(id);
    const spelled = expr.kind === "Call" ? { ...expr, args: args.map((arg) => rewrite(arg, false)) } : expr;
    memo.set(id, spelled);
    return spelled;
  };
  const rewrite = (id: NodeId, whole: boolean): ScalarExpr => {
    const name = names.get(id);
    if (name === undefined || whole) return spell(id);
    return { kind: "Ref", name, dtype: dag.node(id).expr.dtype };
  };
  return rewrite;
}
