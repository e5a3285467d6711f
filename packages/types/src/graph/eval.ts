/**
 * The meaning of TensorIR: slow, obvious, and with a running error bound. It is the oracle for every level below.
 *
 * Every equation is evaluated from its op's definition in index notation, point by point. Invariant: the bound of a
 * result covers any order of summation and any fusion (values kept in double instead of being stored as floats).
 */

import { scalarBuilder } from "../scalar/builder.js";
import { type Approx, evaluateIndex, evaluateScalar, exactly, type ScalarScope } from "../scalar/evaluate.js";
import type { Index, ScalarExpr } from "../scalar/expr.js";
import { evalSize, namedSize, namesOf, type Size, type SizeEnv, showSize } from "../shape/size.js";
import { Accumulator, type ApproxTensor, exactTensor, flatIndex, indices, Output } from "./approx-tensor.js";
import type { Definition, Operand, ReduceDefinition, ScatterDefinition } from "./definition.js";
import { traceRule } from "./emit.js";
import { concrete, evalScan, evalSwitch, evalWhile, sliceFirst, stackFirst, unwritten } from "./eval-nested.js";
import { coreAval, relationsOf } from "./infer.js";
import type { Atom, Eqn, Func, Var } from "./ir.js";
import type { LoweringRule } from "./op.js";
import { opNamed } from "./registry.js";

// ---- one equation

/** An equation's definition with symbolic operands and named indices, ready to be run point by point. */
class PointEvaluator {
  private readonly lets: { readonly name: string; readonly value: ScalarExpr }[] = [];
  private readonly scalars = new Map<string, Approx>();
  private readonly point: Record<string, number>;
  private readonly scope: ScalarScope;

  constructor(
    private readonly eqn: Eqn,
    private readonly operands: readonly ApproxTensor[],
    sizes: SizeEnv,
    private readonly batchNames: readonly string[],
  ) {
    this.point = { ...sizes };
    this.scope = {
      sizes: this.point,
      load: (buffer, index) => this.load(buffer, index),
      scalar: (name) => this.scalar(name),
    };
  }

  operand(k: number): Operand {
    const atom = this.eqn.inputs[k];
    const aval = coreAval(atom ?? { shape: [], dtype: "f64" }, this.eqn.batch, k);
    const prefix = this.eqn.batch.flatMap((axis, depth) =>
      axis.mapped[k] === true ? [namedSize(this.batchNames[depth] ?? "")] : [],
    );
    const at = (index: readonly Index[]): ScalarExpr =>
      atom?.kind === "Lit"
        ? { kind: "Const", value: atom.value, dtype: atom.dtype }
        : { kind: "Load", buffer: `${k}`, index: [...prefix, ...index], dtype: aval.dtype };
    return { ...aval, at, indexAt: (index) => this.index(at(index)) };
  }

  index(value: ScalarExpr): Index {
    const name = `let${this.lets.length}`;
    this.lets.push({ name, value });
    return namedSize(name);
  }

  /** Moves to the given values of the named indices; what was computed at the last ones is forgotten. */
  moveTo(names: readonly string[], index: readonly number[]): void {
    names.forEach((name, k) => (this.point[name] = index[k] ?? 0));
    this.scalars.clear();
  }

  private load(buffer: string, index: readonly number[]): Approx {
    const tensor = this.operands[Number(buffer)];
    if (tensor === undefined) throw new Error(`bug: '${this.eqn.op}' has no operand ${buffer}`);
    const flat = flatIndex(tensor.shape, index, this.eqn.op);
    return { value: tensor.value[flat] ?? 0, bound: tensor.bound[flat] ?? 0 };
  }

  private scalar(name: string): Approx {
    const known = this.scalars.get(name);
    if (known !== undefined) return known;
    const definition = this.lets.find((entry) => entry.name === name);
    if (definition === undefined) throw new Error(`bug: '${this.eqn.op}' uses undefined '${name}'`);
    const value = evaluateScalar(definition.value, this.scope);
    this.scalars.set(name, value);
    return value;
  }

  value(expr: ScalarExpr): Approx {
    return evaluateScalar(expr, this.scope);
  }

  indices(index: readonly Index[]): readonly number[] {
    return index.map((entry) => evaluateIndex(entry, this.scope));
  }
}

const namesFor = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, k) => `${letter}${k}`);

interface Run {
  readonly points: PointEvaluator;
  readonly output: Output;
  readonly batch: readonly number[];
  readonly batchNames: readonly string[];
  readonly sizes: SizeEnv;
}

