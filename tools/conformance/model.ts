/**
 * A fixture's graph as functions of the DSL: its values, and the derivatives that are asked of it.
 *
 * Invariant: a function depends on the graph and on what is asked alone, never on the point, so one function serves all
 * points; equal questions give equal keys.
 */
import { type AnyTensor, bool, f64, i32, reshape, type Shape, type Tensor } from "@tapeless/types";
import type { Derivative, Graph, GraphInput } from "./case.js";
import { type Dynamic, dynamic, type Values } from "./dynamic.js";
import { Call, Unsupported, vocabulary } from "./vocabulary/index.js";

const declareOf = { f64, i32, bool } as const;

const declare = ({ shape, dtype }: GraphInput): AnyTensor => declareOf[dtype](shape);

const declared = (inputs: readonly GraphInput[]): Values =>
  Object.fromEntries(inputs.map((input) => [input.name, declare(input)]));

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
function evaluate(graph: Graph, given: Values): Values {
  const values: Record<string, AnyTensor> = { ...given };
  const read = (input: string | number) => (typeof input === "number" ? input : valueNamed(values, input));
  for (const eqn of graph.eqns) {
    const build = vocabulary[eqn.op];
    if (build === undefined) throw new Unsupported(`no op ${eqn.op}`);
    const result = build(new Call(eqn, eqn.inputs.map(read)));
    const results: readonly AnyTensor[] = Array.isArray(result) ? result : [result];
    eqn.outputs.forEach((name, k) => {
      const value = results[k];
      if (value === undefined) throw new Error(`${eqn.op} gives no result ${k}`);
      values[name] ??= value;
    });
  }
  return values;
}

/** A function from inputs to the named values. */
const valuesFn = (graph: Graph, inputs: Values, names: readonly string[]): Dynamic<Values, Values> =>
  dynamic.fn(inputs, (given) => {
    const values = evaluate(graph, given);
    return Object.fromEntries(names.map((name) => [name, valueNamed(values, name)]));
  });

/** A function from inputs to the one value that is differentiated. */
function valueFn(graph: Graph, inputs: Values, [of, ...more]: readonly string[]): Dynamic<Values, AnyTensor> {
  if (of === undefined || more.length > 0) throw new Unsupported("this derivative of several results");
  return dynamic.fn(inputs, (given) => valueNamed(evaluate(graph, given), of));
}

/** The inputs of a graph, and as further inputs the values at which it is cut. */
function inputsOf(graph: Graph, cuts: readonly string[]): Values {
  const inputs = declared(graph.inputs);
  if (cuts.length === 0) return inputs;
  const { output } = valuesFn(graph, inputs, cuts);
  return { ...inputs, ...Object.fromEntries(Object.entries(output).map(([name, { shape }]) => [name, f64(shape)])) };
}

const elements = (shape: Shape): number =>
  shape.reduce<number>((count, size) => {
    if (typeof size !== "number") throw new Error(`size ${size} is not known`);
    return count * size;
  }, 1);

const flat = (x: AnyTensor): AnyTensor => reshape(x as Tensor<Shape, "f64">, [-1]); // what is differentiated is f64

/** Rows of the Jacobian: the vector-Jacobian products with every unit vector, all at once. */
function jacobianFn(graph: Graph, inputs: Values, { of, wrt }: Question): unknown {
  const f = valueFn(graph, inputs, of);
  const rows = dynamic.vjp(
    dynamic.fn(inputs, (given) => flat(f(given))),
    wrt,
  );
  return dynamic.vmap(rows, elements(f.output.shape), { input: null });
}

/** Forward over reverse: how the gradient changes along the tangents. */
const hvpFn = (graph: Graph, inputs: Values, { of, tangents }: Question): unknown =>
  dynamic.jvp(dynamic.grad(valueFn(graph, inputs, of), tangents), tangents);

/** What the tangent of an input is called where both are inputs of one function. */
export const tangentName = (name: string): string => `${name}_tangent`;

/** Reverse over forward: the gradient of the derivative along the tangents. */
function gradOfJvpFn(graph: Graph, inputs: Values, { of, wrt, tangents }: Question): unknown {
  const along = dynamic.jvp(valueFn(graph, inputs, of), tangents);
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

type Answer = (graph: Graph, inputs: Values, question: Question) => unknown;

const answers: Readonly<Record<Form, Answer>> = {
  value: (graph, inputs, { of }) => valuesFn(graph, inputs, of),
  grad: (graph, inputs, { of, wrt }) => dynamic.grad(valueFn(graph, inputs, of), wrt),
  vjp: (graph, inputs, { of, wrt }) => dynamic.vjp(valuesFn(graph, inputs, of), wrt),
  jvp: (graph, inputs, { of, tangents }) => dynamic.jvp(valuesFn(graph, inputs, of), tangents),
  jacobian: jacobianFn,
  hvp: hvpFn,
  gradOfJvp: gradOfJvpFn,
};

/** The function that answers a question. */
export const answer = (graph: Graph, question: Question): unknown =>
  answers[question.form](graph, inputsOf(graph, question.cuts), question);

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
