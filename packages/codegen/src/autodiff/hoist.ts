/**
 * Moves out of a loop what every step would make alike.
 *
 * Invariant: nothing is moved that runs a loop with a test: that might not end where the loop around it takes no step.
 */
import { type Atom, type Eqn, type Func, foundBy, mentionedBy, type Trace, type Var } from "@tapeless/types/compiler";
import { closedEqns } from "./closed.js";

/** A body with more captured tensors, and what they are outside of it. */
export interface Hoisted {
  readonly func: Func;
  readonly captured: readonly Atom[];
}

/**
 * Moves equations that need captured tensors alone, and that are `wanted`, in front of the loop: they are computed once, there,
 * and captured. What they need themselves is computed there as well.
 */
export function hoistInvariants(
  trace: Trace,
  func: Func,
  consts: readonly Atom[],
  isFixed: (param: Var) => boolean,
  isWanted: (eqn: Eqn) => boolean,
): Hoisted {
  const own = func.params.slice(0, consts.length);
  const outer = new Map<Atom, Atom>();
  own.forEach((param, k) => {
    const atom = consts[k];
    if (atom !== undefined && isFixed(param)) outer.set(param, atom);
  });
  const closed = closedEqns(func);
  const invariant = invariantEqns(func, closed, new Set(outer.keys()));
  const moved = func.eqns.filter((eqn) => invariant.has(eqn) && isWanted(eqn));
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
function invariantEqns(func: Func, closed: ReadonlySet<Eqn>, captured: ReadonlySet<Atom>): ReadonlySet<Eqn> {
  const known = new Set<Atom>(captured);
  const found = new Set<Eqn>();
  const inner = new Set(func.eqns.flatMap(foundBy));
  for (const eqn of func.eqns) {
    const isPure = !mayNotEnd(eqn) && !mentionedBy(eqn).some((name) => inner.has(name));
    if (!isPure || !eqn.inputs.every((input) => input.kind === "Lit" || known.has(input))) continue;
    if (!closed.has(eqn)) found.add(eqn);
    for (const out of eqn.outs) known.add(out);
  }
  return found;
}

const mayNotEnd = (eqn: Eqn): boolean => eqn.op === "while" || eqn.funcs.some((func) => func.eqns.some(mayNotEnd));

/** Those of `eqns` that `wanted` need, and these. */
function backwards(eqns: readonly Eqn[], wanted: readonly Eqn[]): readonly Eqn[] {
  const needed = new Set<Atom>(wanted.flatMap((eqn) => eqn.inputs));
  const kept = new Set(wanted);
  for (const eqn of eqns.toReversed()) {
    if (!kept.has(eqn) && !eqn.outs.some((out) => needed.has(out))) continue;
    kept.add(eqn);
    for (const input of eqn.inputs) needed.add(input);
  }
  return eqns.filter((eqn) => kept.has(eqn));
}
