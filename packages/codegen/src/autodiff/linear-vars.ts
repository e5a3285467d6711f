/** Which values of a program depend on its linear parameters. */
import type { Atom, Func } from "@tapeless/types/compiler";

/** The values of `body` that depend on the parameters flagged as linear. */
export function linearVars(func: Func, linear: readonly boolean[]): ReadonlySet<Atom> {
  const found = new Set<Atom>(func.params.filter((_, k) => linear[k]));
  for (const eqn of func.eqns) {
    if (eqn.inputs.some((input) => found.has(input))) for (const out of eqn.outs) found.add(out);
  }
  return found;
}
