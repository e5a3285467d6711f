/**
 * Products that a loop only adds up are one product after it.
 *
 * A carry that each step adds products to, and nothing reads, is a sum over the steps and over what the products sum themselves,
 *
 *     s + Σₜ Σₖ aₜₖ bₜₖ
 *
 * so the steps keep a and b, and s is written once. That is how the cotangents of the weights of a recurrent network come
 * about: a step of few rows adds to all of them.
 *
 * Invariant: a loop keeps at most as much again of each step as it goes along with anyway, so what checkpoints made small
 * stays small; and what a checkpoint computes again keeps no more than before.
 */
import { type Atom, type Eqn, type Func, scanAttrs, type Trace, type Var } from "@tapeless/types/compiler";
import { Choice, type Sum, sumIn } from "./late-sums.js";
import { totalOf } from "./late-terms.js";
import { isComputedOnce, rewriteLoops } from "./rewrite-loops.js";
import { emitScan, groupsOf, pick } from "./scan-parts.js";
import { StepValues } from "./step-values.js";

/** Written down as the constant 0. */
function isZero(trace: Trace, atom: Atom): boolean {
  if (atom.kind === "Lit") return atom.value === 0;
  const eqn = trace.definition(atom);
  return eqn?.op === "broadcastTo" && eqn.inputs.every((input) => isZero(trace, input));
}

/** The sum after all steps. */
function finished(trace: Trace, sum: Sum, start: Atom, name: string, all: (value: Var) => Atom): Atom {
  const isNothing = isZero(trace, start) && sum.terms[0]?.op === "add";
  return sum.terms.reduce<Atom>((before, { op, term }, k) => {
    const total = totalOf(trace, term, all);
    return k === 0 && isNothing ? total : (trace.emit({ op, inputs: [before, total] }, [name])[0] ?? before);
  }, start);
}

/** The loop without sums, and with what is kept for them; `all` gives all steps of a value. */
function withoutSums(trace: Trace, eqn: Eqn, step: StepValues, { sums, added }: Choice) {
  const { carries, length, reverse } = scanAttrs(eqn.attrs);
  const operands = groupsOf(eqn.inputs, scanAttrs(eqn.attrs));
  const late = new Set([...sums].map(({ carry }) => carry));
  const gone = new Set([...sums].flatMap(({ adding }) => adding));
  const stays = (_: unknown, k: number): boolean => !late.has(k);
  const body: Func = {
    ...step.body,
    params: [...step.params.consts, ...pick(step.params.carries, stays), ...step.params.xs],
    eqns: step.eqns.filter((each) => !gone.has(each)),
    outs: [...pick(step.body.outs, stays), ...added],
  };
  const names = pick(eqn.outs, stays).map((out) => out.name);
  const parts = { body, operands: { ...operands, carries: pick(operands.carries, stays) }, length, reverse };
  const outs = body.outs.length === 0 ? [] : emitScan(trace, parts, names);
  const all = (value: Var): Atom => {
    const x = step.params.xs.indexOf(value);
    const found = x < 0 ? outs[body.outs.indexOf(value, carries - sums.size)] : operands.xs[x];
    if (found === undefined) throw new Error("bug: a factor is kept of each step");
    return found;
  };
  return { outs, starts: operands.carries, all };
}

function withLateProducts(trace: Trace, eqn: Eqn): readonly Atom[] | undefined {
  if (eqn.op !== "scan" || eqn.batch.length > 0) return undefined;
  const { length } = scanAttrs(eqn.attrs);
  if (length === 0 || length === 1) return undefined;
  const step = new StepValues(eqn);
  const candidates = step.params.carries.flatMap((_, k) => sumIn(step, k) ?? []);
  const choice = new Choice(step, candidates);
  if (choice.sums.size === 0) return undefined;
  return trace.at(eqn.spans, () => {
    const { outs, starts, all } = withoutSums(trace, eqn, step, choice);
    const rest = outs.values();
    const sumOf = new Map([...choice.sums].map((sum) => [sum.carry, sum]));
    return eqn.outs.map((out, k) => {
      const [sum, start] = [sumOf.get(k), starts[k]];
      return sum && start ? finished(trace, sum, start, out.name, all) : (rest.next().value ?? out);
    });
  });
}

/** For programs that are differentiated no more. */
export const lateProducts = (func: Func): Func => rewriteLoops(func, withLateProducts, isComputedOnce);
