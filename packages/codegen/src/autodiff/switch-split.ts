/**
 * Splits a choice over duals in two: one of values, which also gives what the other needs of them, and one that is linear in
 * the tangents, by the same selector.
 *
 * What a branch hands over goes through slots, which the branches share by type: there are as many as the branch with the
 * most needs, and a branch leaves those it does not need unwritten. Invariant: a captured tensor is never handed over, nor is
 * what is a result anyway, nor what remade.ts names, nor what is as long as a loop in the branch took (that loop runs
 * again); the linear choice reads a slot only in a branch that wrote it.
 */
import { type Atom, type Eqn, type Func, makeVar, showAval, type Trace, type Var } from "@tapeless/types/compiler";
import { linearVars } from "./linear-vars.js";
import { type BytesToKeep, bytesOf } from "./remade.js";
import { isLinearEqn, type LinearHalf, linearHalf } from "./residuals.js";
import { pick } from "./scan-parts.js";
import type { IsFree, Linearize, SplitScan } from "./scan-split.js";

/** A branch and what is linear in it. */
interface Branch {
  readonly func: Func;
  readonly linear: ReadonlySet<Atom>;
}

/** Where the linear choice finds the values that a branch hands over. */
interface Handed {
  /** Operands of the choice, by position among what it captures. */
  readonly operands: ReadonlySet<number>;
  /** Results, by position. */
  readonly results: ReadonlyMap<number, Var>;
  /** Everything else, by type. */
  readonly rest: ReadonlyMap<string, readonly Var[]>;
}

function splitBranch(
  branch: Func,
  flags: readonly boolean[],
  isFree: readonly boolean[],
  linearize: Linearize,
): Branch {
  const func = linearize(branch, flags, isFree);
  return { func, linear: linearVars(func, flags) };
}

/** What the linear part of a branch needs of the other. */
function handedOver({ func }: Branch, { needed }: LinearHalf, outIsLinear: readonly boolean[]): Handed {
  const operands = new Set<number>();
  const results = new Map<number, Var>();
  const rest = new Map<string, Var[]>();
  for (const atom of needed) {
    const operand = func.params.indexOf(atom);
    const result = func.outs.findIndex((out, k) => out === atom && !outIsLinear[k]);
    const type = showAval(atom);
    if (operand >= 0) operands.add(operand);
    else if (result >= 0) results.set(result, atom);
    else rest.set(type, [...(rest.get(type) ?? []), atom]);
  }
  return { operands, results, rest };
}

/** A slot that some branch needs: which value each branch puts there. */
type Slot = readonly (Var | undefined)[];

function slotsOf(handed: readonly Handed[]): readonly Slot[] {
  const types = [...new Set(handed.flatMap(({ rest }) => [...rest.keys()]))];
  return types.flatMap((type) => {
    const lists = handed.map(({ rest }) => rest.get(type) ?? []);
    const count = Math.max(...lists.map((list) => list.length));
    return Array.from({ length: count }, (_, n) => lists.map((list) => list[n]));
  });
}

/** The type that all branches agree on. */
const typeOf = (slot: Slot): Var => {
  const found = slot.find((value) => value !== undefined);
  if (found === undefined) throw new Error("bug: a slot that no branch fills");
  return found;
};

const unwritten = ({ shape, dtype }: Var): Eqn => ({
  op: "unwritten",
  inputs: [],
  attrs: { shape, dtype },
  funcs: [],
  batch: [],
  outs: [makeVar({ shape, dtype })],
  spans: [],
});

interface Split {
  readonly branches: readonly Branch[];
  readonly outIsLinear: readonly boolean[];
  /** Which of the captured operands are linear, and which others the linear choice reads. */
  readonly flags: readonly boolean[];
  readonly operands: readonly number[];
  readonly results: readonly number[];
  readonly slots: readonly Slot[];
  readonly handed: readonly Handed[];
  readonly halves: readonly LinearHalf[];
}

/** The branch of values: its own results, then the slots. */
function knownBranch({ outIsLinear, slots, flags }: Split, branch: Branch, k: number): Func {
  const { func } = branch;
  const missing = slots.filter((slot) => slot[k] === undefined).map((slot) => unwritten(typeOf(slot)));
  const fillers = missing.flatMap((eqn) => eqn.outs);
  let next = 0;
  const handed = slots.map((slot) => slot[k] ?? (fillers[next++] as Var)); // one for each that is missing
  return {
    name: func.name,
    params: pick(func.params, (_, n) => !flags[n]),
    eqns: [...func.eqns.filter((eqn) => !isLinearEqn(eqn, branch.linear)), ...missing],
    outs: [...pick(func.outs, (_, n) => !outIsLinear[n]), ...handed],
  };
}

