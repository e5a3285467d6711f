/**
 * The last step of expansion: what only transformations look at is gone.
 *
 * Functions with rules of their own and checkpoints are their functions, written into the program. But a checkpoint that
 * computes again is a loop of one step: what is in a loop's body is shared with nothing outside of it, and is computed when
 * all of the loop's operands are there, the cotangents among them. So no pass can undo it, and none has to know of it.
 */
import { type Atom, type Eqn, type Func, Trace, type Var } from "@tapeless/types/compiler";
import { bodyOf } from "./scan-parts.js";

/** A loop of one step over nothing, whose results are not stacked. */
function asLoop(trace: Trace, eqn: Eqn): readonly Atom[] {
  const attrs = { length: 1, consts: eqn.inputs.length, carries: 0, reverse: false, recompute: true };
  const names = eqn.outs.map((out) => out.name);
  return trace.emit({ op: "scan", inputs: eqn.inputs, attrs, funcs: eqn.funcs }, names);
}

/** A loop without its checkpoints, which nothing differentiates any more. */
function withoutCheckpoints(trace: Trace, eqn: Eqn): readonly Atom[] {
  const { checkpoint: _, ...attrs } = eqn.attrs;
  return trace.emit(
    { ...eqn, attrs },
    eqn.outs.map((out) => out.name),
  );
}

function settled(trace: Trace, eqn: Eqn, old: Eqn): readonly Atom[] {
  switch (eqn.op) {
    case "checkpoint":
      return eqn.attrs.recompute === true ? asLoop(trace, eqn) : trace.inline(bodyOf(eqn), eqn.inputs);
    case "scan":
      return withoutCheckpoints(trace, eqn);
    case "customJvp":
    case "customVjp":
      return trace.inline(bodyOf(eqn), eqn.inputs);
    default:
      return trace.copy(old, eqn.inputs, eqn.funcs);
  }
}

/** The program without checkpoints and rules. */
export function settle(func: Func): Func {
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const old of func.eqns) {
    const eqn: Eqn = { ...old, inputs: old.inputs.map(read), funcs: old.funcs.map(settle) };
    const outs = trace.at(eqn.spans, () => settled(trace, eqn, old));
    old.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}
