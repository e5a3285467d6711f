/**
 * Removes what no result depends on: equations, carries and stacked results of loops, results of choices, and operands that
 * the functions of such an equation do not use.
 *
 * Invariant: parameters and results of the program stay as they are; equations have no effects, so nothing else counts.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  foundBy,
  mentionedBy,
  scanAttrs,
  type Var,
  whileAttrs,
} from "@tapeless/types/compiler";

/** The parameters of a program that its results need. */
function neededParams(func: Func, outs: readonly Atom[]): ReadonlySet<Atom> {
  const pruned = dce({ ...func, outs });
  return new Set<Atom>([...pruned.eqns.flatMap((inner) => inner.inputs), ...outs]);
}

/**
 * Which carries of a loop matter: those that are used after it, and those from which some step makes a carry or a stacked
 * result that matters. To a fixed point: a carry that feeds only itself is dead.
 */
function liveCarries(
  eqn: Eqn,
  body: Func,
  { consts, carries }: { readonly consts: number; readonly carries: number },
  live: ReadonlySet<Atom>,
  used: (carry: number) => boolean = () => false,
): readonly boolean[] {
  let flags = eqn.outs.slice(0, carries).map((out, k) => live.has(out) || used(k));
  for (;;) {
    const outs = body.outs.filter((_, k) => (k < carries ? flags[k] : live.has(eqn.outs[k] as Atom))); // one result each
    const needed = neededParams(body, outs);
    const next = flags.map((on, k) => on || needed.has(body.params[consts + k] as Atom)); // one parameter each
    if (next.every((on, k) => on === flags[k])) return flags;
    flags = next;
  }
}

const keep = <T>(items: readonly T[], flags: readonly boolean[]): readonly T[] => items.filter((_, k) => flags[k]);

/** A loop without carries and stacked results that are not live, and without operands its body no longer uses. */
function pruneScan(eqn: Eqn, live: ReadonlySet<Atom>): Eqn {
  const { consts, carries } = scanAttrs(eqn.attrs);
  const [body] = eqn.funcs;
  if (body === undefined) throw new Error("bug: scan has no body");
  const alive = liveCarries(eqn, body, { consts, carries }, live);
  const keepOut = eqn.outs.map((out, k) => (k < carries ? alive[k] === true : live.has(out)));
  const pruned = dce({ ...body, outs: body.outs.filter((_, k) => keepOut[k]) });
  const used = new Set<Atom>([...pruned.eqns.flatMap((inner) => inner.inputs), ...pruned.outs]);
  const isCarry = (k: number): boolean => k >= consts && k < consts + carries;
  const keepIn = body.params.map((param, k) => (isCarry(k) ? alive[k - consts] === true : used.has(param)));
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

/** Likewise; what the test looks at is live, and one carry stays for a loop of which only the number of steps matters. */
function pruneWhile(eqn: Eqn, live: ReadonlySet<Atom>, isCounted: boolean): Eqn {
  const { tests, consts, carries } = whileAttrs(eqn.attrs);
  const [test, body] = eqn.funcs;
  if (test === undefined || body === undefined) throw new Error("bug: while has two functions");
  const tested = dce(test);
  const seen = new Set<Atom>([...tested.eqns.flatMap((inner) => inner.inputs), ...tested.outs]);
  const inTest = test.params.map((param) => seen.has(param));
  const only = !inTest.includes(true) && !eqn.outs.some((out) => live.has(out));
  const isUsed = (k: number): boolean => inTest[tests + k] === true || (only && k === 0);
  const alive = liveCarries(eqn, body, { consts, carries }, live, isUsed);
  const keepOut = eqn.outs.map((out, k) => (k < carries ? alive[k] === true : live.has(out)));
  const pruned = dce({ ...body, outs: keep(body.outs, keepOut) });
  const used = new Set<Atom>([...pruned.eqns.flatMap((inner) => inner.inputs), ...pruned.outs]);
  const keepTest = [...inTest.slice(0, tests), ...alive];
  const keepBody = body.params.map((param, k) => (k < consts ? used.has(param) : alive[k - consts] === true));
  const { trips, ...attrs } = eqn.attrs;
  return {
    ...eqn,
    inputs: [...keep(eqn.inputs, keepTest.slice(0, tests)), ...keep(eqn.inputs.slice(tests), keepBody)],
    attrs: {
      ...attrs,
      tests: inTest.slice(0, tests).filter(Boolean).length,
      consts: keepBody.slice(0, consts).filter(Boolean).length,
      carries: alive.filter(Boolean).length,
      ...(trips !== undefined && (isCounted || keepOut.slice(carries).includes(true)) ? { trips } : {}),
    },
    funcs: [
      { ...tested, params: keep(test.params, keepTest) },
      { ...pruned, params: keep(body.params, keepBody) },
    ],
    outs: keep(eqn.outs, keepOut),
  };
}

function pruned(eqn: Eqn, live: ReadonlySet<Atom>, isCounted: boolean): Eqn {
  switch (eqn.op) {
    case "scan":
      return pruneScan(eqn, live);
    case "while":
      return pruneWhile(eqn, live, isCounted);
    case "switch":
      return pruneSwitch(eqn, live);
    default: // no other equation holds functions when dead code is removed
      return eqn;
  }
}

/** The program without dead code. */
export function dce(func: Func): Func {
  const live = new Set<Atom>(func.outs);
  const finds = func.eqns.some((eqn) => foundBy(eqn).length > 0);
  const sizes = new Set<string>();
  const eqns: Eqn[] = [];
  for (const eqn of func.eqns.toReversed()) {
    const isCounted = foundBy(eqn).some((name) => sizes.has(name));
    if (!isCounted && !eqn.outs.some((out: Var) => live.has(out))) continue;
    const kept = pruned(eqn, live, isCounted);
    for (const input of kept.inputs) live.add(input);
    if (finds) for (const name of mentionedBy(kept)) sizes.add(name);
    eqns.push(kept);
  }
  return { ...func, eqns: eqns.reverse() };
}
