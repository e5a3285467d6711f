/**
 * An ONNX model as a plan: one function from its inputs to its outputs.
 *
 * Invariant: an operator means what its ONNX documentation says, defaults included; nothing knows a test by its name.
 */
import { type AnyTensor, bool, f32, f64, i32, sum } from "@tapeless/types";
import { type Dynamic, dynamic, type Values } from "../dynamic.js";
import { type Gap, gapOf, onnxTolerance, worstGap } from "../measure.js";
import { caseReport, checked, type FunctionOf, judged, type Plan, skippedCase } from "../plan.js";
import { type Float, NodeCall, type OnnxValue, Unsupported } from "./call.js";
import { onnxVocabulary } from "./index.js";
import { type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxTensors, onnxDTypes } from "./model.js";

const declareOf = { f32, f64, i32, bool } as const;

const declare = ({ dtype, shape }: OnnxTensor): AnyTensor => declareOf[onnxDTypes[dtype]](shape);

const declaredAll = (tensors: OnnxTensors): Values =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, declare(tensor)]));

type Env = Readonly<Record<string, OnnxValue>>;

function read(env: Env, name: string): OnnxValue {
  const value = env[name];
  if (value === undefined) throw new Error(`the model has no value ${name}`);
  return value;
}

/** The numbers of some values, where they are part of the model. */
const withKnown = (tensors: Values, known: OnnxTensors): Env =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => {
      const numbers = known[name];
      return [name, numbers === undefined ? { tensor } : { tensor, known: numbers }];
    }),
  );

/**
 * ∂Σy/∂xs: the nodes before this one as a function of the xs, at the values that are handed in. Further inputs are values
 * that the xs depend on not.
 */
function gradientOf(node: OnnxNode, before: readonly OnnxNode[], env: Env): readonly AnyTensor[] {
  const { xs, zs, y } = node.attrs;
  const names = [xs, zs].flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
  const wrt = Array.isArray(xs) ? xs.map(String) : [];
  const given = Object.fromEntries(names.map((name, k) => [name, read(env, node.inputs[k] ?? "").tensor]));
  const produced = new Set(before.flatMap(({ outputs }) => outputs));
  const fixed = Object.fromEntries(Object.entries(env).filter(([name]) => !produced.has(name)));
  const loss: Dynamic<Values, AnyTensor> = dynamic.fn(
    Object.fromEntries(Object.entries(given).map(([name, { shape, dtype }]) => [name, declareOf[dtype](shape)])),
    (inputs) => {
      const inside = withKnown(inputs, {});
      const result = read(evaluate(before, { ...fixed, ...inside }, new Set(names)), String(y)).tensor;
      return sum(result as Float); // what is differentiated is a float
    },
  );
  const gradients = dynamic.grad(loss, wrt)(given);
  return wrt.map((name) => gradients[name] as AnyTensor); // grad gives one for each
}

/** Runs nodes; values in `fixed` are not replaced. */
function evaluate(nodes: readonly OnnxNode[], given: Env, fixed: ReadonlySet<string> = new Set()): Env {
  const env: Record<string, OnnxValue> = { ...given };
  nodes.forEach((node, at) => {
    const inputs = node.inputs.map((name) => (name === "" ? undefined : read(env, name)));
    const results = resultsOf(node, inputs, nodes.slice(0, at), env);
    node.outputs.forEach((name, k) => {
      const tensor = results[k];
      if (name === "" || fixed.has(name)) return;
      if (tensor === undefined) throw new Unsupported(`${node.op}: output ${k}`);
      env[name] = { tensor };
    });
  });
  return env;
}

function resultsOf(
  node: OnnxNode,
  inputs: readonly (OnnxValue | undefined)[],
  before: readonly OnnxNode[],
  env: Env,
): readonly AnyTensor[] {
  if (node.op === "Gradient") return gradientOf(node, before, env);
  const build = Object.hasOwn(onnxVocabulary, node.op) ? onnxVocabulary[node.op] : undefined;
  if (build === undefined) throw new Unsupported(`no op ${node.op}`);
  const result = build(new NodeCall(node, inputs));
  return Array.isArray(result) ? result : [result as AnyTensor]; // a list, or one
}

const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array, bool: Uint8Array } as const;

const argument = ({ dtype, shape, data }: OnnxTensor): unknown =>
  shape.length === 0 ? data[0] : arrays[onnxDTypes[dtype]].from(data);

const argumentsOf = (tensors: OnnxTensors): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, argument(tensor)]));

const missing = ({ nodes }: OnnxModel): readonly string[] => [
  ...new Set(nodes.map(({ op }) => op).filter((op) => op !== "Gradient" && !Object.hasOwn(onnxVocabulary, op))),
];

/** Integers of a node's test are part of it: shapes, axes, counts. A model's own inputs are not. */
const knownOf = ({ nodes, initializers }: OnnxModel, inputs: OnnxTensors): OnnxTensors =>
  nodes.length === 1 ? { ...initializers, ...inputs } : initializers;

export function planOfOnnx(set: string, model: OnnxModel): Plan {
  const { id, nodes, initializers, dataSets } = model;
  const about = { set, id, ops: [...new Set(nodes.map(({ op }) => op))] };
  const absent = missing(model);
  if (absent.length > 0)
    return { functions: new Map(), report: () => skippedCase(about, `no op ${absent.join(", ")}`) };
  const functions = new Map(
    dataSets.map(({ inputs, outputs }, k) => {
      const make = () =>
        dynamic.fn(declaredAll({ ...initializers, ...inputs }), (given) => {
          const env = evaluate(nodes, withKnown(given, knownOf(model, inputs)));
          return Object.fromEntries(Object.keys(outputs).map((name) => [name, read(env, name).tensor]));
        });
      return [String(k), make] as const;
    }),
  );
  const run = (k: number, functionOf: FunctionOf) => {
    const { inputs = {}, outputs = {} } = dataSets[k] ?? {};
    const result = functionOf(String(k))(argumentsOf({ ...initializers, ...inputs }));
    const named = result as Readonly<Record<string, unknown>>; // results are an object by name
    const gaps = Object.entries(outputs).map(
      ([name, want]): Gap => gapOf(onnxTolerance.measure, name, named[name], want),
    );
    return judged("values", `data set ${k}`, worstGap(gaps), onnxTolerance.limit);
  };
  return {
    functions,
    report: (functionOf) =>
      caseReport(
        about,
        dataSets.map((_, k) => checked("values", `data set ${k}`, () => run(k, functionOf))),
      ),
  };
}
