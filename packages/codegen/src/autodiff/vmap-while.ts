/**
 * `vmap` of loops with a test.
 *
 * Where the test sees nothing that is mapped, all positions take the same steps, and the axis goes into the body, as into that
 * of a scan. Else each position takes as many steps as it needs: a loop over the positions, whose step is the loop. Invariant:
 * what is as long as such a loop took never leaves the step of its position, so equations that mention the length, and all
 * between them, go there too.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  foundBy,
  mentionedBy,
  type Size,
  Trace,
  type Var,
  whileAttrs,
} from "@tapeless/types/compiler";
import { emitScan } from "./scan-parts.js";
import { whileEqnOf, whileParts } from "./while-parts.js";

/** What of a while is mapped, given which of its operands are. */
export interface MappedWhile {
  /** Does the test depend on it? Then positions take different numbers of steps. */
  readonly test: boolean;
  /** Carries, to a fixed point. */
  readonly carries: readonly boolean[];
  /** Results: carries, and what is stacked. */
  readonly outs: readonly boolean[];
}

/** What of a program depends on its flagged parameters, and what that means for the loops in it. */
interface Dependents {
  readonly atoms: ReadonlySet<Atom>;
  readonly loops: ReadonlyMap<Eqn, MappedWhile>;
}

function dependents(func: Func, flags: readonly boolean[]): Dependents {
  const atoms = new Set<Atom>(func.params.filter((_, k) => flags[k]));
  const loops = new Map<Eqn, MappedWhile>();
  for (const eqn of func.eqns) {
    const mapped = eqn.inputs.map((input) => atoms.has(input));
    if (!mapped.includes(true)) continue;
    const loop = eqn.op === "while" ? mappedWhile(eqn, mapped) : undefined;
    if (loop !== undefined) loops.set(eqn, loop);
    eqn.outs.forEach((out, k) => loop?.outs[k] !== false && atoms.add(out));
  }
  return { atoms, loops };
}

/**
 * Which results will have the axis. Loops that go position by position are gathered first: with them goes what only
 * mentions their lengths, and what stands between, also where no operand of it is mapped.
 */
function mappedOuts(func: Func, flags: readonly boolean[]): readonly boolean[] {
  const { atoms } = dependents(gatherLoops(func, flags).func, flags);
  return func.outs.map((out) => atoms.has(out));
}

export function mappedWhile(eqn: Eqn, mapped: readonly boolean[]): MappedWhile {
  const { tests, consts, carries: count } = whileAttrs(eqn.attrs);
  const { test, body } = whileParts(eqn);
  let carries = mapped.slice(tests + consts);
  for (;;) {
    const outs = mappedOuts(body, [...mapped.slice(tests, tests + consts), ...carries]);
    const next = carries.map((on, k) => on || outs[k] === true);
    if (next.every((on, k) => on === carries[k])) {
      const isTested = mappedOuts(test, [...mapped.slice(0, tests), ...carries]).includes(true);
      return { test: isTested, carries, outs: [...carries, ...outs.slice(count)].map((on) => on || isTested) };
    }
    carries = next;
  }
}

type BatchFunc = (func: Func, size: Size, mapped: readonly boolean[], shared: readonly boolean[]) => Func;

/**
 * The axis in the body: `operands` are those of the equation, with the axis where `mapped` says so, the carries that need it
 * too. The test takes carries with the axis as well; its result does not depend on them.
 */
export function batchedWhile(
  eqn: Eqn,
  operands: readonly Atom[],
  size: Size,
  mapped: readonly boolean[],
  { carries, outs }: MappedWhile,
  batchFunc: BatchFunc,
): ReturnType<typeof whileEqnOf> {
  const { tests, consts } = whileAttrs(eqn.attrs);
  const parts = whileParts({ ...eqn, inputs: operands });
  const shared = outs.map((on) => !on);
  return whileEqnOf({
    ...parts,
    test: batchFunc(parts.test, size, [...mapped.slice(0, tests), ...carries], [true]),
    body: batchFunc(parts.body, size, [...mapped.slice(tests, tests + consts), ...carries], shared),
  });
}

// ---- loops over the positions

/** A program in which the equations that must run position by position are gathered, each gathering a function of its own. */
export interface Gathered {
  readonly func: Func;
  readonly perPosition: ReadonlySet<Eqn>;
}

