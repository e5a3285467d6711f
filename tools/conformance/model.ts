/**
 * A fixture's graph as functions of the DSL: its values, and the derivatives that are asked of it.
 *
 * Invariant: a function depends on the graph and on what is asked alone, never on the point, so one function serves all
 * points; equal questions give equal keys.
 */
import {
  type AnyTensor,
  bool,
  f64,
  fn,
  grad,
  i32,
  jvp,
  reshape,
  type Shape,
  type Tensor,
  vjp,
  vmap,
} from "@tapeless/types";
import type { Derivative, Graph, GraphInput } from "./case.js";
import { Call, Unsupported, vocabulary } from "./vocabulary/index.js";

/** Values of a graph by name. */
export type Values = Record<string, AnyTensor>;

type Float = Tensor<Shape, "f64">;

const declareOf = { f64, i32, bool } as const;

const declare = ({ shape, dtype }: GraphInput): AnyTensor => declareOf[dtype](shape);

const declared = (inputs: readonly GraphInput[]): Values =>
  Object.fromEntries(inputs.map((input) => [input.name, declare(input)]));

/** Ops of a graph that the DSL does not have. */
export const missingOps = (graph: Graph): readonly string[] => [
  ...new Set(graph.eqns.map(({ op }) => op).filter((op) => !Object.hasOwn(vocabulary, op))),
];

/** Runs the equations on tensors of the running trace. A value that is given already is not computed: a cut. */
function evaluate(graph: Graph, given: Readonly<Values>): Values {
  const values = { ...given };
  const read = (input: string | number): AnyTensor | number => {
    const value = typeof input === "number" ? input : values[input];
    if (value === undefined) throw new Error(`the graph has no value ${input}`);
    return value;
  };
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

const picked = (values: Readonly<Values>, names: readonly string[]): Values =>
  Object.fromEntries(
    names.map((name) => {
      const value = values[name];
      if (value === undefined) throw new Error(`the graph has no value ${name}`);
      return [name, value];
    }),
  );

/** A function from inputs to the named values. */
const valuesFn = (graph: Graph, inputs: Values, names: readonly string[]) =>
  fn(inputs, (given) => picked(evaluate(graph, given), names));

/** All named values of a graph, those inside it as well. */
export const forward = (graph: Graph, names: readonly string[]) => valuesFn(graph, declared(graph.inputs), names);

/** The inputs of a graph that is cut at some of its values. */
const inputsOf = (graph: Graph, cuts: readonly string[]): Values =>
  cuts.length === 0
    ? declared(graph.inputs)
    : { ...declared(graph.inputs), ...declaredLike(forward(graph, cuts).output) };

const declaredLike = (outputs: Readonly<Values>): Values =>
  Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, f64(shape)]));

const asFloat = (value: AnyTensor | undefined): Float => {
  if (value?.dtype === "f64") return value as Float; // the dtype has been looked at
  throw new Error("the value that is differentiated is no f64");
};

/** The one value that is differentiated. */
const singleFn = (graph: Graph, inputs: Values, [of, ...more]: readonly string[]) => {
  if (of === undefined || more.length > 0) throw new Unsupported("this derivative of several results");
  return fn(inputs, (given) => asFloat(evaluate(graph, given)[of]));
};

const elements = (shape: Shape): number =>
  shape.reduce<number>((count, size) => {
    if (typeof size !== "number") throw new Error(`size ${size} is not known`);
    return count * size;
  }, 1);

/** Rows of the Jacobian: the vector-Jacobian products with every unit vector, all at once. */
function jacobianFn(graph: Graph, inputs: Values, { of, wrt }: Question) {
  const f = singleFn(graph, inputs, of);
  const flat = fn(inputs, (given) => reshape(f(given), [-1]));
  return vmap(vjp(flat, wrt), elements(f.output.shape), { input: null });
}

/** Forward over reverse: how the gradient changes along the tangents. */
function hvpFn(graph: Graph, inputs: Values, { of, tangents }: Question) {
  const f = singleFn(graph, inputs, of);
  return jvp(grad(f, tangents), tangents);
}

/** Reverse over forward: the gradient of the derivative along the tangents. */
function gradOfJvpFn(graph: Graph, inputs: Values, { of, wrt, tangents }: Question) {
  const along = jvp(singleFn(graph, inputs, of), tangents);
  const slope = fn({ ...along.input.input, ...prefixed(along.input.tangent) }, (given) => {
    const tangent = Object.fromEntries(tangents.map((name) => [name, asFloat(given[tangentName(name)])]));
    return along({ input: given, tangent }).tangent;
  });
  return grad(slope, wrt);
}

/** What the tangent of an input is called where both are inputs of one function. */
export const tangentName = (name: string): string => `${name}_tangent`;

const prefixed = (tangents: Readonly<Values>): Values =>
  Object.fromEntries(Object.entries(tangents).map(([name, value]) => [tangentName(name), value]));

/** What is asked of a graph, apart from the point. */
export interface Question {
  readonly form: Form;
  readonly of: readonly string[];
  readonly wrt: readonly string[];
  readonly tangents: readonly string[];
  /** Values inside the graph that are inputs here. */
  readonly cuts: readonly string[];
}

const forms = {
  value: (graph: Graph, _inputs: Values, { of }: Question) => forward(graph, of),
  grad: (graph: Graph, inputs: Values, { of, wrt }: Question) => grad(singleFn(graph, inputs, of), wrt),
  vjp: (graph: Graph, inputs: Values, { of, wrt }: Question) => vjp(valuesFn(graph, inputs, of), wrt),
  jvp: (graph: Graph, inputs: Values, { of, tangents }: Question) => jvp(valuesFn(graph, inputs, of), tangents),
  jacobian: jacobianFn,
  hvp: hvpFn,
  gradOfJvp: gradOfJvpFn,
} as const;

export type Form = keyof typeof forms;

/** The function that answers a question. */
export const answer = (graph: Graph, question: Question): unknown =>
  forms[question.form](graph, inputsOf(graph, question.cuts), question);

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
