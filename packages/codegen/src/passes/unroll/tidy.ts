/**
 * What is left to do on straight-line code: dead scalars out, scalars used once into their use, names made short.
 *
 * Invariant: a moved value has no load in it and its names are assigned once, so it is the same wherever it stands.
 */
import type { ScalarExpr } from "@tapeless/types/compiler";
import { ref } from "../../ir/loop/build.js";
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
      if (stmt.kind !== "For" && stmt.kind !== "Block") return [stmt];
      const inner = sweep(stmt.body);
      return inner.length === 0 ? [] : [{ ...stmt, body: inner }];
    });
  const swept = sweep(body);
  return dropped === 0 ? swept : dropDead(swept, kept);
}

const weigh = (expr: ScalarExpr): number => [...loopLanguage.walk(expr)].length;

/** Larger values keep their name, for the reader's sake. */
const heaviest = 24;
/** A chain of terms may grow as long as straight-line code is made at all. */
const longestChain = 2048;

const hasLoad = (expr: ScalarExpr): boolean => [...loopLanguage.walk(expr)].some((node) => node.kind === "Load");

/** Is the name the sum so far, to which the expression adds a term? Then both are one chain. */
function isChain(name: string, value: ScalarExpr, use: ScalarExpr): boolean {
  if (use.kind !== "Call" || value.kind !== "Call" || use.fn !== value.fn) return false;
  const [first] = use.args;
  return (use.fn === "add" || use.fn === "max" || use.fn === "min") && first?.kind === "Ref" && first.name === name;
}

/** Each value that one later statement uses once goes into that statement. */
export function inlineOnce(body: readonly Stmt[], kept: ReadonlySet<string>): readonly Stmt[] {
  const uses: Uses = new Map();
  for (const stmt of body) countStmt(stmt, uses);
  let pending: ReadonlyMap<string, ScalarExpr> = new Map();
  const place = (stmt: Stmt): readonly Stmt[] => {
    if (stmt.kind === "Block") return [{ ...stmt, body: stmt.body.flatMap(place) }];
    if (stmt.kind === "For" || stmt.kind === "CallFunction") return [...release(stmt), stmt];
    const [before, value] = inlineInto(stmt.value);
    const placed: Stmt = { ...stmt, value };
    if (placed.kind !== "Let" || !mayMove(placed)) return [...before, placed];
    pending = new Map(pending).set(placed.name, placed.value);
    return before;
  };
  const mayMove = (stmt: Extract<Stmt, { kind: "Let" }>): boolean =>
    uses.get(stmt.name) === 1 && !kept.has(stmt.name) && !hasLoad(stmt.value) && weigh(stmt.value) <= longestChain;
  const settle = (names: readonly string[]): readonly Stmt[] =>
    names.flatMap((name) => {
      const value = pending.get(name);
      if (value === undefined) return [];
      const rest = new Map(pending);
      rest.delete(name);
      pending = rest;
      return [{ kind: "Let", name, dtype: value.dtype, value }];
    });
  const release = (stmt: Stmt): readonly Stmt[] => settle(refsIn(stmt));
  const inlineInto = (use: ScalarExpr): readonly [before: readonly Stmt[], value: ScalarExpr] => {
    const names = refsIn(use).filter((name) => pending.has(name));
    const fits = (name: string): boolean => {
      const value = pending.get(name);
      return value !== undefined && (isChain(name, value, use) || weigh(value) <= heaviest);
    };
    const before = settle(names.filter((name) => !fits(name)));
    const scalars = new Map<string, ScalarExpr>();
    for (const name of names.filter(fits)) {
      const value = pending.get(name);
      if (value !== undefined) scalars.set(name, value);
    }
    settle(names.filter(fits));
    return [before, inExpr(use, { ...nothing, scalars })];
  };
  return body.flatMap(place);
}

const refsIn = (node: Stmt | ScalarExpr): readonly string[] => [
  ...new Set([...loopLanguage.walk(node)].flatMap((each) => (each.kind === "Ref" ? [each.name] : []))),
];

/** Names whose numbers only kept them apart lose these where they can. */
export function shortenNames(
  body: readonly Stmt[],
  taken: Iterable<string>,
  hints: ReadonlyMap<string, string>,
): { readonly body: readonly Stmt[]; readonly after: Substitution } {
  const fresh = new Fresh(taken);
  let after = nothing;
  const declared = [...body].flatMap((stmt) => [...loopLanguage.walk(stmt)]);
  for (const node of declared) if (node.kind === "For") fresh.take(node.index);
  for (const node of declared) {
    if (node.kind !== "Let" && node.kind !== "Local") continue;
    const name = fresh.take(hints.get(node.name) ?? node.name);
    after = withScalar(after, node.name, ref(name, node.dtype));
  }
  return { body: body.map((stmt) => inStmt(stmt, after)), after };
}
