/**
 * Gives values the names of the user's `const`s, so that generated code speaks of `h` and not of `v7`.
 *
 * Invariant: only names change. Of the equations that one call made, the last is the one the `const` names.
 */
import { type Atom, type Eqn, type Func, makeVar, type Var } from "@tapeless/types/compiler";
import type { LocalName } from "../load/loaded-model.js";

const keyOf = ({ file, line, column }: Omit<LocalName, "name">): string => `${file}:${line}:${column}`;

/** For each place the last equation that comes from it. */
function lastByPlace(eqns: readonly Eqn[]): ReadonlyMap<string, Eqn> {
  return new Map(eqns.flatMap((eqn) => eqn.spans.map((span) => [keyOf(span), eqn] as const)));
}

/** The program with other names for its parameters. */
export function nameParams(func: Func, nameOf: (position: number) => string): Func {
  const renamed = new Map<Var, Var>(func.params.map((param, k) => [param, makeVar(param, nameOf(k))]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (renamed.get(atom) ?? atom));
  return {
    ...func,
    params: func.params.map((param) => renamed.get(param) ?? param),
    eqns: func.eqns.map((eqn) => ({ ...eqn, inputs: eqn.inputs.map(read) })),
    outs: func.outs.map(read),
  };
}

/** The program with names, in nested functions too. */
export function nameValues(func: Func, locals: readonly LocalName[]): Func {
  const byPlace = lastByPlace(func.eqns);
  const names = new Map<Eqn, string>();
  for (const local of locals) {
    const eqn = byPlace.get(keyOf(local));
    if (eqn !== undefined && eqn.outs.length === 1) names.set(eqn, local.name);
  }
  const renamed = new Map<Var, Var>();
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (renamed.get(atom) ?? atom));
  const eqns = func.eqns.map((eqn): Eqn => {
    const name = names.get(eqn);
    const outs = name === undefined ? eqn.outs : eqn.outs.map((out) => makeVar(out, name));
    eqn.outs.forEach((out, k) => renamed.set(out, outs[k] ?? out));
    return { ...eqn, inputs: eqn.inputs.map(read), funcs: eqn.funcs.map((nested) => nameValues(nested, locals)), outs };
  });
  return { ...func, eqns, outs: func.outs.map(read) };
}
