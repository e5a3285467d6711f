/**
 * A fixture's graph as functions of the DSL: its values, and the derivatives that are asked of it.
 *
 * Invariant: a function depends on the graph and on what is asked alone, never on the point, so one function serves all
 * points; equal questions give equal keys.
 */
import { type AnyTensor, bool, f32, f64, i32, reshape, type Shape, type Tensor } from "@tapeless/types";
import type { Derivative, Graph, GraphInput } from "./case.js";
import { type Dynamic, dynamic, type Values } from "./dynamic.js";
import { Call, sizesOf, Unsupported, vocabulary } from "./vocabulary/index.js";

/** What the floats of a graph are. */
export type FloatDType = "f64" | "f32";

const declareFloat = { f64, f32 } as const;
const declareOther = { i32, bool } as const;

const declare = ({ shape, dtype }: GraphInput, floats: FloatDType): AnyTensor =>
  dtype === "f64" ? declareFloat[floats](shape) : declareOther[dtype](shape);

const declared = (inputs: readonly GraphInput[], floats: FloatDType): Values =>
  Object.fromEntries(inputs.map((input) => [input.name, declare(input, floats)]));

/** Ops of a graph that the DSL does not have. */
export const missingOps = (graph: Graph): readonly string[] => [
  ...new Set(graph.eqns.map(({ op }) => op).filter((op) => !Object.hasOwn(vocabulary, op))),
];

function valueNamed(values: Values, name: string): AnyTensor {
  const value = values[name];
  if (value !== undefined) return value;
  throw new Error(`the graph has no value ${name}`);
}

/** Runs the equations on tensors of the running trace. A value that is given already is not replaced: a cut. */
function evaluate(graph: Graph, given: Values, floats: FloatDType): Values {
  const values: Record<string, AnyTensor> = { ...given };
  const read = (input: string | number) => (typeof input === "number" ? input : valueNamed(values, input));
  for (const eqn of graph.eqns) {
    const build = vocabulary[eqn.op];
    if (build === undefined) throw new Unsupported(`no op ${eqn.op}`);
    const result = build(new Call(eqn, eqn.inputs.map(read), floats));
    const results: readonly AnyTensor[] = Array.isArray(result) ? result : [result];
    eqn.outputs.forEach((name, k) => {
      const value = results[k];
      if (value === undefined) throw new Error(`${eqn.op} gives no result ${k}`);
      values[name] ??= value;
    });
  }
  return values;
}

/** A graph with what decides about its functions: the dtype of its floats. */
export interface Model {
  readonly graph: Graph;
  readonly floats: FloatDType;
}

/** A function from inputs to the named values. */
const valuesFn = ({ graph, floats }: Model, inputs: Values, names: readonly string[]): Dynamic<Values, Values> =>
  dynamic.fn(inputs, (given) => {
    const values = evaluate(graph, given, floats);
    return Object.fromEntries(names.map((name) => [name, valueNamed(values, name)]));
  });

/** A function from inputs to the one value that is differentiated. */
function valueFn(
  { graph, floats }: Model,
  inputs: Values,
  [of, ...more]: readonly string[],
): Dynamic<Values, AnyTensor> {
  if (of === undefined || more.length > 0) throw new Unsupported("this derivative of several results");
  return dynamic.fn(inputs, (given) => valueNamed(evaluate(graph, given, floats), of));
}

/** The shapes of values of a graph. */
export function shapesOf(graph: Graph, names: readonly string[]): Readonly<Record<string, readonly number[]>> {
  const { output } = valuesFn({ graph, floats: "f64" }, declared(graph.inputs, "f64"), names);
  return Object.fromEntries(Object.entries(output).map(([name, tensor]) => [name, sizesOf(tensor)]));
}

