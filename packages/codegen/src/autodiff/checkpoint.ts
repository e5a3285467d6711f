/**
 * Checkpoints under differentiation.
 *
 * Forward mode makes one checkpoint of values and tangents. Linearising it gives two: one of the values, and one that is
 * linear in the tangents and takes nothing but the inputs of the first, for it computes all values between for itself.
 * Invariant: so what is kept for the backward pass is the inputs, and the transposed checkpoint, marked `recompute`, does
 * the forward work again.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  foundBy,
  mentionedBy,
  Trace,
  type Var,
  withFreshTrips,
} from "@tapeless/types/compiler";
import { type Dual, materialised } from "./duals.js";
import { linearVars } from "./linear-vars.js";
import type { JvpInto } from "./scan-forward.js";
import { bodyOf } from "./scan-parts.js";
import type { Linearize, SplitScan } from "./scan-split.js";

/** Duals of a checkpoint's results: a checkpoint of the values and the tangents there are. */
export function jvpCheckpoint(trace: Trace, eqn: Eqn, duals: readonly Dual[], jvpInto: JvpInto): readonly Dual[] {
  const body = bodyOf(eqn);
  const inner = new Trace(body.name);
  const primals = body.params.map((param) => inner.param(param, param.name));
  const tangents = body.params.map((param, k) =>
    duals[k]?.tangent === undefined ? undefined : inner.param(param, `d_${param.name}`),
  );
  const results = jvpInto(
    inner,
    body,
    primals.map((primal, k) => ({ primal, tangent: tangents[k] })),
  );
  const func = inner.finish([
    ...results.map(({ primal }) => primal),
    ...results.flatMap(({ primal, tangent }) => (tangent === undefined ? [] : materialised(inner, tangent, primal))),
  ]);
  const given = duals.flatMap(({ tangent }, k) =>
    tangent === undefined ? [] : materialised(trace, tangent, body.params[k] ?? tangent),
  );
  const outs = trace.at(eqn.spans, () =>
    trace.emit(
      { ...eqn, inputs: [...duals.map(({ primal }) => primal), ...given], funcs: [func] },
      eqn.outs.map((out) => out.name),
    ),
  );
  let next = results.length;
  return results.map(({ primal, tangent }, k) => ({
    primal: outs[k] ?? primal,
    tangent: tangent === undefined ? undefined : outs[next++],
  }));
}

/** The function without equations that no result needs, and the parameters it still has. */
function pruned(func: Func): { readonly func: Func; readonly kept: readonly number[] } {
  const live = new Set<Atom>(func.outs);
  const sizes = new Set<string>();
  const eqns: Eqn[] = [];
  for (const eqn of func.eqns.toReversed()) {
    if (!eqn.outs.some((out: Var) => live.has(out)) && !foundBy(eqn).some((name) => sizes.has(name))) continue;
    for (const input of eqn.inputs) live.add(input);
    for (const name of mentionedBy(eqn)) sizes.add(name);
    eqns.push(eqn);
  }
  const kept = func.params.flatMap((param, k) => (live.has(param) ? [k] : []));
  return { func: { ...func, params: func.params.filter((param) => live.has(param)), eqns: eqns.reverse() }, kept };
}

/** The checkpoint of some of the results. */
function partOf(trace: Trace, eqn: Eqn, func: Func): readonly Var[] {
  if (func.outs.length === 0) return [];
  const part = pruned(func);
  const inputs = part.kept.map((k) => eqn.inputs[k] as Atom); // one operand for each parameter
  return trace.emit({ ...eqn, inputs, funcs: [part.func] });
}

/** Splits a checkpoint of which some operands are linear; its results come in their order. */
export function splitCheckpoint(trace: Trace, eqn: Eqn, given: readonly boolean[], linearize: Linearize): SplitScan {
  const body = linearize(bodyOf(eqn), given);
  const linear = linearVars(body, given);
  const outIsLinear = body.outs.map((out) => linear.has(out));
  // Both halves may run the same loops: each finds its sizes under names of its own.
  const half = (on: boolean): Func => {
    const func = { ...body, outs: body.outs.filter((_, k) => outIsLinear[k] === on) };
    return on ? withFreshTrips(func) : func;
  };
  const part = (on: boolean) => partOf(trace, eqn, half(on));
  const [known, tangents] = [part(false), part(true)];
  let [k, l] = [0, 0];
  const outs = outIsLinear.map((on) => (on ? tangents[l++] : known[k++])).filter((out) => out !== undefined);
  return { outs, outIsLinear };
}

/** Transposition inside a trace, which the bodies of checkpoints are transposed by. */
export type TransposeInto = (
  trace: Trace,
  func: Func,
  linearParams: readonly boolean[],
  known: readonly Atom[],
  cts: readonly (readonly [Atom, Atom])[],
) => { readonly grads: readonly (Atom | undefined)[] };

/** The cotangents of the linear operands, by a checkpoint in which the values between are computed again. */
export function transposeCheckpoint(
  trace: Trace,
  eqn: Eqn,
  isLinear: readonly boolean[],
  cts: readonly (Atom | undefined)[],
  transposeInto: TransposeInto,
): readonly (Atom | undefined)[] {
  const body = bodyOf(eqn);
  const inner = new Trace(`${body.name}_transposed`);
  const known = body.params.filter((_, k) => !isLinear[k]).map((param) => inner.param(param, param.name));
  const given = body.outs.flatMap((out, k) => (cts[k] === undefined ? [] : [[out, inner.param(out)] as const]));
  const { grads } = transposeInto(inner, body, isLinear, known, given);
  const params = body.params.filter((_, k) => isLinear[k]);
  const func = inner.finish(
    grads.flatMap((grad, k) => (grad === undefined ? [] : materialised(inner, grad, params[k] ?? grad))),
  );
  const inputs = [
    ...eqn.inputs.filter((_, k) => !isLinear[k]),
    ...cts.flatMap((ct, k) => (ct === undefined ? [] : materialised(trace, ct, eqn.outs[k] ?? ct))),
  ];
  const outs = partOf(trace, { ...eqn, inputs, attrs: { ...eqn.attrs, recompute: true } }, func);
  let next = 0;
  const found = grads.map((grad) => (grad === undefined ? undefined : outs[next++]));
  let linear = 0;
  return isLinear.map((on) => (on ? found[linear++] : undefined));
}
