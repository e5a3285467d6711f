/**
 * Reverse mode: linearise, then transpose. TensorIR -> TensorIR.
 *
 * Invariant: there is no rule here of any op; what reverse mode knows of derivatives it has from forward mode.
 */
import { type Func, isFloat, Trace } from "@tapeless/types/compiler";
import { zerosLike } from "./duals.js";
import { jvpFunc } from "./jvp.js";
import { linearize } from "./linearize.js";
import { transposeInto } from "./transpose.js";

/**
 * The program that takes the parameters and a cotangent for each result of `of`, and gives the results and the
 * cotangent of each parameter of `wrt`; exactly zero where nothing depends on it.
 */
export function vjpFunc(func: Func, wrt: readonly number[], of: readonly number[]): Func {
  const dual = jvpFunc(func, wrt);
  const linearParams = dual.params.map((_, k) => k >= func.params.length);
  const forward = linearize(dual, linearParams);
  const trace = new Trace(func.name);
  const primals = func.params.map((param) => trace.param(param, param.name));
  const cotangents = of.map((k) => trace.param(func.outs[k] ?? { shape: [], dtype: "f32" }, `ct_${k}`));
  const floatOuts = func.outs.flatMap((out, k) => (isFloat(out) ? [k] : []));
  const cts = of.flatMap((k, n) => {
    const tangent = forward.outs[func.outs.length + floatOuts.indexOf(k)];
    const ct = cotangents[n];
    return tangent === undefined || ct === undefined ? [] : [[tangent, ct] as const];
  });
  const { values, grads } = transposeInto(trace, forward, linearParams, primals, cts);
  return trace.finish([
    ...values.slice(0, func.outs.length),
    ...grads.map(
      (grad, n) =>
        grad ?? zerosLike(trace, func.params[wrt[n] ?? 0] ?? { kind: "Lit", value: 0, shape: [], dtype: "f32" }),
    ),
  ]);
}
