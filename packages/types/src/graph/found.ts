/**
 * Sizes found while a program runs: the numbers of steps of loops with a test, named by the equations that find them.
 *
 * Invariant: such a name is known from its equation on, there and in the functions of later equations; a program binds it
 * once, and no function in it binds it again.
 */
import type { Attrs } from "../node/attrs.js";
import { namedSize, namesOf, type Size } from "../shape/size.js";
import type { Aval, Eqn, Func } from "./ir.js";
import { substituteFunc } from "./substitute.js";

let made = 0;

/** A name that no other loop has; users' names of dimensions do not begin so. */
export const freshTrips = (): Size => namedSize(`__trips${++made}`);

const namesIn = (value: Attrs[string]): readonly string[] => {
  if (typeof value !== "object" || value === null) return [];
  return "terms" in value ? namesOf(value) : value.flatMap(namesIn);
};

/** The name that an equation finds. */
export const foundBy = (eqn: Pick<Eqn, "op" | "attrs">): readonly string[] =>
  eqn.op === "while" ? namesIn(eqn.attrs.trips ?? null) : [];

/** The names that a program finds, in its functions too. */
export const foundIn = (func: Func): readonly string[] =>
  func.eqns.flatMap((eqn) => [...foundBy(eqn), ...eqn.funcs.flatMap(foundIn)]);

const ofAvals = (avals: readonly Aval[]): readonly string[] => avals.flatMap(({ shape }) => shape.flatMap(namesOf));

/** The names of sizes that an equation mentions and does not find itself. */
export function mentionedBy(eqn: Eqn): readonly string[] {
  const own = new Set(foundBy(eqn));
  const all = [
    ...ofAvals(eqn.outs),
    ...ofAvals(eqn.inputs),
    ...eqn.batch.flatMap(({ size }) => namesOf(size)),
    ...Object.values(eqn.attrs).flatMap(namesIn),
    ...eqn.funcs.flatMap(mentionedIn),
  ];
  return all.filter((name) => !own.has(name));
}

/** The names of sizes that a program mentions and does not find itself. */
export function mentionedIn(func: Func): readonly string[] {
  const own = new Set(func.eqns.flatMap(foundBy));
  return [...ofAvals(func.params), ...func.eqns.flatMap(mentionedBy)].filter((name) => !own.has(name));
}

/** A copy of the program that finds its sizes under names of its own. */
export function withFreshTrips(func: Func, clashes: (name: string) => boolean = () => true): Func {
  const names = foundIn(func).filter(clashes);
  return names.length === 0
    ? func
    : substituteFunc(func, Object.fromEntries(names.map((name) => [name, freshTrips()])));
}
