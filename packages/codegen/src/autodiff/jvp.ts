/**
 * Forward mode: a program and its directional derivative in one. TensorIR -> TensorIR.
 *
 * Invariant: a tangent that is zero is not there at all (`undefined`), so nothing is computed with it; every equation
 * written here that has a tangent operand is linear in it.
 */
import {
  type Atom,
  type Eqn,
  type Func,
  isFloat,
  type LinearRule,
  makeLit,
  type Op,
  opNamed,
  type RuleOperand,
  Trace,
  type TracedTensor,
  type Value,
  type Var,
  type Vocabulary,
} from "@tapeless/types/compiler";
import { CompileError } from "../diagnostics/compile-error.js";
import { jvpCheckpoint } from "./checkpoint.js";
import { jvpCustomJvp, jvpCustomVjp } from "./custom-rules.js";
import { addTangents, contextOf, type Dual, zerosLike } from "./duals.js";
import { applyRule, type RuleArgument } from "./rules.js";
import { jvpScan } from "./scan-forward.js";
import { jvpSwitch } from "./switch-forward.js";
import { jvpWhile } from "./while-forward.js";

// ---- one equation, by the form of its op's rule

/** `eqn` has the operands and results of the new program already. */
interface Step {
  readonly trace: Trace;
  readonly eqn: Eqn;
  readonly op: Op;
  readonly tangents: readonly (Atom | undefined)[];
}

/** The op applied to tangents, with the other operands as they are. */
function withOperands({ trace, eqn }: Step, inputs: readonly Atom[]): Atom | undefined {
  return trace.emit({ ...eqn, inputs })[0];
}

function jvpLinear(step: Step, rule: LinearRule): Atom | undefined {
  const { trace, eqn, op, tangents } = step;
  const isLinear = (k: number): boolean => rule.operands === "all" || rule.operands.includes(k);
  if (rule.mode === "each") {
    return tangents.reduce<Atom | undefined>((sum, tangent, k) => {
      if (tangent === undefined || !isLinear(k)) return sum;
      return addTangents(trace, sum, withOperands(step, eqn.inputs.with(k, tangent)));
    }, undefined);
  }
  const inputs = eqn.inputs.map((input, k) => {
    if (!isLinear(k)) return input;
    return tangents[k] ?? (op.elementwise ? makeLit(0, input.dtype) : zerosLike(trace, input));
  });
  return withOperands(step, inputs);
}

/** Σ dxᵢ · ∂y/∂xᵢ. A strong zero: a tangent of exactly zero stays zero whatever the partial is. */
function jvpPartials(
  step: Step,
  partials: (o: Vocabulary, values: readonly Value[], out: Value) => readonly RuleOperand[],
): Atom | undefined {
  const { trace, eqn, tangents } = step;
  const args = argumentsOf(step);
  return tangents.reduce<Atom | undefined>((sum, tangent, k) => {
    if (tangent === undefined) return sum;
    const partial = applyRule(trace, eqn, args, (o, values) => {
      const out = values.at(-1);
      if (out === undefined) throw new Error(`bug: '${eqn.op}' has no result`);
      return partials(o, values.slice(0, -1), out)[k] ?? 0;
    });
    if (partial.kind === "Lit" && partial.value === 0) return sum;
    const isOne = partial.kind === "Lit" && partial.value === 1;
    return addTangents(trace, sum, isOne ? tangent : trace.emit({ op: "mulZero", inputs: [tangent, partial] })[0]);
  }, undefined);
}

/** Operands, then the result. */
const argumentsOf = ({ eqn }: Step): readonly RuleArgument[] => [
  ...eqn.inputs.map((atom, k) => ({ atom, like: k })),
  ...eqn.outs.slice(0, 1).map((atom) => ({ atom, like: -1 })),
];

function jvpWritten(step: Step, rule: Extract<Op["derivative"], { form: "jvp" }>): Atom | undefined {
  const { trace, eqn, tangents } = step;
  const given = tangents.flatMap((atom, k) => (atom === undefined ? [] : [{ atom, like: k }]));
  const context = contextOf(eqn);
  const count = eqn.inputs.length;
  return applyRule(trace, eqn, [...argumentsOf(step), ...given], (o, values) => {
    const out = values[count];
    if (out === undefined) throw new Error(`bug: '${eqn.op}' has no result`);
    const dense: (TracedTensor | undefined)[] = eqn.inputs.map(() => undefined);
    given.forEach(({ like }, n) => (dense[like] = values[count + 1 + n]));
    return rule.jvp(o, values.slice(0, count), dense, out, context);
  });
}

