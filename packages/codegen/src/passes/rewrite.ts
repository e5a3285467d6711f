/**
 * Rebuilds a program equation by equation, nested functions first: what every TensorIR pass is made of.
 *
 * Invariant: the new program is hash-consed, so equal equations become one; spans and names stay with what they name.
 */
import { type Atom, type Eqn, type Func, Trace, type Var } from "@tapeless/types/compiler";

/** The new program under way. */
export interface Rewriting {
  readonly trace: Trace;
  /** The equation that defines a variable of the new program. */
  readonly definition: (atom: Atom) => Eqn | undefined;
  /** How often a variable of the old program is used. */
  readonly uses: (atom: Atom) => number;
}

/**
 * What an equation becomes: its results in the new program, or `undefined` to copy it. `eqn` has new operands,
 * `old` is the equation as it was.
 */
export type Rewrite = (eqn: Eqn, rewriting: Rewriting, old: Eqn) => readonly Atom[] | undefined;

function countUses(func: Func): (atom: Atom) => number {
  const counts = new Map<Atom, number>();
  const count = (atom: Atom): unknown => counts.set(atom, (counts.get(atom) ?? 0) + 1);
  for (const eqn of func.eqns) eqn.inputs.forEach(count);
  func.outs.forEach(count);
  return (atom) => counts.get(atom) ?? 0;
}

/** The program with every equation rewritten, in nested functions too. */
export function rewriteFunc(func: Func, rewrite: Rewrite): Func {
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  const rewriting: Rewriting = {
    trace,
    definition: (atom) => (atom.kind === "Lit" ? undefined : trace.definition(atom)),
    uses: countUses(func),
  };
  for (const old of func.eqns) {
    const funcs = old.funcs.length === 0 ? old.funcs : old.funcs.map((nested) => rewriteFunc(nested, rewrite));
    const eqn: Eqn = { ...old, inputs: old.inputs.map(read), funcs };
    const outs = trace.at(eqn.spans, () => rewrite(eqn, rewriting, old)) ?? trace.copy(old, eqn.inputs, funcs);
    old.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}