/** Gathers each while whose test is mapped, with what its length leaks into. */
export function gatherLoops(given: Func, mapped: readonly boolean[]): Gathered {
  let func = given;
  const perPosition = new Set<Eqn>();
  for (;;) {
    const { loops } = dependents(func, mapped);
    const loop = func.eqns.find((eqn) => loops.get(eqn)?.test === true);
    if (loop === undefined) return { func, perPosition };
    const { eqns, gathered } = gather(func, loop, perPosition);
    func = { ...func, eqns };
    perPosition.add(gathered);
  }
}

/** Equations that mention a size found among them, with all that stands between them. */
function leaksOf(func: Func, loop: Eqn): ReadonlySet<Eqn> {
  const leaks = new Set<Eqn>([loop]);
  for (let before = 0; before !== leaks.size; ) {
    before = leaks.size;
    const names = new Set([...leaks].flatMap(foundBy));
    for (const eqn of func.eqns) if (mentionedBy(eqn).some((name) => names.has(name))) leaks.add(eqn);
    const after = new Set<Atom>();
    for (const eqn of func.eqns)
      if (leaks.has(eqn) || eqn.inputs.some((input) => after.has(input))) for (const out of eqn.outs) after.add(out);
    const needed = new Set<Atom>();
    for (const eqn of func.eqns.toReversed()) {
      const isNeeded = eqn.outs.some((out) => needed.has(out));
      if (!leaks.has(eqn) && !isNeeded) continue;
      for (const input of eqn.inputs) needed.add(input);
      if (isNeeded && eqn.outs.some((out) => after.has(out))) leaks.add(eqn);
    }
  }
  return leaks;
}

/** The leaks of a loop as one equation, after all that it needs and before all that needs it. */
function gather(
  func: Func,
  loop: Eqn,
  perPosition: ReadonlySet<Eqn>,
): { readonly eqns: readonly Eqn[]; readonly gathered: Eqn } {
  const inside = leaksOf(func, loop);
  const own = func.eqns.filter((eqn) => inside.has(eqn));
  const made = new Set<Atom>(own.flatMap((eqn) => eqn.outs));
  const outside = func.eqns.filter((eqn) => !inside.has(eqn));
  const wanted = new Set<Atom>([...outside.flatMap((eqn) => eqn.inputs), ...func.outs]);
  const taken = new Set<Atom>(own.flatMap((eqn) => eqn.inputs));
  const inputs = [...taken].filter((atom): atom is Var => atom.kind === "Var" && !made.has(atom));
  const outs = own.flatMap((eqn) => eqn.outs).filter((out) => wanted.has(out));
  const part: Func = { name: "position", params: inputs, eqns: own, outs };
  const spans = loop.spans;
  const gathered: Eqn = {
    op: "checkpoint",
    inputs,
    attrs: {},
    funcs: [copyOf(part, perPosition)],
    batch: [],
    outs,
    spans,
  };
  const after = new Set<Atom>(outs);
  const later: Eqn[] = [];
  const earlier: Eqn[] = [];
  for (const eqn of outside) {
    const needs = eqn.inputs.some((input) => after.has(input));
    if (needs) for (const out of eqn.outs) after.add(out);
    (needs ? later : earlier).push(eqn);
  }
  return { eqns: [...earlier, gathered, ...later], gathered };
}

/** The same program with variables of its own; what was gathered before is plain equations again. */
function copyOf(func: Func, gathered: ReadonlySet<Eqn>): Func {
  const trace = new Trace(func.name);
  const env = new Map<Atom, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => env.get(atom) ?? atom;
  for (const eqn of func.eqns) {
    const names = eqn.outs.map((out) => out.name);
    const [part] = gathered.has(eqn) ? eqn.funcs : [];
    const inputs = eqn.inputs.map(read);
    const outs = part === undefined ? trace.emit({ ...eqn, inputs }, names) : trace.inline(part, inputs);
    eqn.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}

/** One position after the other: a scan along the axis that carries nothing. */
export function loopOverPositions(
  trace: Trace,
  eqn: Eqn,
  inputs: readonly Atom[],
  size: Size,
  mapped: readonly boolean[],
): readonly Var[] {
  const [part] = eqn.funcs;
  if (part === undefined) throw new Error("bug: nothing is gathered");
  const on = <T>(items: readonly T[], flag: boolean): readonly T[] => items.filter((_, k) => mapped[k] === flag);
  const body: Func = { ...part, params: [...on(part.params, false), ...on(part.params, true)] };
  const operands = { consts: on(inputs, false), carries: [], xs: on(inputs, true) };
  const names = eqn.outs.map((out) => out.name);
  return trace.at(eqn.spans, () => emitScan(trace, { body, operands, length: size, reverse: false }, names));
}