function tangentOf(step: Step): Atom | undefined {
  const { eqn, op, tangents } = step;
  const [out] = eqn.outs;
  if (tangents.every((tangent) => tangent === undefined) || out === undefined || !isFloat(out)) return undefined;
  switch (op.derivative.form) {
    case "none":
      if (op.derivative.zero) return undefined;
      throw new CompileError("TL0401", `${op.name} has no derivative: ${op.derivative.why}`, eqn.spans[0]);
    case "linear":
      if (op.linear === undefined) throw new Error(`bug: '${op.name}' says that it is linear, but not how`);
      return jvpLinear(step, op.linear);
    case "partials": {
      const { partials } = op.derivative;
      return jvpPartials(step, (o, values, result) => partials(o, values, result, contextOf(eqn)));
    }
    case "jvp":
      return jvpWritten(step, op.derivative);
    case "structural":
      throw new Error(`bug: '${op.name}' must be expanded before it is differentiated`);
  }
}

/** Equations that hold functions have forward modes of their own. */
const structural: Readonly<Record<string, typeof jvpScan>> = {
  scan: jvpScan,
  switch: jvpSwitch,
  while: jvpWhile,
  checkpoint: jvpCheckpoint,
  customJvp: jvpCustomJvp,
  customVjp: jvpCustomVjp,
};

/** The equation in the new program, with its tangents. */
export function jvpEqn(trace: Trace, eqn: Eqn, duals: readonly Dual[]): readonly Dual[] {
  const inputs = duals.map(({ primal }) => primal);
  const tangents = duals.map(({ tangent }) => tangent);
  const own = structural[eqn.op];
  if (own !== undefined && tangents.some((tangent) => tangent !== undefined)) return own(trace, eqn, duals, jvpInto);
  const outs = trace.emit(
    { ...eqn, inputs },
    eqn.outs.map((out) => out.name),
  );
  const step: Step = { trace, eqn: { ...eqn, inputs, outs }, op: opNamed(eqn.op), tangents };
  const tangent = trace.at(eqn.spans, () => tangentOf(step));
  return outs.map((primal, k) => ({ primal, tangent: k === 0 ? tangent : undefined }));
}

// ---- whole programs

/** Runs a program over duals inside a trace: the core of forward mode, used for whole programs and for bodies. */
export function jvpInto(trace: Trace, func: Func, params: readonly Dual[]): readonly Dual[] {
  const env = new Map<Var, Dual>();
  const read = (atom: Atom): Dual => {
    if (atom.kind === "Lit") return { primal: atom, tangent: undefined };
    const dual = env.get(atom);
    if (dual === undefined) throw new Error(`bug: '${atom.name}' of '${func.name}' is not defined`);
    return dual;
  };
  func.params.forEach((param, k) => env.set(param, params[k] ?? { primal: param, tangent: undefined }));
  for (const eqn of func.eqns) {
    const outs = jvpEqn(trace, eqn, eqn.inputs.map(read));
    eqn.outs.forEach((out, k) => env.set(out, outs[k] ?? { primal: out, tangent: undefined }));
  }
  return func.outs.map(read);
}

/**
 * The program that takes the parameters and a tangent for each of `wrt`, and gives the results and the tangents of the
 * float ones.
 */
export function jvpFunc(func: Func, wrt: readonly number[]): Func {
  const trace = new Trace(func.name);
  const primals = func.params.map((param) => trace.param(param, param.name));
  const tangents = new Map(
    wrt.map((k) => [k, trace.param(func.params[k] ?? makeLit(0, "f32"), `d_${func.params[k]?.name ?? ""}`)]),
  );
  const outs = jvpInto(
    trace,
    func,
    primals.map((primal, k) => ({ primal, tangent: tangents.get(k) })),
  );
  const floats = outs.filter(({ primal }) => isFloat(primal));
  return trace.finish([
    ...outs.map(({ primal }) => primal),
    ...floats.map(({ primal, tangent }) => tangent ?? zerosLike(trace, primal)),
  ]);
}
