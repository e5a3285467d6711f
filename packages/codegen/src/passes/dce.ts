/**
 * Removes what no result depends on: equations, carries and stacked results of loops, results of choices, and operands that
 * the functions of such an equation do not use.
 *
 * Invariant: parameters and results of the program stay as they are; equations have no effects, so nothing else counts.
 */
import { type Atom, type Eqn, type Func, scanAttrs, type Var } from "@tapeless/types/compiler";

/** The parameters of a program that its results need. */
function neededParams(func: Func, outs: readonly Atom[]): ReadonlySet<Atom> {
  const pruned = dce({ ...func, outs });
  return new Set<Atom>([...pruned.eqns.flatMap((inner) => inner.inputs), ...outs]);
}

/**
 * Which carries of a loop matter: those that are used after it, and those from which some step makes a carry or a stacked
 * result that matters. To a fixed point: a carry that feeds only itself is dead.
 */
function liveCarries(eqn: Eqn, body: Func, live: ReadonlySet<Atom>): readonly boolean[] {
  const { consts, carries } = scanAttrs(eqn.attrs);
  let flags = eqn.outs.slice(0, carries).map((out) => live.has(out));
  for (;;) {
    const outs = body.outs.filter((_, k) => (k < carries ? flags[k] : live.has(eqn.outs[k] as Atom))); // one result each
    const needed = neededParams(body, outs);
    const next = flags.map((on, k) => on || needed.has(body.params[consts + k] as Atom)); // one parameter each
    if (next.every((on, k) => on === flags[k])) return flags;
    flags = next;
  }
}

/** A loop without carries and stacked results that are not live, and without operands its body no longer uses. */
function pruneScan(eqn: Eqn, live: ReadonlySet<Atom>): Eqn {
  const { consts, carries } = scanAttrs(eqn.attrs);
  const [body] = eqn.funcs;
  if (body === undefined) throw new Error("bug: scan has no body");
  const alive = liveCarries(eqn, body, live);
  const keepOut = eqn.outs.map((out, k) => (k < carries ? alive[k] === true : live.has(out)));
  const pruned = dce({ ...body, outs: body.outs.filter((_, k) => keepOut[k]) });
  const used = new Set<Atom>([...pruned.eqns.flatMap((inner) => inner.inputs), ...pruned.outs]);
  const isCarry = (k: number): boolean => k >= consts && k < consts + carries;
  const keepIn = body.params.map((param, k) => (isCarry(k) ? alive[k - consts] === true : used.has(param)));
  const keep = <T>(items: readonly T[], flags: readonly boolean[]): readonly T[] => items.filter((_, k) => flags[k]);
  return {
    ...eqn,
    inputs: keep(eqn.inputs, keepIn),
    attrs: {
      ...eqn.attrs,
      consts: keepIn.slice(0, consts).filter(Boolean).length,
      carries: alive.filter(Boolean).length,
    },
    funcs: [{ ...pruned, params: keep(body.params, keepIn) }],
    batch: eqn.batch.map((axis) => ({ ...axis, mapped: keep(axis.mapped, keepIn) })),
    outs: keep(eqn.outs, keepOut),
  };
}

/** A choice without results that are not live, and without operands that no branch uses any more. */
function pruneSwitch(eqn: Eqn, live: ReadonlySet<Atom>): Eqn {
  const isLive = eqn.outs.map((out) => live.has(out));
  const keep = <T>(items: readonly T[], flags: readonly boolean[]): readonly T[] => items.filter((_, k) => flags[k]);
  const branches = eqn.funcs.map((branch) => dce({ ...branch, outs: keep(branch.outs, isLive) }));
  const used = new Set<Atom>(branches.flatMap(({ eqns, outs }) => [...eqns.flatMap((inner) => inner.inputs), ...outs]));
  const isUsed = (branches[0]?.params ?? []).map((_, k) => branches.some(({ params }) => used.has(params[k] as Atom))); // one each
  return {
    ...eqn,
    inputs: keep(eqn.inputs, [true, ...isUsed]),
    funcs: branches.map((branch) => ({ ...branch, params: keep(branch.params, isUsed) })),
    outs: keep(eqn.outs, isLive),
  };
}

function pruned(eqn: Eqn, live: ReadonlySet<Atom>): Eqn {
  switch (eqn.op) {
    case "scan":
      return pruneScan(eqn, live);
    case "switch":
      return pruneSwitch(eqn, live);
    default: // no other equation holds functions when dead code is removed
      return eqn;
  }
}

/** The program without dead code. */
export function dce(func: Func): Func {
  const live = new Set<Atom>(func.outs);
  const eqns: Eqn[] = [];
  for (const eqn of func.eqns.toReversed()) {
    if (!eqn.outs.some((out: Var) => live.has(out))) continue;
    const kept = pruned(eqn, live);
    for (const input of kept.inputs) live.add(input);
    eqns.push(kept);
  }
  return { ...func, eqns: eqns.reverse() };
}
