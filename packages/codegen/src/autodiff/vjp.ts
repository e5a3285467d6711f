/**
 * Reverse mode: linearise, then transpose. TensorIR -> TensorIR.
 *
 * Invariant: there is no rule here of any op; what reverse mode knows of derivatives it has from forward mode.
 */
import { type Atom, type Eqn, type Func, isFloat, Trace, type Var } from "@tapeless/types/compiler";
import { zerosLike } from "./duals.js";
import { jvpFunc } from "./jvp.js";
import { splitScan } from "./scan-split.js";
import { transposeInto } from "./transpose.js";

/** One equation in the linearised program; adds to `linear` what depends on a tangent. */
function linearizeEqn(trace: Trace, eqn: Eqn, inputs: readonly Atom[], linear: Set<Atom>): readonly Atom[] {
  const depends = inputs.some((input) => linear.has(input));
  if (eqn.op === "scan" && depends) {
    const split = trace.at(eqn.spans, () => splitScan(trace, eqn, inputs, (input) => linear.has(input)));
    split.outs.forEach((out, k) => split.outIsLinear[k] && linear.add(out));
    return split.outs;
  }
  const outs = trace.emit(
    { ...eqn, inputs },
    eqn.outs.map((out) => out.name),
  );
  if (depends) for (const out of outs) linear.add(out);
  return outs;
}

/**
 * The forward-mode program with every loop over duals split into a loop over values and a linear loop. Parameters from
 * `count` on are tangents.
 */
function linearize(func: Func, count: number): Func {
  const trace = new Trace(func.name);
  const params = func.params.map((param) => trace.param(param, param.name));
  const env = new Map<Var, Atom>(func.params.map((param, k) => [param, params[k] ?? param]));
  const linear = new Set<Atom>(params.slice(count));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const eqn of func.eqns) {
    const outs = linearizeEqn(trace, eqn, eqn.inputs.map(read), linear);
    eqn.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}

/**
 * The program that takes the parameters and a cotangent for each result of `of`, and gives the results and the
 * cotangent of each parameter of `wrt`; exactly zero where nothing depends on it.
 */
export function vjpFunc(func: Func, wrt: readonly number[], of: readonly number[]): Func {
  const forward = linearize(jvpFunc(func, wrt), func.params.length);
  const trace = new Trace(func.name);
  const primals = func.params.map((param) => trace.param(param, param.name));
  const cotangents = of.map((k) => trace.param(func.outs[k] ?? { shape: [], dtype: "f32" }, `ct_${k}`));
  const floatOuts = func.outs.flatMap((out, k) => (isFloat(out) ? [k] : []));
  const cts = of.flatMap((k, n) => {
    const tangent = forward.outs[func.outs.length + floatOuts.indexOf(k)];
    const ct = cotangents[n];
    return tangent === undefined || ct === undefined ? [] : [[tangent, ct] as const];
  });
  const linearParams = forward.params.map((_, k) => k >= func.params.length);
  const { values, grads } = transposeInto(trace, forward, linearParams, primals, cts);
  return trace.finish([
    ...values.slice(0, func.outs.length),
    ...grads.map(
      (grad, n) =>
        grad ?? zerosLike(trace, func.params[wrt[n] ?? 0] ?? { kind: "Lit", value: 0, shape: [], dtype: "f32" }),
    ),
  ]);
}
