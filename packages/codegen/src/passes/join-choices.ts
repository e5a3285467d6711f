/**
 * Choices made simpler: one whose selector is known is the branch itself, and two by the same selector are one, so that what
 * one branch computes another part of it need not be handed over through memory.
 *
 * Invariant: a branch computes what it computed; nothing is computed in a branch that another one would have to.
 */
import { type Atom, type Eqn, type Func, type Lit, mergeSpans, Trace, type Var } from "@tapeless/types/compiler";
import { dce } from "./dce.js";

/** The branch that a selector known at build time takes. */
function branchOf(eqn: Eqn, selector: Lit): Func {
  const branch = eqn.funcs[Math.min(Math.max(selector.value, 0), eqn.funcs.length - 1)];
  if (branch === undefined) throw new Error("bug: a switch without branches");
  return branch;
}

/** What each equation needs, directly or not, of those before it. */
function needs(eqns: readonly Eqn[]): readonly ReadonlySet<number>[] {
  const made = new Map<Atom, number>(eqns.flatMap((eqn, at) => eqn.outs.map((out) => [out, at] as const)));
  const all: Set<number>[] = [];
  for (const eqn of eqns) {
    const own = new Set<number>();
    for (const input of eqn.inputs) {
      const at = made.get(input);
      if (at === undefined) continue;
      own.add(at);
      for (const before of all[at] ?? []) own.add(before);
    }
    all.push(own);
  }
  return all;
}

const sameSelector = (a: Eqn, b: Eqn): boolean =>
  a.op === "switch" && b.op === "switch" && a.inputs[0] === b.inputs[0] && a.funcs.length === b.funcs.length;

/** The first choice that a later one can be put together with: nothing between them needs one and is needed by the other. */
function findPair(eqns: readonly Eqn[]): readonly [first: number, second: number] | undefined {
  const choices = [...eqns.keys()].filter((at) => eqns[at]?.op === "switch");
  if (choices.length < 2) return undefined;
  const before = needs(eqns);
  for (const second of choices) {
    for (const first of choices) {
      if (first >= second || !sameSelector(eqns[first] as Eqn, eqns[second] as Eqn)) continue; // positions of equations
      const between = [...(before[second] ?? [])].some((at) => at !== first && before[at]?.has(first));
      if (!between) return [first, second];
    }
  }
  return undefined;
}

/** Two branches one after the other, over the operands of both; what the second reads of the first it takes from there. */
function joined(one: Eqn, other: Eqn, inputs: readonly Atom[], k: number): Func {
  const [first, second] = [one.funcs[k], other.funcs[k]];
  if (first === undefined || second === undefined) throw new Error("bug: choices of different lengths");
  const trace = new Trace(first.name);
  const params = new Map<Atom, Atom>(
    inputs.slice(1).map((input) => {
      const at = one.inputs.indexOf(input, 1);
      const name = (at > 0 ? first.params[at - 1] : second.params[other.inputs.indexOf(input, 1) - 1])?.name;
      return [input, trace.param(input, name ?? "")];
    }),
  );
  const argument = (atom: Atom): Atom => params.get(atom) ?? atom;
  const outs = trace.inline(first, one.inputs.slice(1).map(argument));
  const made = new Map<Atom, Atom>(one.outs.map((out, n) => [out, outs[n] as Atom])); // one result each
  const rest = trace.inline(
    second,
    other.inputs.slice(1).map((atom) => made.get(atom) ?? argument(atom)),
  );
  return trace.finish([...outs, ...rest]);
}

function together(one: Eqn, other: Eqn): Eqn {
  const own = new Set<Atom>(one.outs);
  const operands = [...one.inputs.slice(1), ...other.inputs.slice(1)].filter(
    (atom) => !own.has(atom) && atom.kind === "Var",
  );
  const inputs = [one.inputs[0] as Atom, ...new Set(operands)]; // its selector
  return {
    ...one,
    inputs,
    funcs: one.funcs.map((_, k) => joined(one, other, inputs, k)),
    outs: [...one.outs, ...other.outs],
    spans: mergeSpans(one.spans, other.spans),
  };
}

/** The equations with those two as one; what only needs the first comes after. */
function withPair(eqns: readonly Eqn[], first: number, second: number): readonly Eqn[] {
  const before = needs(eqns);
  const later = (at: number): boolean => at < second && before[at]?.has(first) === true;
  const [one, other] = [eqns[first] as Eqn, eqns[second] as Eqn]; // positions of equations
  return [
    ...eqns.filter((_, at) => at < second && at !== first && !later(at)),
    together(one, other),
    ...eqns.filter((_, at) => later(at)),
    ...eqns.slice(second + 1),
  ];
}

function joinIn(func: Func): Func {
  let eqns = func.eqns;
  for (let pair = findPair(eqns); pair !== undefined; pair = findPair(eqns)) eqns = withPair(eqns, ...pair);
  return { ...func, eqns };
}

/** The program without choices that are known, and with as few others as there can be. */
export function joinChoices(func: Func): Func {
  const joined = joinIn(dce(func));
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const old of joined.eqns) {
    const eqn: Eqn = { ...old, inputs: old.inputs.map(read), funcs: old.funcs.map(joinChoices) };
    const [selector, ...operands] = eqn.inputs;
    const names = old.outs.map((out) => out.name);
    const outs =
      eqn.op === "switch" && selector?.kind === "Lit"
        ? trace.at(eqn.spans, () => trace.inline(branchOf(eqn, selector), operands))
        : trace.emit(eqn, names);
    old.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(joined.outs.map(read));
}
