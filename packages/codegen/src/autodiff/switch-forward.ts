/**
 * Forward mode of a choice: the same choice between branches over values and tangents.
 *
 * Invariant: a result has a tangent if it has one in some branch; where another branch has none, it is zero there.
 */
import { type Atom, type Eqn, type Func, isFloat, Trace, type Var } from "@tapeless/types/compiler";
import { type Dual, materialised, zerosLike } from "./duals.js";
import type { JvpInto } from "./scan-forward.js";

/** A branch over duals, before it is known which of its results have tangents. */
interface DualBranch {
  readonly trace: Trace;
  readonly outs: readonly Dual[];
}

function dualBranch(branch: Func, isActive: readonly boolean[], jvpInto: JvpInto): DualBranch {
  const trace = new Trace(branch.name);
  const primals = branch.params.map((param) => trace.param(param, param.name));
  const tangents = branch.params.map((param, k) => (isActive[k] ? trace.param(param, `d_${param.name}`) : undefined));
  const duals = primals.map((primal, k) => ({ primal, tangent: tangents[k] }));
  return { trace, outs: jvpInto(trace, branch, duals) };
}

/** Zero, or nothing at all of what nobody looks at. */
function noTangent(trace: Trace, primal: Atom): Atom | readonly Atom[] {
  const eqn = primal.kind === "Var" ? trace.definition(primal) : undefined;
  return eqn?.op === "unwritten" ? primal : zerosLike(trace, primal); // one is as good as another
}

/** The branch with its results and then the tangents of those that have one in some branch. */
function finished({ trace, outs }: DualBranch, has: readonly boolean[]): Func {
  const tangents = outs.flatMap(({ primal, tangent }, k): Atom | readonly Atom[] => {
    if (!has[k]) return [];
    return tangent === undefined ? noTangent(trace, primal) : materialised(trace, tangent, primal);
  });
  return trace.finish([...outs.map(({ primal }) => primal), ...tangents]);
}

/** Duals of a choice's results. */
export function jvpSwitch(trace: Trace, eqn: Eqn, duals: readonly Dual[], jvpInto: JvpInto): readonly Dual[] {
  const [selector, ...operands] = duals;
  if (selector === undefined) throw new Error("bug: switch has no selector");
  const isActive = operands.map(({ primal, tangent }) => tangent !== undefined && isFloat(primal));
  const branches = eqn.funcs.map((branch) => dualBranch(branch, isActive, jvpInto));
  const has = eqn.outs.map((_, k) => branches.some(({ outs }) => outs[k]?.tangent !== undefined));
  const tangents = operands.flatMap(({ primal, tangent }, k) =>
    tangent === undefined || !isActive[k] ? [] : materialised(trace, tangent, primal),
  );
  const inputs = [selector.primal, ...operands.map(({ primal }) => primal), ...tangents];
  const funcs = branches.map((branch) => finished(branch, has));
  const names = eqn.outs.map((out) => out.name);
  const outs: readonly Var[] = trace.at(eqn.spans, () => trace.emit({ ...eqn, inputs, funcs }, names));
  let next = eqn.outs.length;
  return eqn.outs.map((out, k) => ({ primal: outs[k] ?? out, tangent: has[k] ? outs[next++] : undefined }));
}
