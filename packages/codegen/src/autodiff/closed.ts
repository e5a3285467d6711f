/** Equations that use no variable: constants, which each part of a split program makes for itself. */
import type { Atom, Eqn, Func } from "@tapeless/types/compiler";

export function closedEqns(func: Func): ReadonlySet<Eqn> {
  const [made, closed] = [new Set<Atom>(), new Set<Eqn>()];
  for (const eqn of func.eqns) {
    if (!eqn.inputs.every((input) => input.kind === "Lit" || made.has(input))) continue;
    closed.add(eqn);
    for (const out of eqn.outs) made.add(out);
  }
  return closed;
}