/** The inputs of a graph, and as further inputs the values at which it is cut. */
function inputsOf({ graph, floats }: Model, cuts: readonly string[]): Values {
  const inputs = declared(graph.inputs, floats);
  if (cuts.length === 0) return inputs;
  const cut = Object.entries(shapesOf(graph, cuts));
  return { ...inputs, ...Object.fromEntries(cut.map(([name, shape]) => [name, declareFloat[floats](shape)])) };
}

const elements = (x: AnyTensor): number => sizesOf(x).reduce((count, size) => count * size, 1);

const flat = (x: AnyTensor): AnyTensor => reshape(x as Tensor<Shape, "f64">, [-1]); // what is differentiated is f64

/** Rows of the Jacobian: the vector-Jacobian products with every unit vector, all at once. */
function jacobianFn(model: Model, inputs: Values, { of, wrt }: Question): unknown {
  const f = valueFn(model, inputs, of);
  const rows = dynamic.vjp(
    dynamic.fn(inputs, (given) => flat(f(given))),
    wrt,
  );
  return dynamic.vmap(rows, elements(f.output), { input: null });
}

/** Forward over reverse: how the gradient changes along the tangents. */
const hvpFn = (model: Model, inputs: Values, { of, tangents }: Question): unknown =>
  dynamic.jvp(dynamic.grad(valueFn(model, inputs, of), tangents), tangents);

/** What the tangent of an input is called where both are inputs of one function. */
export const tangentName = (name: string): string => `${name}_tangent`;

/** Reverse over forward: the gradient of the derivative along the tangents. */
function gradOfJvpFn(model: Model, inputs: Values, { of, wrt, tangents }: Question): unknown {
  const along = dynamic.jvp(valueFn(model, inputs, of), tangents);
  const directions = Object.entries(along.input.tangent).map(([name, value]) => [tangentName(name), value] as const);
  const slope = dynamic.fn({ ...inputs, ...Object.fromEntries(directions) }, (given) => {
    const tangent = Object.fromEntries(tangents.map((name) => [name, valueNamed(given, tangentName(name))]));
    return along({ input: given, tangent }).tangent;
  });
  return dynamic.grad(slope, wrt);
}

/** What is asked of a graph, apart from the point. */
export interface Question {
  readonly form: Form;
  readonly of: readonly string[];
  readonly wrt: readonly string[];
  readonly tangents: readonly string[];
  /** Values inside the graph that are inputs here. */
  readonly cuts: readonly string[];
}

export type Form = "value" | "grad" | "vjp" | "jvp" | "jacobian" | "hvp" | "gradOfJvp";

type Answer = (model: Model, inputs: Values, question: Question) => unknown;

const answers: Readonly<Record<Form, Answer>> = {
  value: (model, inputs, { of }) => valuesFn(model, inputs, of),
  grad: (model, inputs, { of, wrt }) => dynamic.grad(valueFn(model, inputs, of), wrt),
  vjp: (model, inputs, { of, wrt }) => dynamic.vjp(valuesFn(model, inputs, of), wrt),
  jvp: (model, inputs, { of, tangents }) => dynamic.jvp(valuesFn(model, inputs, of), tangents),
  jacobian: jacobianFn,
  hvp: hvpFn,
  gradOfJvp: gradOfJvpFn,
};

/** The function that answers a question. */
export const answer = (model: Model, question: Question): unknown =>
  answers[question.form](model, inputsOf(model, question.cuts), question);

/**
 * The questions behind a derivative. A Hessian times a vector is computed in two ways. A graph is cut at one value at a
 * time, for a cut at a later value would keep an earlier one from mattering.
 */
export function questionsOf({ kind, of, wrt, tangents, intermediate }: Derivative): readonly Question[] {
  const question = { of, wrt, tangents: Object.keys(tangents), cuts: [] };
  if (intermediate) return wrt.map((name) => ({ ...question, form: kind, wrt: [name], cuts: [name] }));
  if (kind !== "hvp") return [{ ...question, form: kind }];
  return [
    { ...question, form: "hvp" },
    { ...question, form: "gradOfJvp" },
  ];
}
