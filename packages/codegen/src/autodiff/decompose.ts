/**
 * Rewrites ops that are defined by others (argmax, logSumExp) into those. After differentiation, so that their own
 * derivative rules have been used; before fusion, which only knows index notation.
 */
import { type Atom, type Eqn, type Func, opNamed, Trace, type Var } from "@tapeless/types/compiler";
import { contextOf } from "./duals.js";
import { applyRule } from "./rules.js";

/** What the equation's op is made of, written into the trace; undefined for an op that stays. */
function decomposed(trace: Trace, eqn: Eqn): Atom | undefined {
  const { lowering } = opNamed(eqn.op);
  if (lowering.form !== "decompose") return undefined;
  const context = contextOf(eqn);
  const args = eqn.inputs.map((atom, like) => ({ atom, like }));
  return applyRule(trace, eqn, args, (o, values) => lowering.decompose(o, values, context));
}

const mayDecompose = ({ eqns }: Func): boolean =>
  eqns.some(({ op, funcs }) => opNamed(op).lowering.form === "decompose" || funcs.some(mayDecompose));

/** Decomposes until nothing is left: a decomposition may use another decomposed op. */
export function decompose(func: Func): Func {
  if (!mayDecompose(func)) return func;
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const old of func.eqns) {
    const eqn = { ...old, inputs: old.inputs.map(read), funcs: old.funcs.map(decompose) };
    const made = decomposed(trace, eqn);
    const outs = made === undefined ? trace.copy(old, eqn.inputs, eqn.funcs) : [made];
    for (const [k, out] of old.outs.entries()) env.set(out, outs[k] ?? out);
  }
  return decompose(trace.finish(func.outs.map(read)));
}
