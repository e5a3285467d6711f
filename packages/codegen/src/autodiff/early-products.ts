/**
 * Products of what a loop goes along with alone are made for all steps at once, before it:
 *
 *     zₜ = xₜ W  for each t   →   z = x W, and the loop goes along z.
 *
 * A step of few rows reads all of W for them. It is done where a step then goes along with at most half as many elements
 * more as W has, which it would read.
 *
 * Invariant: a loop goes along with at most as much again as it goes along with and stacks anyway; and what a checkpoint computes
 * again keeps no more than before.
 */
import { type Atom, type Eqn, type Func, scanAttrs, type Trace, type Var } from "@tapeless/types/compiler";
import { recomputeBudget } from "../ir/kernel/cost.js";
import { elementCost } from "./element-cost.js";
import { backwards, mayPick } from "./hoist.js";
import { isComputedOnce, rewriteLoops } from "./rewrite-loops.js";
import { emitScan, groupsOf } from "./scan-parts.js";
import { bytesOfAll, elementsOf, isAtMost, smallest } from "./step-sizes.js";
import { StepValues } from "./step-values.js";
import { batchFunc } from "./vmap.js";

/** Costs next to nothing to make once more, before the loop, for a product. */
function isCheap(eqn: Eqn): boolean {
  const cost = elementCost(eqn);
  return cost !== undefined && cost.operations <= recomputeBudget && !mayPick(eqn);
}

/** The operand of a product that is captured; the other one is of the step. */
function fixedOf(step: StepValues, { op, inputs, batch }: Eqn): Var | undefined {
  const fixed = inputs.filter((input) => step.params.consts.includes(input as Var)); // literals are none
  const [one] = fixed;
  return op === "contract" && batch.length === 0 && fixed.length === 1 && one?.kind === "Var" ? one : undefined;
}

/** The products that are made before the loop, each of them of what the loop goes along with and of others of them. */
function earlyOf(step: StepValues): readonly Eqn[] {
  const known = new Set<Atom>([...step.params.consts, ...step.params.xs]);
  const there = [...step.params.xs, ...step.stacked];
  const early: Eqn[] = [];
  const pays = (eqn: Eqn): boolean => {
    const fixed = fixedOf(step, eqn);
    if (fixed === undefined || elementsOf([fixed]) < smallest) return false;
    const added = [...early.flatMap(({ outs }) => outs), ...eqn.outs];
    return 2 * elementsOf(eqn.outs) <= elementsOf([fixed]) && isAtMost(bytesOfAll(added), bytesOfAll(there));
  };
  for (const eqn of step.eqns) {
    const isKnown = eqn.inputs.every((input) => input.kind === "Lit" || known.has(input));
    if (!isKnown || !eqn.outs.every((out) => step.isOfStep(out))) continue;
    const isProduct = pays(eqn);
    if (isProduct) early.push(eqn);
    if (isProduct || isCheap(eqn)) for (const out of eqn.outs) known.add(out);
  }
  return early;
}

/** The products of all steps; those of one step are the results of `early`. */
function productsOfAll(trace: Trace, eqn: Eqn, step: StepValues, early: readonly Eqn[]): readonly Atom[] {
  const { length } = scanAttrs(eqn.attrs);
  const { consts, xs } = step.params;
  const operands = groupsOf(eqn.inputs, scanAttrs(eqn.attrs));
  const func: Func = {
    name: step.body.name,
    params: [...consts, ...xs],
    eqns: backwards(step.eqns, early),
    outs: early.flatMap(({ outs }) => outs),
  };
  const all = batchFunc(func, length, [...consts.map(() => false), ...xs.map(() => true)]);
  return trace.inline(all, [...operands.consts, ...operands.xs]);
}

function withEarlyProducts(trace: Trace, eqn: Eqn): readonly Atom[] | undefined {
  if (eqn.op !== "scan" || eqn.batch.length > 0) return undefined;
  const { length, reverse } = scanAttrs(eqn.attrs);
  if (length === 0 || length === 1) return undefined;
  const step = new StepValues(eqn);
  const early = earlyOf(step);
  if (early.length === 0) return undefined;
  const operands = groupsOf(eqn.inputs, scanAttrs(eqn.attrs));
  const body: Func = {
    ...step.body,
    params: [...step.body.params, ...early.flatMap(({ outs }) => outs)],
    eqns: step.eqns.filter((each) => !early.includes(each)),
  };
  const xs = [...operands.xs, ...productsOfAll(trace, eqn, step, early)];
  const names = eqn.outs.map((out) => out.name);
  return trace.at(eqn.spans, () => emitScan(trace, { body, operands: { ...operands, xs }, length, reverse }, names));
}

/** For programs that are differentiated no more. */
export const earlyProducts = (func: Func): Func => rewriteLoops(func, withEarlyProducts, isComputedOnce);
