/**
 * What is left to do on straight-line code: dead scalars out, scalars used once into their use, names made short.
 *
 * Invariant: a moved value has no load in it and its names are assigned once, so it is the same wherever it stands.
 */
import type { ScalarExpr } from "@tapeless/types/compiler";
import { ref } from "../../ir/loop/build.js";
import { hasLoad } from "../../ir/loop/has-load.js";
import { loopLanguage } from "../../ir/loop/language.js";
import type { Stmt } from "../../ir/loop/nodes.js";
import { Fresh } from "./fresh.js";
import { inExpr, inStmt, nothing, type Substitution, withScalar } from "./substitute.js";
import { countAll, countStmt, type Uses } from "./uses.js";

/** Scalars that nothing reads, in loops too, until there are none. `kept` are read by later steps. */
export function dropDead(body: readonly Stmt[], kept: ReadonlySet<string>): readonly Stmt[] {
  const uses: Uses = new Map();
  for (const stmt of body) countAll(stmt, uses);
  const isDead = (stmt: Stmt): boolean =>
    (stmt.kind === "Let" || stmt.kind === "Local" || stmt.kind === "Update") &&
    !uses.has(stmt.name) &&
    !kept.has(stmt.name);
  let dropped = 0;
  const sweep = (stmts: readonly Stmt[]): readonly Stmt[] =>
    stmts.flatMap((stmt): readonly Stmt[] => {
      if (isDead(stmt)) {
        dropped++;
        return [];
      }
      if (stmt.kind === "If") {
        const [inner, otherwise] = [sweep(stmt.body), sweep(stmt.otherwise)];
        return inner.length + otherwise.length === 0 ? [] : [{ ...stmt, body: inner, otherwise }];
      }
      if (stmt.kind !== "For" && stmt.kind !== "Block") return [stmt];
      const inner = sweep(stmt.body);
      return inner.length === 0 ? [] : [{ ...stmt, body: inner }];
    });
  const swept = sweep(body);
  return dropped === 0 ? swept : dropDead(swept, kept);
}

/** Nodes of an expression. Plain recursion: this runs once for each term of a long sum. */
const weigh = (expr: ScalarExpr): number =>
  expr.kind === "Call" ? expr.args.reduce((sum, arg) => sum + weigh(arg), 1) : 1;

/** Larger values keep their name, for the reader's sake. */
const heaviest = 24;
/** A chain of terms may grow as long as straight-line code is made at all. */
const longestChain = 2048;

/** Is the name the sum so far, to which the expression adds a term? Then both are one chain. */
function isChain(name: string, value: ScalarExpr, use: ScalarExpr): boolean {
  if (use.kind !== "Call" || value.kind !== "Call" || use.fn !== value.fn) return false;
  const [first] = use.args;
  return (use.fn === "add" || use.fn === "max" || use.fn === "min") && first?.kind === "Ref" && first.name === name;
}

/** A bare name gives way to its value, a chain to its next link, else only a small value moves. */
const fits = (name: string, value: ScalarExpr, use: ScalarExpr): boolean =>
  use.kind === "Ref" || isChain(name, value, use) || weigh(value) <= heaviest;

/** Values on their way to their only use. */
class Pending {
  private readonly values = new Map<string, ScalarExpr>();

  add(name: string, value: ScalarExpr): void {
    this.values.set(name, value);
  }

  /** Those of `names` that wait here become lets after all. */
  settle(names: readonly string[]): readonly Stmt[] {
    return names.flatMap((name) => {
      const value = this.values.get(name);
      this.values.delete(name);
      return value === undefined ? [] : [{ kind: "Let", name, dtype: value.dtype, value }];
    });
  }

  /** The expression with the values that fit into it; those that do not come before it. */
  placeIn(use: ScalarExpr): { readonly before: readonly Stmt[]; readonly value: ScalarExpr } {
    const scalars = new Map<string, ScalarExpr>();
    for (const name of refsIn(use)) {
      const value = this.values.get(name);
      if (value === undefined || !fits(name, value, use)) continue;
      scalars.set(name, value);
      this.values.delete(name);
    }
    return { before: this.settle(refsIn(use)), value: inExpr(use, { ...nothing, scalars }) };
  }
}

/** Each value that one later statement uses once goes into that statement. */
export function inlineOnce(body: readonly Stmt[], kept: ReadonlySet<string>): readonly Stmt[] {
  const uses: Uses = new Map();
  for (const stmt of body) countStmt(stmt, uses);
  const pending = new Pending();
  const mayMove = ({ name, value }: Extract<Stmt, { kind: "Let" }>): boolean =>
    uses.get(name) === 1 && !kept.has(name) && !hasLoad(value) && weigh(value) <= longestChain;
  const place = (stmt: Stmt): readonly Stmt[] => {
    if (stmt.kind === "Block") return [{ ...stmt, body: stmt.body.flatMap(place) }];
    if (stmt.kind === "For" || stmt.kind === "If" || stmt.kind === "CallFunction")
      return [...pending.settle(refsIn(stmt)), stmt];
    const { before, value } = pending.placeIn(stmt.value);
    if (stmt.kind !== "Let" || !mayMove({ ...stmt, value })) return [...before, { ...stmt, value }];
    pending.add(stmt.name, value);
    return before;
  };
  return body.flatMap(place);
}

const refsIn = (node: Stmt | ScalarExpr): readonly string[] => [
  ...new Set(loopLanguage.walk(node).flatMap((each) => (each.kind === "Ref" ? [each.name] : []))),
];

/** Names whose numbers only kept them apart lose these where they can. */
export function shortenNames(
  body: readonly Stmt[],
  taken: Iterable<string>,
  hints: ReadonlyMap<string, string>,
): { readonly body: readonly Stmt[]; readonly after: Substitution } {
  const fresh = new Fresh(taken);
  let after = nothing;
  const declared = [...body].flatMap((stmt) => loopLanguage.walk(stmt));
  for (const node of declared) if (node.kind === "For") fresh.take(node.index);
  for (const node of declared) {
    if (node.kind !== "Let" && node.kind !== "Local") continue;
    const name = fresh.take(hints.get(node.name) ?? node.name);
    after = withScalar(after, node.name, ref(name, node.dtype));
  }
  return { body: body.map((stmt) => inStmt(stmt, after)), after };
}
