/**
 * Transposition of linear programs: from cotangents of the results to cotangents of the linear parameters.
 *
 * Invariant: walks the linear equations backwards once; a cotangent that is zero is not there at all; equations that do
 * not depend on a linear parameter are copied as they are (residuals are computed, never differentiated).
 */
import {
  type Atom,
  type Eqn,
  type Func,
  makeLit,
  opNamed,
  Trace,
  type TracedTensor,
  type Var,
} from "@tapeless/types/compiler";
import { transposeCheckpoint } from "./checkpoint.js";
import { transposePullback } from "./custom-rules.js";
import { addTangents, contextOf, materialised, zerosLike } from "./duals.js";
import { linearVars } from "./linear-vars.js";
import { applyRule, type RuleArgument } from "./rules.js";
import { transposeScan } from "./scan-transpose.js";
import { transposeSwitch } from "./switch-transpose.js";

interface Backward {
  readonly trace: Trace;
  /** Variables of the old program to those of the new one; linear ones are not in it. */
  readonly env: Map<Var, Atom>;
  readonly linear: ReadonlySet<Atom>;
  readonly cts: Map<Atom, Atom>;
}

const read = ({ env }: Backward, atom: Atom): Atom => (atom.kind === "Lit" ? atom : (env.get(atom) ?? atom));

function accumulate({ trace, cts }: Backward, atom: Atom, ct: Atom | undefined): void {
  const sum = addTangents(trace, cts.get(atom), ct);
  if (sum !== undefined) cts.set(atom, sum);
}

function transposeEqn(backward: Backward, eqn: Eqn): void {
  const { trace, linear, cts } = backward;
  const [out] = eqn.outs;
  const ct = out === undefined ? undefined : cts.get(out);
  if (out === undefined || ct === undefined) return;
  const rule = opNamed(eqn.op).linear;
  if (rule === undefined) throw new Error(`bug: '${eqn.op}' stands in a linear program, but has no transpose`);
  const seed: RuleArgument = { atom: materialised(trace, ct, out), like: -1 };
  const known = eqn.inputs.flatMap((input, k) => (linear.has(input) ? [] : [{ atom: read(backward, input), like: k }]));
  const context = contextOf(eqn);
  eqn.inputs.forEach((input, k) => {
    if (!linear.has(input)) return;
    const transposed = (o: Parameters<typeof rule.transpose>[0], [first, ...values]: readonly TracedTensor[]) => {
      const operands: (TracedTensor | undefined)[] = eqn.inputs.map(() => undefined);
      known.forEach(({ like }, n) => (operands[like] = values[n]));
      if (first === undefined) throw new Error(`bug: '${eqn.op}' has no cotangent`);
      return rule.transpose(o, k, first, operands, context) as TracedTensor; // made in the running trace
    };
    accumulate(backward, input, applyRule(trace, eqn, [seed, ...known], transposed, k));
  });
}

function transposeScanEqn(backward: Backward, eqn: Eqn): void {
  const { trace, linear, cts } = backward;
  const outCts = eqn.outs.map((out) => cts.get(out));
  if (outCts.every((ct) => ct === undefined)) return;
  const inNew = { ...eqn, inputs: eqn.inputs.map((input) => (linear.has(input) ? input : read(backward, input))) };
  const grads = trace.at(eqn.spans, () =>
    transposeScan(trace, inNew, (atom) => linear.has(atom), outCts, transposeFunc),
  );
  eqn.inputs.forEach((input, k) => {
    if (linear.has(input)) accumulate(backward, input, grads[k]);
  });
}

/** An equation with a nested function: it says itself what becomes of its cotangents. */
function transposeNested(backward: Backward, eqn: Eqn, transpose: typeof transposeCheckpoint): void {
  const { trace, linear, cts } = backward;
  const outCts = eqn.outs.map((out) => cts.get(out));
  if (outCts.every((ct) => ct === undefined)) return;
  const isLinear = eqn.inputs.map((input) => linear.has(input));
  const inputs = eqn.inputs.map((input, k) => (isLinear[k] ? input : read(backward, input)));
  const grads = trace.at(eqn.spans, () => transpose(trace, { ...eqn, inputs }, isLinear, outCts, transposeInto));
  eqn.inputs.forEach((input, k) => isLinear[k] && accumulate(backward, input, grads[k]));
}

function transposeLinear(backward: Backward, eqn: Eqn): void {
  if (eqn.op === "scan") transposeScanEqn(backward, eqn);
  else if (eqn.op === "switch") transposeNested(backward, eqn, transposeSwitch);
  else if (eqn.op === "checkpoint") transposeNested(backward, eqn, transposeCheckpoint);
  else if (eqn.op === "pullback") transposeNested(backward, eqn, transposePullback);
  else transposeEqn(backward, eqn);
}

/** What is left of a program in the new trace: its results that are not linear, and the cotangents. */
interface Transposed {
  /** In the order of the program's results; meaningless where a result is linear. */
  readonly values: readonly Atom[];
  /** In the order of the linear parameters; undefined where exactly zero. */
  readonly grads: readonly (Atom | undefined)[];
}

/** Copies the known equations into `trace` and pulls cotangents of results back to the linear parameters. */
export function transposeInto(
  trace: Trace,
  func: Func,
  linearParams: readonly boolean[],
  known: readonly Atom[],
  cts: readonly (readonly [Atom, Atom])[],
): Transposed {
  const linear = linearVars(func, linearParams);
  const backward: Backward = { trace, env: new Map(), linear, cts: new Map() };
  let next = 0;
  func.params.forEach((param, k) => {
    if (!linearParams[k]) backward.env.set(param, known[next++] ?? param);
  });
  const isLinear = (eqn: Eqn): boolean => eqn.outs.some((out) => linear.has(out));
  for (const eqn of func.eqns.filter((candidate) => !isLinear(candidate))) {
    const outs = trace.emit(
      { ...eqn, inputs: eqn.inputs.map((input) => read(backward, input)) },
      eqn.outs.map((out) => out.name),
    );
    eqn.outs.forEach((out, k) => backward.env.set(out, outs[k] ?? out));
  }
  for (const [atom, ct] of cts) if (linear.has(atom)) accumulate(backward, atom, ct);
  for (const eqn of func.eqns.filter(isLinear).reverse()) transposeLinear(backward, eqn);
  return {
    values: func.outs.map((out) => read(backward, out)),
    grads: func.params.filter((_, k) => linearParams[k]).map((param) => backward.cts.get(param)),
  };
}

/** The program (known parameters, cotangent of each result) -> cotangent of each linear parameter. */
export function transposeFunc(func: Func, linearParams: readonly boolean[]): Func {
  const trace = new Trace(`${func.name}_transposed`);
  const known = func.params.filter((_, k) => !linearParams[k]).map((param) => trace.param(param, param.name));
  const cts = func.outs.map((out) => [out, trace.param(out)] as const);
  const { grads } = transposeInto(trace, func, linearParams, known, cts);
  const params = func.params.filter((_, k) => linearParams[k]);
  return trace.finish(grads.map((grad, k) => grad ?? zerosLike(trace, params[k] ?? makeLit(0, "f32"))));
}