/** The branch of tangents: (operands it reads, results it reads, slots, tangents) -> tangents of results. */
function linearBranch(split: Split, branch: Branch, k: number): Func {
  const { func } = branch;
  const handed = split.handed[k];
  const stand = (value: Var | undefined, like: Atom | undefined): Var => value ?? makeVar(like as Atom); // a type is known
  return {
    name: `${func.name}_linear`,
    params: [
      ...split.operands.map((n) => stand(func.params[n], undefined)),
      ...split.results.map((n) => stand(handed?.results.get(n), func.outs[n])),
      ...split.slots.map((slot) => stand(slot[k], typeOf(slot))),
      ...pick(func.params, (_, n) => split.flags[n] === true),
    ],
    eqns: split.halves[k]?.eqns ?? [],
    outs: pick(func.outs, (_, n) => split.outIsLinear[n] === true),
  };
}

/** What a branch captures is had anyway where the choice stands in the open; all else goes through the slots. */
const bytesInBranch =
  (func: Func, isFree: readonly boolean[]): BytesToKeep =>
  (value) =>
    isFree[func.params.indexOf(value)] === true ? 0 : bytesOf(value);

function planSplit(eqn: Eqn, flags: readonly boolean[], linearize: Linearize, isFree: readonly boolean[]): Split {
  const branches = eqn.funcs.map((branch) => splitBranch(branch, flags, isFree, linearize));
  const outIsLinear = eqn.outs.map((_, k) => branches.some(({ func, linear }) => linear.has(func.outs[k] as Atom))); // one each
  const halves = branches.map(({ func, linear }) =>
    linearHalf(
      func,
      linear,
      func.outs.filter((_, k) => outIsLinear[k]),
      bytesInBranch(func, isFree),
    ),
  );
  const handed = branches.map((branch, k) => handedOver(branch, halves[k] ?? { eqns: [], needed: [] }, outIsLinear));
  const sorted = (list: readonly number[]): readonly number[] => [...new Set(list)].sort((a, b) => a - b);
  return {
    branches,
    outIsLinear,
    flags,
    operands: sorted(handed.flatMap((each) => [...each.operands])),
    results: sorted(handed.flatMap((each) => [...each.results.keys()])),
    slots: slotsOf(handed),
    handed,
    halves,
  };
}

/** Splits a choice of which some operands are linear; its results come in their order. */
export function splitSwitch(
  trace: Trace,
  eqn: Eqn,
  given: readonly boolean[],
  linearize: Linearize,
  isFree: IsFree,
): SplitScan {
  const [selector, ...captured] = eqn.inputs;
  if (selector === undefined || given[0] === true) throw new Error("bug: a switch whose selector is linear");
  const isFreeInside = captured.map((atom, k) => given[k + 1] !== true && isFree(atom));
  const split = planSplit(eqn, given.slice(1), linearize, isFreeInside);
  const { branches, outIsLinear, flags } = split;
  const names = pick(eqn.outs, (_, k) => !outIsLinear[k]).map((out) => out.name);
  const known = trace.emit(
    {
      ...eqn,
      inputs: [selector, ...pick(captured, (_, k) => !flags[k])],
      funcs: branches.map((branch, k) => knownBranch(split, branch, k)),
    },
    names,
  );
  if (!outIsLinear.includes(true)) return { outs: known, outIsLinear };
  // Results by their position among all; the slots come behind them.
  let next = 0;
  const values = outIsLinear.map((on) => (on ? undefined : known[next++]));
  const slots = known.slice(next);
  const read = [
    ...split.operands.map((k) => captured[k]),
    ...split.results.map((k) => values[k]),
    ...slots,
    ...pick(captured, (_, k) => flags[k] === true),
  ].filter((atom) => atom !== undefined);
  const linear = trace.emit({
    ...eqn,
    inputs: [selector, ...read],
    funcs: branches.map((branch, k) => linearBranch(split, branch, k)),
  });
  let l = 0;
  const outs = values.map((value) => value ?? linear[l++]).filter((out) => out !== undefined);
  return { outs, outIsLinear };
}
