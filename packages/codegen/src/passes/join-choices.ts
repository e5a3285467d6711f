/**
 * Choices made simpler: one whose selector is known is the branch itself, and two by the same selector are one, so that what
 * one branch computes another part of it need not be handed over through memory.
 *
 * Invariant: a branch computes what it computed; nothing is computed in a branch that another one would have to.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  foundBy,
  mentionedBy,
  mergeSpans,
  Trace,
  type Var,
} from "@tapeless/types/compiler";
import { dce } from "./dce.js";

/** The branch that is taken, where that is known: the selector is a number, or there is one branch. */
function knownBranch({ op, inputs: [selector], funcs }: Eqn): Func | undefined {
  if (op !== "switch") return undefined;
  if (funcs.length === 1) return funcs[0];
  return selector?.kind === "Lit" ? funcs[Math.min(Math.max(selector.value, 0), funcs.length - 1)] : undefined;
}

/** What equations bring forth: values, and sizes that are known from then on. */
class Made {
  private readonly values = new Set<Atom>();
  private readonly sizes = new Set<string>();

  add(eqn: Eqn): void {
    for (const out of eqn.outs) this.values.add(out);
    for (const name of foundBy(eqn)) this.sizes.add(name);
  }

  isNeededBy(eqn: Eqn): boolean {
    if (eqn.inputs.some((input) => this.values.has(input))) return true;
    return this.sizes.size > 0 && mentionedBy(eqn).some((name) => this.sizes.has(name));
  }
}

/** The equations that need one of them, directly or not. */
function dependents(eqns: readonly Eqn[], at: number): ReadonlySet<Eqn> {
  const found = new Set<Eqn>();
  const made = new Made();
  const [one, ...later] = eqns.slice(at);
  if (one !== undefined) made.add(one);
  for (const eqn of later) {
    if (!made.isNeededBy(eqn)) continue;
    found.add(eqn);
    made.add(eqn);
  }
  return found;
}

const sameSelector = (a: Eqn, b: Eqn): boolean =>
  a.op === "switch" && b.op === "switch" && a.inputs[0] === b.inputs[0] && a.funcs.length === b.funcs.length;

/** The first choice that a later one can be put together with: nothing between them needs one and is needed by the other. */
function findPair(eqns: readonly Eqn[]): readonly [first: number, second: number] | undefined {
  const choices = [...eqns.entries()].filter(([, { op }]) => op === "switch");
  for (const [first, one] of choices) {
    const others = choices.filter(([second, other]) => second > first && sameSelector(one, other));
    if (others.length === 0) continue;
    const after = new Made();
    for (const eqn of dependents(eqns, first)) after.add(eqn);
    const found = others.find(([, other]) => !after.isNeededBy(other));
    if (found !== undefined) return [first, found[0]];
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
  const after = dependents(eqns, first);
  const between = eqns.slice(first + 1, second);
  const [one, other] = [eqns[first] as Eqn, eqns[second] as Eqn]; // positions of equations
  return [
    ...eqns.slice(0, first),
    ...between.filter((eqn) => !after.has(eqn)),
    together(one, other),
    ...between.filter((eqn) => after.has(eqn)),
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
  const live = dce(func);
  if (live.eqns.every(({ funcs }) => funcs.length === 0)) return live;
  const joined = joinIn(live);
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const old of joined.eqns) {
    const eqn: Eqn = { ...old, inputs: old.inputs.map(read), funcs: old.funcs.map(joinChoices) };
    const branch = knownBranch(eqn);
    const outs =
      branch === undefined
        ? trace.copy(old, eqn.inputs, eqn.funcs)
        : trace.at(eqn.spans, () => trace.inline(branch, eqn.inputs.slice(1)));
    old.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(joined.outs.map(read));
}
