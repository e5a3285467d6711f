/**
 * Functions with derivative rules of one's own under differentiation.
 *
 * Forward mode of `customJvp` is its rule, written into the program: it is linear in the tangents, so it is transposed as
 * any other equations are. `customVjp` knows only the transpose of its linear map, so forward mode puts a `pullback`
 * there, which becomes the rule when it is transposed. Invariant: the value stays an equation with its rules, for further
 * derivatives; a `pullback` is gone when the transformation that made it is done.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  intAttr,
  isFloat,
  nonLinearity,
  Trace,
  TraceError,
  type Var,
} from "@tapeless/types/compiler";
import { type Dual, materialised, zerosLike } from "./duals.js";
import type { TransposeFunc } from "./scan-transpose.js";

interface CustomParts {
  /** What the function is applied to. */
  readonly inputs: readonly Atom[];
  readonly captured: readonly Atom[];
  /** Of the float inputs, zeros among them. */
  readonly tangents: readonly Atom[];
  /** The function's own results. */
  readonly outs: readonly Var[];
}

/** What only the rule captures has no part in the value, so that its tangent says nothing. */
function usesParam(func: Func | undefined, k: number): boolean {
  const param = func?.params[k];
  const used = [...(func?.eqns ?? []).flatMap((eqn) => eqn.inputs), ...(func?.outs ?? [])];
  return param !== undefined && used.includes(param);
}

/** The value, as an equation like the old one, and what its rule is given. */
function customParts(trace: Trace, eqn: Eqn, duals: readonly Dual[]): CustomParts {
  const count = duals.length - intAttr(eqn.attrs, "captures");
  const [own, captured] = [duals.slice(0, count), duals.slice(count)];
  if (captured.some(({ tangent }, k) => tangent !== undefined && usesParam(eqn.funcs[0], count + k))) {
    throw new TraceError(
      "TL0396",
      `${eqn.op}: the function uses a tensor of the function around it, and is differentiated with respect to it; the rule ` +
        "says nothing of that: make the tensor an input",
      eqn.spans[0],
    );
  }
  const primals = duals.map(({ primal }) => primal);
  return {
    inputs: primals.slice(0, count),
    captured: primals.slice(count),
    tangents: own.flatMap(({ primal, tangent }) => {
      if (!isFloat(primal)) return [];
      return tangent === undefined ? zerosLike(trace, primal) : materialised(trace, tangent, primal);
    }),
    outs: trace.emit(
      { ...eqn, inputs: primals },
      eqn.outs.map((out) => out.name),
    ),
  };
}

/** The results with the tangents of the float ones. */
function withTangents(outs: readonly Var[], tangents: readonly Atom[]): readonly Dual[] {
  let next = 0;
  return outs.map((primal) => ({ primal, tangent: isFloat(primal) ? tangents[next++] : undefined }));
}

export function jvpCustomJvp(trace: Trace, eqn: Eqn, duals: readonly Dual[]): readonly Dual[] {
  const [, rule] = eqn.funcs;
  if (rule === undefined) throw new Error("bug: customJvp has no rule");
  return trace.at(eqn.spans, () => {
    const { inputs, captured, tangents, outs } = customParts(trace, eqn, duals);
    return withTangents(outs, trace.inline(rule, [...tangents, ...inputs, ...outs, ...captured]));
  });
}

export function jvpCustomVjp(trace: Trace, eqn: Eqn, duals: readonly Dual[]): readonly Dual[] {
  const [, forward, backward] = eqn.funcs;
  if (forward === undefined || backward === undefined) throw new Error("bug: customVjp has no rules");
  return trace.at(eqn.spans, () => {
    const { inputs, captured, tangents, outs } = customParts(trace, eqn, duals);
    const made = trace.inline(forward, [...inputs, ...captured]).slice(outs.length);
    // A residual that is a result is that result: its own derivatives go by the rule.
    const residuals = forward.outs.slice(outs.length).map((residual, k) => {
      const same = forward.outs.indexOf(residual);
      return residual.kind === "Var" && same < outs.length ? (outs[same] ?? made[k]) : made[k];
    });
    const known = [...residuals.filter((residual) => residual !== undefined), ...captured];
    const attrs = { tangents: tangents.length };
    const pushed = trace.emit({ op: "pullback", inputs: [...tangents, ...known], attrs, funcs: [backward] });
    return withTangents(outs, pushed);
  });
}

/** The rule itself, at the place of the linear map whose transpose it is. */
export function transposePullback(
  trace: Trace,
  eqn: Eqn,
  isLinear: readonly boolean[],
  cts: readonly (Atom | undefined)[],
): readonly (Atom | undefined)[] {
  const [backward] = eqn.funcs;
  if (backward === undefined) throw new Error("bug: pullback has no function");
  const count = intAttr(eqn.attrs, "tangents");
  const given = eqn.outs.map((out, k) => {
    const ct = cts[k];
    return ct === undefined ? zerosLike(trace, out) : materialised(trace, ct, out);
  });
  const grads = trace.inline(backward, [...given, ...eqn.inputs.slice(count)]);
  return isLinear.map((on, k) => (on ? grads[k] : undefined));
}

/** The linear map itself: the transpose of the rule, where that is linear in the cotangents. */
function forwardPullback(trace: Trace, eqn: Eqn, transpose: TransposeFunc): readonly Atom[] {
  const [backward] = eqn.funcs;
  if (backward === undefined) throw new Error("bug: pullback has no function");
  const found = nonLinearity(backward, eqn.outs.length);
  if (found !== undefined) {
    throw new TraceError(
      "TL0397",
      "customVjp: its function is differentiated in forward mode (jvp, or a Jacobian by columns), which takes the transpose " +
        `of the backward rule; but that is not linear in the cotangent: ${found.why}. Use customJvp, or reverse mode`,
      eqn.spans[0] ?? found.span,
    );
  }
  const count = intAttr(eqn.attrs, "tangents");
  const isCotangent = backward.params.map((_, k) => k < eqn.outs.length);
  const map = transpose(backward, isCotangent);
  return trace.inline(map, [...eqn.inputs.slice(count), ...eqn.inputs.slice(0, count)]);
}

/** A program of forward mode with its pullbacks made plain, at any depth. */
export function forwardPullbacks(func: Func, transpose: TransposeFunc): Func {
  const trace = new Trace(func.name);
  const env = new Map<Var, Atom>(func.params.map((param) => [param, trace.param(param, param.name)]));
  const read = (atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));
  for (const old of func.eqns) {
    const eqn: Eqn = { ...old, inputs: old.inputs.map(read) };
    const plain = (): readonly Atom[] => {
      if (eqn.op === "pullback") return forwardPullback(trace, eqn, transpose);
      const names = eqn.outs.map((out) => out.name);
      return trace.emit({ ...eqn, funcs: eqn.funcs.map((inner) => forwardPullbacks(inner, transpose)) }, names);
    };
    const outs = trace.at(eqn.spans, plain);
    old.outs.forEach((out, k) => env.set(out, outs[k] ?? out));
  }
  return trace.finish(func.outs.map(read));
}
