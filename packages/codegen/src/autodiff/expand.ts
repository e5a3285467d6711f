/**
 * Expands the equations that transformations left in a program, innermost first, until only primitives and loops remain.
 *
 * Invariant: the result holds no `jvp`, `vjp`, `vmap`, checkpoint or rule of one's own at any depth; a transformation of a
 * transformation sees the inner one's result as a plain program, so they nest in any order. Checkpoints and rules stay
 * until all transformations around them are done.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  flagsAttr,
  intsAttr,
  sizeAttr,
  Trace,
  type Var,
} from "@tapeless/types/compiler";
import { forwardPullbacks } from "./custom-rules.js";
import { hoistBeforeDerivative } from "./hoist-loops.js";
import { jvpFunc } from "./jvp.js";
import { settle } from "./settle.js";
import { transposeFunc } from "./transpose.js";
import { vjpFunc } from "./vjp.js";
import { batchFunc } from "./vmap.js";

/** The plain program of a transformation equation, whose parameters are its operands. */
function transformed(eqn: Eqn, inner: Func): Func | undefined {
  switch (eqn.op) {
    case "jvp":
      return forwardPullbacks(jvpFunc(hoistBeforeDerivative(inner), intsAttr(eqn.attrs, "wrt")), transposeFunc);
    case "vjp":
      return vjpFunc(hoistBeforeDerivative(inner), intsAttr(eqn.attrs, "wrt"), intsAttr(eqn.attrs, "of"));
    case "vmap":
      return batchFunc(inner, sizeAttr(eqn.attrs, "size"), flagsAttr(eqn.attrs, "mapped"));
    default:
      return undefined;
  }
}

/** The program without transformations. */
export const expand = (func: Func): Func => settle(expandTransformations(func));

function expandTransformations(func: Func): Func {
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const eqn of func.eqns) {
    const inputs = eqn.inputs.map(read);
    const funcs = eqn.funcs.map(expandTransformations);
    const [inner] = funcs;
    const plain = inner === undefined ? undefined : transformed(eqn, inner);
    const outs =
      plain === undefined ? trace.copy(eqn, inputs, funcs) : trace.at(eqn.spans, () => trace.inline(plain, inputs));
    eqn.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}
