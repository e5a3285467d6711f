/**
 * Rewrites ops that are defined by others (argmax, logSumExp) into those. After differentiation, so that their own
 * derivative rules have been used; before fusion, which only knows index notation.
 */
import { type Func, opNamed } from "@tapeless/types/compiler";
import { contextOf } from "../autodiff/duals.js";
import { applyRule } from "../autodiff/rules.js";
import { rewriteFunc } from "./rewrite.js";

/** Decomposes until nothing is left: a decomposition may use another decomposed op. */
export function decompose(func: Func): Func {
  let found = false;
  const result = rewriteFunc(func, (eqn, { trace }) => {
    const { lowering } = opNamed(eqn.op);
    if (lowering.form !== "decompose") return undefined;
    found = true;
    const context = contextOf(eqn);
    const args = eqn.inputs.map((atom, like) => ({ atom, like }));
    return [applyRule(trace, eqn, args, (o, values) => lowering.decompose(o, values, context))];
  });
  return found ? decompose(result) : result;
}
