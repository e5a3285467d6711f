/**
 * Moves out of a loop what every step would make alike.
 *
 * Invariant: nothing is moved that runs a loop with a test: that might not end where the loop around it takes no step. Nothing
 * comes out of a branch, which might not be taken.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  foundBy,
  mentionedBy,
  opNamed,
  type Trace,
  type Var,
} from "@tapeless/types/compiler";
import { recomputeBudget } from "../ir/kernel/cost.js";
import { closedEqns } from "./closed.js";
import { elementCost } from "./element-cost.js";
import { bytesOf } from "./remade.js";
import { bytesOfAll, isAtMost } from "./step-sizes.js";

/** A body with more captured tensors, and what they are outside of it. */
export interface Hoisted {
  readonly func: Func;
  readonly captured: readonly Atom[];
}

export interface HoistOptions {
  /** Which of the equations that every step would make alike. */
  readonly wantedOf: (invariant: readonly Eqn[]) => ReadonlySet<Eqn>;
  /** Does the function certainly run? The body of a loop of a named length need not. */
  readonly runs: boolean;
  /** Captured parameters that have a value before the loop; tangents are left where they are. */
  readonly isFixed?: (param: Var) => boolean;
}

/**
 * Moves equations that need captured tensors alone, those that are wanted of them, in front of the loop: they are computed
 * once, there, and captured. What they need themselves is computed there as well.
 */
export function hoistInvariants(
  trace: Trace,
  func: Func,
  consts: readonly Atom[],
  { wantedOf, runs, isFixed = () => true }: HoistOptions,
): Hoisted {
  const own = func.params.slice(0, consts.length);
  const outer = new Map<Atom, Atom>();
  own.forEach((param, k) => {
    const atom = consts[k];
    if (atom !== undefined && isFixed(param)) outer.set(param, atom);
  });
  const closed = closedEqns(func);
  const invariant = invariantEqns(func, closed, new Set(outer.keys()), runs);
  const wanted = wantedOf(func.eqns.filter((eqn) => invariant.has(eqn)));
  const moved = func.eqns.filter((eqn) => wanted.has(eqn));
  if (moved.length === 0) return { func, captured: consts };
  const needed = backwards(
    func.eqns.filter((eqn) => invariant.has(eqn) || closed.has(eqn)), // constants are made outside as well
    moved,
  );
  for (const eqn of needed) copyOut(trace, eqn, outer);
  const added = moved.flatMap((eqn) => eqn.outs);
  const params = [...own, ...added, ...func.params.slice(consts.length)];
  return {
    func: { ...func, params, eqns: func.eqns.filter((eqn) => !moved.includes(eqn)) },
    captured: [...consts, ...added.map((out) => outer.get(out) ?? out)],
  };
}

function copyOut(trace: Trace, eqn: Eqn, outer: Map<Atom, Atom>): void {
  const inputs = eqn.inputs.map((input) => outer.get(input) ?? input);
  const names = eqn.outs.map((out) => out.name);
  const outs = trace.at(eqn.spans, () => trace.emit({ ...eqn, inputs }, names));
  eqn.outs.forEach((out, k) => outer.set(out, outs[k] ?? out));
}

/** Equations of captured tensors alone, of sizes that are known outside; those of constants are made in each step anyway. */
function invariantEqns(
  func: Func,
  closed: ReadonlySet<Eqn>,
  captured: ReadonlySet<Atom>,
  runs: boolean,
): ReadonlySet<Eqn> {
  const known = new Set<Atom>(captured);
  const found = new Set<Eqn>();
  const inner = new Set(func.eqns.flatMap(foundBy));
  for (const eqn of func.eqns) {
    const isFree = !mayNotEnd(eqn) && (runs || !mayPick(eqn)) && !mentionedBy(eqn).some((name) => inner.has(name));
    if (!isFree || !eqn.inputs.every((input) => input.kind === "Lit" || known.has(input))) continue;
    if (!closed.has(eqn)) found.add(eqn);
    for (const out of eqn.outs) known.add(out);
  }
  return found;
}

const mayNotEnd = (eqn: Eqn): boolean => eqn.op === "while" || eqn.funcs.some((func) => func.eqns.some(mayNotEnd));

/** An index that would be out of range must not be refused, or trusted, for a loop that takes no step. */
export const mayPick = (eqn: Eqn): boolean =>
  (!opNamed(eqn.op).elementwise && eqn.inputs.some((input) => input.kind === "Var" && input.dtype === "i32")) ||
  eqn.funcs.some((func) => func.eqns.some(mayPick));

/** Those of `eqns` that `wanted` need, and these. */
export function backwards(eqns: readonly Eqn[], wanted: readonly Eqn[]): readonly Eqn[] {
  const needed = new Set<Atom>(wanted.flatMap((eqn) => eqn.inputs));
  const kept = new Set(wanted);
  for (const eqn of eqns.toReversed()) {
    if (!kept.has(eqn) && !eqn.outs.some((out) => needed.has(out))) continue;
    kept.add(eqn);
    for (const input of eqn.inputs) needed.add(input);
  }
  return eqns.filter((eqn) => kept.has(eqn));
}

/** Those that give one of `values`. */
export const giving =
  (values: Iterable<Atom>) =>
  (eqns: readonly Eqn[]): ReadonlySet<Eqn> => {
    const needed = new Set(values);
    return new Set(eqns.filter(({ outs }) => outs.some((out) => needed.has(out))));
  };

/** How a value is computed that no equation before it was worth moving for. */
interface Inline {
  readonly operations: number;
  /** What it is made of. */
  readonly roots: ReadonlySet<Atom>;
}

/**
 * Those that cost more than reading what they give: sums, products of matrices, loops, and elementwise functions above what is made
 * again rather than stored. But nothing elementwise that is larger than what it is made of: in the loop it may be no array at all.
 */
export function dear(eqns: readonly Eqn[]): ReadonlySet<Eqn> {
  const inline = new Map<Atom, Inline>();
  const found = new Set<Eqn>();
  const of = (atom: Atom): Inline => inline.get(atom) ?? { operations: 0, roots: new Set([atom]) };
  for (const eqn of eqns) {
    const cost = elementCost(eqn);
    const parts = eqn.inputs.map(of);
    const operations = parts.reduce((sum, part) => sum + part.operations, cost?.operations ?? 0);
    const roots = new Set(parts.flatMap((part) => [...part.roots]));
    const isSmall = eqn.outs.every((out) => isAtMost(bytesOf(out), bytesOfAll(roots)));
    if (cost === undefined || (operations > recomputeBudget && isSmall)) found.add(eqn);
    else for (const out of eqn.outs) inline.set(out, { operations, roots });
  }
  return found;
}
