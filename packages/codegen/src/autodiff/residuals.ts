/**
 * What the linear half of a loop's body needs of the known half, where a body over duals is split in two.
 *
 * Invariant: what is as long as a loop inside took (ragged) is not handed over, for it could not be stacked: the linear half
 * runs the equations that make it again, from what they need. Nor are constants handed over, and what remade.ts names.
 */
import { type Atom, type Eqn, type Func, foundBy, mentionedBy, type Var } from "@tapeless/types/compiler";
import { closedEqns } from "./closed.js";
import { type BytesToKeep, Prices } from "./remade.js";

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

/** What the linear half may make for itself is sought among. */
interface Halves {
  readonly func: Func;
  readonly linear: ReadonlySet<Atom>;
  /** What the linear equations take, and those that run again for them. */
  readonly direct: ReadonlySet<Atom>;
  /** For constants, for what is as long as a loop inside took, for parameters made of something else: their equations. */
  readonly made: ReadonlyMap<Atom, Eqn>;
  readonly bytesToKeep: BytesToKeep;
}

const makersOf = (eqns: Iterable<Eqn>): readonly (readonly [Atom, Eqn])[] =>
  [...eqns].flatMap((eqn) => eqn.outs.map((out) => [out, eqn] as const));

/** For each value that the linear half may make for itself the equation that does. */
function makersIn({ func, linear, direct, made, bytesToKeep }: Halves): ReadonlyMap<Atom, Eqn> {
  const there = new Set<Atom>([...direct, ...made.keys()]);
  for (;;) {
    const prices = new Prices(bytesToKeep, {
      has: (value) => there.has(value),
      isDirect: (value) => direct.has(value),
    });
    for (const param of func.params) if (!linear.has(param)) prices.addParam(param);
    const known = func.eqns.filter((eqn) => !isLinearEqn(eqn, linear));
    const makers = new Map([...makersOf(known.filter((eqn) => prices.addEqn(eqn))), ...made]);
    const more = prices.worthKeeping().filter((value) => !there.has(value));
    if (more.length === 0) return makers;
    for (const value of more) there.add(value);
  }
}

/**
 * The linear half of a body, whose results `outs` are linear. Equations of `prelude` define parameters of the body from
 * what the linear half is given instead.
 */
export function linearHalf(
  func: Func,
  linear: ReadonlySet<Atom>,
  outs: readonly Atom[],
  bytesToKeep: BytesToKeep,
  prelude: readonly Eqn[] = [],
): LinearHalf {
  const again = againOf(func, linear);
  const own = new Set(func.eqns.filter((eqn) => again.has(eqn) || isLinearEqn(eqn, linear)));
  const direct = new Set<Atom>([...[...own].flatMap((eqn) => eqn.inputs), ...outs]);
  const made = new Map(makersOf([...closedEqns(func), ...again, ...prelude]));
  const makers = makersIn({ func, linear, direct, made, bytesToKeep });
  const seen = new Set<Atom>(direct);
  for (const atom of seen) {
    const maker = linear.has(atom) ? undefined : makers.get(atom);
    if (maker === undefined) continue;
    own.add(maker);
    for (const input of maker.inputs) seen.add(input); // a set goes on over what is added meanwhile
  }
  const needed = [...seen].filter((atom): atom is Var => atom.kind === "Var" && !linear.has(atom) && !makers.has(atom));
  return { eqns: [...prelude, ...func.eqns].filter((eqn) => own.has(eqn)), needed };
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
