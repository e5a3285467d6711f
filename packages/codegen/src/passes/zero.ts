/** Whether a value of a program is the constant 0, written down as such. */
import type { Atom, Func } from "@tapeless/types/compiler";

export function isZero(func: Func, atom: Atom | undefined): boolean {
  if (atom === undefined) return false;
  if (atom.kind === "Lit") return atom.value === 0;
  const eqn = func.eqns.find(({ outs }) => outs.includes(atom));
  return eqn?.op === "broadcastTo" && isZero(func, eqn.inputs[0]);
}
