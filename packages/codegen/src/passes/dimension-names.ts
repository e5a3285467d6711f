/**
 * The dimensions of a program.
 *
 * Invariant: those of its parameters come first, in the order in which the parameters bring them; then those that no
 * parameter has: whoever runs the program says them; then those that follow from these.
 */
import {
  type AttrValue,
  derivationOf,
  type Eqn,
  type Func,
  foundIn,
  namesOf,
  type Size,
} from "@tapeless/types/compiler";

const isSize = (value: object): value is Exclude<Size, number> => "terms" in value;

/** Names in a value that an equation carries: a size, or a list with sizes in it. */
function namesIn(value: AttrValue): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (isSize(value)) return namesOf(value);
  return Array.isArray(value) ? value.flatMap(namesIn) : [];
}

const ofParams = (func: Func): readonly string[] => func.params.flatMap((param) => param.shape.flatMap(namesOf));

/** The names that an equation speaks of, those of the functions in it included. */
const ofEqn = (eqn: Eqn): readonly string[] => [
  ...eqn.outs.flatMap((out) => out.shape.flatMap(namesOf)),
  ...Object.values(eqn.attrs).flatMap(namesIn),
  ...eqn.funcs.flatMap((func) => [...ofParams(func), ...func.eqns.flatMap(ofEqn)]),
];

export function dimensionNames(func: Func): readonly string[] {
  const found = new Set(foundIn(func)); // by loops, while the program runs
  const all = [...new Set([...ofParams(func), ...func.eqns.flatMap(ofEqn)])].filter((name) => !found.has(name));
  const [own, derived] = [true, false].map((on) => all.filter((name) => (derivationOf(name) === undefined) === on));
  const needed = (derived ?? []).flatMap((name) => namesOf(derivationOf(name)?.of ?? 0));
  return [...new Set([...(own ?? []), ...needed, ...(derived ?? [])])];
}