function runMap(run: Run, body: (i: readonly Index[]) => ScalarExpr): void {
  const names = namesFor("i", run.output.shape.length - run.batch.length);
  const all = [...run.batchNames, ...names];
  const expr = body(names.map(namedSize));
  for (const index of indices(run.output.shape)) {
    run.points.moveTo(all, index);
    run.output.write(index, run.points.value(expr));
  }
}

function runReduce(run: Run, definition: ReduceDefinition): void {
  const names = namesFor("d", definition.domain.length);
  const all = [...run.batchNames, ...names];
  const expr = definition.body(names.map(namedSize));
  const domain = definition.domain.map((size) => evalSize(size, run.sizes));
  const totals = new Map<string, Accumulator>();
  for (const index of indices([...run.batch, ...domain])) {
    const at = [...index.slice(0, run.batch.length), ...definition.keep.map((k) => index[run.batch.length + k] ?? 0)];
    const key = at.join();
    const total = totals.get(key) ?? new Accumulator(definition.combine, run.output.dtype);
    totals.set(key, total);
    run.points.moveTo(all, index);
    total.add(run.points.value(expr));
  }
  for (const index of indices(run.output.shape)) {
    const total = totals.get(index.join()) ?? new Accumulator(definition.combine, run.output.dtype);
    run.output.write(index, total.result());
  }
}

function runScatter(run: Run, definition: ScatterDefinition): void {
  const outNames = namesFor("i", run.output.shape.length - run.batch.length);
  const names = namesFor("d", definition.domain.length);
  const base = definition.base(outNames.map(namedSize));
  const target = definition.target(names.map(namedSize));
  const expr = definition.body(names.map(namedSize));
  const started = (value: Approx): Accumulator => new Accumulator("sum", run.output.dtype, value, run.output.dtype);
  const totals = new Map<string, Accumulator>();
  for (const index of indices(run.output.shape)) {
    run.points.moveTo([...run.batchNames, ...outNames], index);
    totals.set(index.join(), started(run.points.value(base)));
  }
  const domain = definition.domain.map((size) => evalSize(size, run.sizes));
  for (const index of indices([...run.batch, ...domain])) {
    run.points.moveTo([...run.batchNames, ...names], index);
    const at = [...index.slice(0, run.batch.length), ...run.points.indices(target)];
    flatIndex(run.output.shape, at, "scatter");
    const value = run.points.value(expr);
    if (definition.combine === "set") totals.set(at.join(), started(value));
    else totals.get(at.join())?.add(value);
  }
  for (const index of indices(run.output.shape))
    run.output.write(index, totals.get(index.join())?.result() ?? exactly(0));
}

function runDefinition(run: Run, definition: Definition): void {
  switch (definition.form) {
    case "map":
      runMap(run, definition.body);
      break;
    case "reduce":
      runReduce(run, definition);
      break;
    case "scatter":
      runScatter(run, definition);
  }
}

function evalDefined(
  eqn: Eqn,
  define: Extract<LoweringRule, { form: "define" }>["define"],
  operands: readonly ApproxTensor[],
  sizes: SizeEnv,
): ApproxTensor {
  const [out] = eqn.outs;
  if (out === undefined) throw new Error(`bug: '${eqn.op}' has no result`);
  const batchNames = namesFor("b", eqn.batch.length);
  const points = new PointEvaluator(eqn, operands, sizes, batchNames);
  const context = {
    s: scalarBuilder,
    index: (value: ScalarExpr) => points.index(value),
    operands: eqn.inputs.map((_, k) => points.operand(k)),
    shape: out.shape.slice(eqn.batch.length),
    dtype: out.dtype,
  };
  const output = new Output(concrete(out.shape, sizes), out.dtype);
  const batch = output.shape.slice(0, eqn.batch.length);
  runDefinition({ points, output, batch, batchNames, sizes }, define(context, eqn.attrs));
  return output;
}

// ---- batch axes of equations that are not in index notation: one position after the other

function evalBatched(eqn: Eqn, operands: readonly ApproxTensor[], sizes: SizeEnv): readonly ApproxTensor[] {
  const [axis, ...inner] = eqn.batch;
  if (axis === undefined) return evalPlain(eqn, operands, sizes);
  const outs = eqn.outs.map((out) => ({ ...out, shape: out.shape.slice(1) }));
  const inputs = eqn.inputs.map((atom, k): Atom => (axis.mapped[k] ? { ...atom, shape: atom.shape.slice(1) } : atom));
  const runs = Array.from({ length: evalSize(axis.size, sizes) }, (_, p) =>
    evalBatched(
      { ...eqn, inputs, outs, batch: inner },
      operands.map((operand, k) => (axis.mapped[k] ? sliceFirst(operand, p) : operand)),
      sizes,
    ),
  );
  return eqn.outs.map((out, k) =>
    stackFirst(
      runs.map((run) => run[k]).filter((part) => part !== undefined),
      out,
      sizes,
    ),
  );
}

