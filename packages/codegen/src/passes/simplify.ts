/**
 * Applies the rewrite rules until none applies.
 *
 * Invariant: exact rules keep every bit; the others stay within the error bound of `eval`. The pass stops after a fixed
 * number of rounds, so a pair of rules that undo each other is found by the test that wants a fixed point.
 */
import type { Func } from "@tapeless/types/compiler";
import { type Rewrite, rewriteFunc } from "./rewrite.js";
import { arithmeticRules } from "./rules/arithmetic.js";
import { diagonalRules } from "./rules/diagonal.js";
import { elementwiseRules } from "./rules/elementwise.js";
import { padRules } from "./rules/pads.js";
import type { Rule } from "./rules/rule.js";
import { sliceRules } from "./rules/slices.js";
import { structureRules } from "./rules/structure.js";
import { windowRules } from "./rules/windows.js";
import { sameProgram } from "./same-program.js";

/** Every rule, in the order in which they are tried. */
export const allRules = (): readonly Rule[] => [
  ...arithmeticRules,
  ...elementwiseRules(),
  ...diagonalRules,
  ...structureRules,
  ...padRules,
  ...windowRules,
  ...sliceRules,
];

const rounds = 12;

function rewriteWith(rules: readonly Rule[]): Rewrite {
  const byOp = new Map<string, Rule[]>();
  for (const rule of rules) byOp.set(rule.op, [...(byOp.get(rule.op) ?? []), rule]);
  return (eqn, rewriting, old) => {
    // Batch axes are part of an equation's meaning that patterns do not speak of.
    if (eqn.batch.length > 0) return undefined;
    for (const rule of byOp.get(eqn.op) ?? []) {
      const atom = rule.apply(eqn, rewriting, old);
      if (atom !== undefined) return [atom];
    }
    return undefined;
  };
}

/** One round of the given rules. */
export const applyRules = (func: Func, rules: readonly Rule[]): Func => rewriteFunc(func, rewriteWith(rules));

/** The simplified program. */
export function simplify(func: Func, rules: readonly Rule[] = allRules()): Func {
  const rewrite = rewriteWith(rules);
  let current = func;
  for (let round = 0; round < rounds; round++) {
    let applied = 0;
    const next = rewriteFunc(current, (...args) => {
      const atoms = rewrite(...args);
      if (atoms !== undefined) applied++;
      return atoms;
    });
    // What is given may hold equal equations, which the first round makes one; and a rule may apply and change nothing.
    if ((applied === 0 && round > 0) || sameProgram(next, current)) return next;
    current = next;
  }
  return current;
}
