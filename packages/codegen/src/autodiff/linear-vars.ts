/**
 * Which values of a program depend on its linear parameters.
 *
 * Invariant: exact to the result. A loop or a checkpoint may have linear results beside others, so each of its results is
 * asked for alone.
 */
import { type Atom, type Eqn, type Func, type ScanAttrs, scanAttrs, whileAttrs } from "@tapeless/types/compiler";
import { bodyOf } from "./scan-parts.js";
import { whileParts } from "./while-parts.js";

/** The values of `func` that depend on the parameters flagged as linear. */
export function linearVars(func: Func, linear: readonly boolean[]): ReadonlySet<Atom> {
  const found = new Set<Atom>(func.params.filter((_, k) => linear[k]));
  for (const eqn of func.eqns) {
    const given = eqn.inputs.map((input) => found.has(input));
    if (!given.includes(true)) continue;
    const isLinear = linearOuts(eqn, given);
    eqn.outs.forEach((out, k) => isLinear[k] && found.add(out));
  }
  return found;
}

function linearOuts(eqn: Eqn, given: readonly boolean[]): readonly boolean[] {
  if (eqn.op === "scan") return linearResults(bodyOf(eqn), scanAttrs(eqn.attrs), given);
  if (eqn.op === "while") {
    const attrs = whileAttrs(eqn.attrs);
    return linearResults(whileParts(eqn).body, attrs, given.slice(attrs.tests));
  }
  if (eqn.op === "switch") return linearChoice(eqn, given);
  if (eqn.op !== "checkpoint") return eqn.outs.map(() => true);
  const body = bodyOf(eqn);
  const linear = linearVars(body, given);
  return body.outs.map((out) => linear.has(out));
}

/** A result of a choice is linear if it is in some branch. */
function linearChoice(eqn: Eqn, given: readonly boolean[]): readonly boolean[] {
  const found = eqn.funcs.map((branch) => linearVars(branch, given.slice(1)));
  return eqn.outs.map((_, k) => eqn.funcs.some((branch, n) => found[n]?.has(branch.outs[k] as Atom))); // one result each
}
/** How many operands of a loop's body are captured and carried. */
export type LoopAttrs = Pick<ScanAttrs, "consts" | "carries">;

/** Which results of a loop are linear if the given operands are. */
function linearResults(body: Func, attrs: LoopAttrs, given: readonly boolean[]): readonly boolean[] {
  const flags = linearOperands(body, attrs, given);
  const linear = linearVars(body, flags);
  return body.outs.map((out, k) => (k < attrs.carries ? flags[attrs.consts + k] === true : linear.has(out)));
}

/** A carry of a loop is linear if its start is or what the body makes of it: to a fixed point. */
export function linearOperands(body: Func, attrs: LoopAttrs, given: readonly boolean[]): readonly boolean[] {
  let flags = given;
  for (;;) {
    const linear = linearVars(body, flags);
    const isCarry = (k: number): boolean => k >= attrs.consts && k < attrs.consts + attrs.carries;
    const next = flags.map((on, k) => on || (isCarry(k) && linear.has(body.outs[k - attrs.consts] as Atom))); // one result for each carry
    if (next.every((on, k) => on === flags[k])) return flags;
    flags = next;
  }
}
