/**
 * What the linear half of a loop's body needs of the known half, where a body over duals is split in two.
 *
 * Invariant: what is as long as a loop inside took (ragged) is not handed over, for it could not be stacked: the linear half
 * runs the equations that make it again, from what they need. Constants both halves make for themselves.
 */
import { type Atom, type Eqn, type Func, foundBy, mentionedBy, type Trace, type Var } from "@tapeless/types/compiler";
import { closedEqns } from "./closed.js";

/** The equations of the linear half, in order, and the known values that they take. */
export interface LinearHalf {
  readonly eqns: readonly Eqn[];
  readonly needed: readonly Var[];
}

export const isLinearEqn = (eqn: Eqn, linear: ReadonlySet<Atom>): boolean => eqn.outs.some((out) => linear.has(out));

/** Known equations that the linear ones cannot do without: those that find a size, or make a value of such a size. */
function againOf(func: Func, linear: ReadonlySet<Atom>): ReadonlySet<Eqn> {
  const again = new Set<Eqn>();
  const finders = new Map(func.eqns.flatMap((eqn) => foundBy(eqn).map((name) => [name, eqn] as const)));
  if (finders.size === 0) return again;
  const makers = new Map(func.eqns.flatMap((eqn) => eqn.outs.map((out) => [out as Atom, eqn] as const)));
  const isRagged = (atom: Atom): boolean => [...finders.keys()].some((name) => mentionsName(atom, name));
  const pending = func.eqns.filter((eqn) => isLinearEqn(eqn, linear));
  const add = (eqn: Eqn | undefined): void => {
    if (eqn === undefined || again.has(eqn) || isLinearEqn(eqn, linear)) return;
    again.add(eqn);
    pending.push(eqn);
  };
  for (let eqn = pending.pop(); eqn !== undefined; eqn = pending.pop()) {
    for (const name of mentionedBy(eqn)) add(finders.get(name));
    for (const input of eqn.inputs) if (!linear.has(input) && isRagged(input)) add(makers.get(input));
  }
  return again;
}

const mentionsName = (atom: Atom, name: string): boolean =>
  atom.shape.some((size) => typeof size !== "number" && size.terms.some((term) => term.names.includes(name)));

/** The linear half of a body, whose results `outs` are linear. */
export function linearHalf(func: Func, linear: ReadonlySet<Atom>, outs: readonly Atom[]): LinearHalf {
  const [closed, again] = [closedEqns(func), againOf(func, linear)];
  const eqns = func.eqns.filter((eqn) => closed.has(eqn) || again.has(eqn) || isLinearEqn(eqn, linear));
  const made = new Set<Atom>(eqns.flatMap((eqn) => eqn.outs));
  const used = new Set<Atom>([...eqns.flatMap((eqn) => eqn.inputs), ...outs]);
  const needed = [...used].filter((atom): atom is Var => atom.kind === "Var" && !linear.has(atom) && !made.has(atom));
  return { eqns, needed };
}

/** Results of the known half of a loop's body, and where among them the rows stand that the linear half goes along. */
export interface Rows {
  readonly outs: readonly Atom[];
  readonly at: readonly number[];
}

/** The results with a row for each of `steps`; what is stacked anyway, behind the carries, is not stacked twice. */
export function withRows(outs: readonly Atom[], carries: number, steps: readonly Var[]): Rows {
  const all = [...outs, ...steps.filter((variable) => !outs.includes(variable, carries))];
  return { outs: all, at: steps.map((variable) => all.indexOf(variable, carries)) };
}

/** A body with more captured tensors, and what they are outside of it. */
export interface Hoisted {
  readonly func: Func;
  readonly captured: readonly Atom[];
}

/**
 * Moves out of a loop what its linear half needs and every step would make alike, from captured tensors alone: it is computed
 * once and captured. But nothing that runs a loop with a test: that might not end where the loop around it takes no step.
 */
export function hoistInvariants(trace: Trace, func: Func, consts: readonly Atom[], linear: ReadonlySet<Atom>): Hoisted {
  const own = func.params.slice(0, consts.length);
  const outer = new Map<Atom, Atom>();
  own.forEach((param, k) => {
    const atom = consts[k];
    if (atom !== undefined && !linear.has(param)) outer.set(param, atom);
  });
  const closed = closedEqns(func);
  const invariant = invariantEqns(func, closed, new Set(outer.keys()));
  const wanted = new Set<Atom>(func.eqns.filter((eqn) => isLinearEqn(eqn, linear)).flatMap((eqn) => eqn.inputs));
  const moved = func.eqns.filter((eqn) => invariant.has(eqn) && eqn.outs.some((out) => wanted.has(out)));
  if (moved.length === 0) return { func, captured: consts };
  const needed = backwards(
    func.eqns.filter((eqn) => invariant.has(eqn) || closed.has(eqn)), // constants are made outside as well
    moved,
  );
  for (const eqn of needed) {
    const inputs = eqn.inputs.map((input) => outer.get(input) ?? input);
    const outs = trace.at(eqn.spans, () =>
      trace.emit(
        { ...eqn, inputs },
        eqn.outs.map((out) => out.name),
      ),
    );
    eqn.outs.forEach((out, k) => outer.set(out, outs[k] ?? out));
  }
  const added = moved.flatMap((eqn) => eqn.outs);
  const params = [...own, ...added, ...func.params.slice(consts.length)];
  return {
    func: { ...func, params, eqns: func.eqns.filter((eqn) => !moved.includes(eqn)) },
    captured: [...consts, ...added.map((out) => outer.get(out) ?? out)],
  };
}

/** Equations of captured tensors alone; those of constants are made in each step anyway. */
function invariantEqns(func: Func, closed: ReadonlySet<Eqn>, captured: ReadonlySet<Atom>): ReadonlySet<Eqn> {
  const known = new Set<Atom>(captured);
  const found = new Set<Eqn>();
  for (const eqn of func.eqns) {
    if (mayNotEnd(eqn) || !eqn.inputs.every((input) => input.kind === "Lit" || known.has(input))) continue;
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
