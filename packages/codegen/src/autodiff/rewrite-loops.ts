/**
 * The program with its loops rewritten.
 *
 * Invariant: from the innermost loop outwards, so that what comes out of a loop can come out of the one around it.
 */
import { type Atom, type Eqn, type Func, Trace, type Var } from "@tapeless/types/compiler";

/** What a loop becomes in the new program: its results, or `undefined` to keep it. Its operands are those of the new program. */
export type RewriteLoop = (trace: Trace, eqn: Eqn) => readonly Atom[] | undefined;

const isLoop = ({ op }: Eqn): boolean => op === "scan" || op === "while";

const hasLoop = (func: Func): boolean => func.eqns.some((eqn) => isLoop(eqn) || eqn.funcs.some(hasLoop));

/** No loop around what a checkpoint computes again, where memory counts more than time. */
export const isComputedOnce = ({ op, attrs }: Eqn): boolean => op !== "scan" || attrs.recompute !== true;

/** `enters` says which equations are gone into. */
export function rewriteLoops(func: Func, rewrite: RewriteLoop, enters: (eqn: Eqn) => boolean = () => true): Func {
  if (!hasLoop(func)) return func;
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const old of func.eqns) {
    const isEntered = enters(old);
    const funcs = isEntered ? old.funcs.map((inner) => rewriteLoops(inner, rewrite, enters)) : old.funcs;
    const eqn: Eqn = { ...old, inputs: old.inputs.map(read), funcs };
    const names = old.outs.map((out) => out.name);
    const rewritten = isEntered && isLoop(eqn) ? rewrite(trace, eqn) : undefined;
    const outs = rewritten ?? trace.emit(eqn, names);
    old.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}
