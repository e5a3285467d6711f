/**
 * Removes what no result depends on: equations, stacked results of loops, and operands of loops that their bodies do
 * not use.
 *
 * Invariant: parameters and results of the program stay as they are; equations have no effects, so nothing else counts.
 */
import { type Atom, type Eqn, type Func, scanAttrs, type Var } from "@tapeless/types/compiler";

/** A loop without the stacked results that are not live, and without operands its body no longer uses. */
function pruneScan(eqn: Eqn, live: ReadonlySet<Atom>): Eqn {
  const { consts, carries } = scanAttrs(eqn.attrs);
  const [body] = eqn.funcs;
  if (body === undefined) throw new Error("bug: scan has no body");
  const keepOut = eqn.outs.map((out, k) => k < carries || live.has(out));
  const pruned = dce({ ...body, outs: body.outs.filter((_, k) => keepOut[k]) });
  const used = new Set<Atom>([...pruned.eqns.flatMap((inner) => inner.inputs), ...pruned.outs]);
  const keepIn = body.params.map((param, k) => (k >= consts && k < consts + carries) || used.has(param));
  const kept = keepIn.slice(0, consts).filter(Boolean).length;
  return {
    ...eqn,
    inputs: eqn.inputs.filter((_, k) => keepIn[k]),
    attrs: { ...eqn.attrs, consts: kept },
    funcs: [{ ...pruned, params: body.params.filter((_, k) => keepIn[k]) }],
    outs: eqn.outs.filter((_, k) => keepOut[k]),
  };
}

/** The program without dead code. */
export function dce(func: Func): Func {
  const live = new Set<Atom>(func.outs);
  const eqns: Eqn[] = [];
  for (const eqn of func.eqns.toReversed()) {
    if (!eqn.outs.some((out: Var) => live.has(out))) continue;
    const kept = eqn.op === "scan" ? pruneScan(eqn, live) : eqn;
    for (const input of kept.inputs) live.add(input);
    eqns.push(kept);
  }
  return { ...func, eqns: eqns.reverse() };
}