/** Equations that say something about derivatives only: their value is that of their first function. */
const meansItsFunction: ReadonlySet<string> = new Set(["checkpoint", "customJvp", "customVjp"]);

/** Programs of equations whose op is made of others; kept, because tests evaluate a program many times. */
const decompositions = new WeakMap<Eqn, Func>();

function decomposed(eqn: Eqn, decompose: Extract<LoweringRule, { form: "decompose" }>["decompose"]): Func {
  const context = { attrs: eqn.attrs, inputs: eqn.inputs, outs: eqn.outs };
  return traceRule(eqn.op, eqn.inputs, (o, values) => [decompose(o, values, context)]);
}

function evalPlain(eqn: Eqn, operands: readonly ApproxTensor[], sizes: SizeEnv): readonly ApproxTensor[] {
  const { lowering } = opNamed(eqn.op);
  switch (lowering.form) {
    case "define":
      return [evalDefined(eqn, lowering.define, operands, sizes)];
    case "decompose": {
      const func = decompositions.get(eqn) ?? decomposed(eqn, lowering.decompose);
      decompositions.set(eqn, func);
      return evalFunc(func, operands, sizes);
    }
    case "structural":
      if (eqn.op === "scan") return evalScan(eqn, operands, sizes, evalFunc);
      if (eqn.op === "switch") return evalSwitch(eqn, operands, sizes, evalFunc);
      if (eqn.op === "unwritten") return eqn.outs.map((out) => unwritten(out, sizes));
      if (eqn.op === "while") return evalWhile(eqn, operands, sizes, evalFunc).outs;
      if (meansItsFunction.has(eqn.op) && eqn.funcs[0] !== undefined) return evalFunc(eqn.funcs[0], operands, sizes);
      throw new Error(`bug: '${eqn.op}' must be expanded before it can be evaluated`);
  }
}

/** Throws where sizes do not keep to a relation that an equation stands on. */
function checkRelations(eqn: Eqn, sizes: SizeEnv): void {
  for (const [left, right] of relationsOf(eqn)) {
    const [a, b] = [evalSize(left, sizes), evalSize(right, sizes)];
    if (a !== b)
      throw new RangeError(`${eqn.op}: ${showSize(left)} must be ${showSize(right)}, but they are ${a} and ${b}`);
  }
}

/** The results of one equation for given operands. */
export function evalEqn(eqn: Eqn, operands: readonly ApproxTensor[], sizes: SizeEnv): readonly ApproxTensor[] {
  const { lowering } = opNamed(eqn.op);
  checkRelations(eqn, sizes);
  if (lowering.form === "define") return [evalDefined(eqn, lowering.define, operands, sizes)];
  return evalBatched(eqn, operands, sizes);
}

/** The results of an equation; a size that it finds is known from then on. */
function evalStep(eqn: Eqn, operands: readonly ApproxTensor[], sizes: Record<string, number>): readonly ApproxTensor[] {
  if (eqn.op !== "while") return evalEqn(eqn, operands, sizes);
  const { outs, trips } = evalWhile(eqn, operands, sizes, evalFunc);
  if (eqn.attrs.trips !== undefined) for (const name of namesOf(eqn.attrs.trips as Size)) sizes[name] = trips; // a size
  return outs;
}

/** The results of a program for given arguments and sizes. */
export function evalFunc(func: Func, args: readonly ApproxTensor[], given: SizeEnv = {}): readonly ApproxTensor[] {
  const env = new Map<Var, ApproxTensor>();
  const sizes = { ...given };
  const read = (atom: Atom): ApproxTensor => {
    if (atom.kind === "Lit") return exactTensor([], atom.dtype, [atom.value]);
    const tensor = env.get(atom);
    if (tensor === undefined) throw new Error(`bug: '${atom.name}' of '${func.name}' has no value`);
    return tensor;
  };
  func.params.forEach((param, k) => {
    const arg = args[k];
    if (arg === undefined) throw new Error(`bug: '${func.name}' got no argument ${k}`);
    env.set(param, arg);
  });
  for (const eqn of func.eqns) {
    const outs = evalStep(eqn, eqn.inputs.map(read), sizes);
    eqn.outs.forEach((out, k) => {
      const value = outs[k];
      if (value !== undefined) env.set(out, value);
    });
  }
  return func.outs.map(read);
}
