/** Files of schemas `onnx-node/1` (one node a case) and `onnx-model/1` (a model with its data sets). */
import { type OnnxModel, type OnnxNode, type OnnxTensor, type OnnxTensors, onnxDTypes } from "../onnx/model.js";
import { asList, asObject, asTensor, asText, asTexts, FixtureError, type Json } from "./json.js";

const isKnownDType = (dtype: string): dtype is OnnxTensor["dtype"] => Object.hasOwn(onnxDTypes, dtype);

function tensorOf(value: unknown, path: string): OnnxTensor {
  const dtype = asText(asObject(value, path).dtype, `${path}.dtype`);
  if (!isKnownDType(dtype)) throw new FixtureError(`${path}: dtype ${dtype}`);
  const { shape, data } = asTensor(value, path);
  return { dtype, shape, data: data.map((item) => item ?? Number.NaN) };
}

const tensorsOf = (value: unknown, path: string): OnnxTensors =>
  Object.fromEntries(
    Object.entries(asObject(value ?? {}, path)).map(([name, item]) => [name, tensorOf(item, `${path}.${name}`)]),
  );

function nodeOf(value: unknown, path: string): OnnxNode {
  const { op, domain, inputs, outputs, attrs } = asObject(value, path);
  return {
    op: asText(op, `${path}.op`),
    domain: domain === undefined ? "" : asText(domain, `${path}.domain`),
    inputs: asTexts(inputs, `${path}.inputs`),
    outputs: asTexts(outputs, `${path}.outputs`),
    attrs: asObject(attrs ?? {}, `${path}.attrs`),
  };
}

function caseOf(value: unknown, path: string): OnnxModel {
  const json = asObject(value, path);
  const id = asText(json.name, `${path}.name`);
  const node = nodeOf({ ...json, inputs: json.inputOrder, outputs: json.outputOrder }, id);
  const dataSet = { inputs: tensorsOf(json.inputs, `${id}.inputs`), outputs: tensorsOf(json.outputs, `${id}.outputs`) };
  return { id, nodes: [node], initializers: {}, dataSets: [dataSet] };
}

export const readOnnxNodes = (name: string, file: Json): readonly OnnxModel[] =>
  asList(file.cases, name).map((item, i) => caseOf(item, `${name}.${i}`));

function inOrder(names: readonly string[], value: unknown, path: string): OnnxTensors {
  const tensors = asList(value, path);
  return Object.fromEntries(names.map((name, k) => [name, tensorOf(tensors[k], `${path}.${name}`)]));
}

export function readOnnxModel(name: string, file: Json): readonly OnnxModel[] {
  const initializers = tensorsOf(file.initializers, `${name}.initializers`);
  const [inputs, outputs] = [asTexts(file.graphInputs, `${name}.graphInputs`), asTexts(file.graphOutputs, name)];
  const dataSets = asList(file.dataSets, `${name}.dataSets`).map((value, i) => {
    const path = `${name}.dataSets.${i}`;
    const set = asObject(value, path);
    const given = asList(set.inputs, path).length;
    // A graph may list its initializers among its inputs; values come for the others, or for the first ones.
    const fed = given === inputs.length ? inputs : inputs.filter((input) => !Object.hasOwn(initializers, input));
    return { inputs: inOrder(fed, set.inputs, path), outputs: inOrder(outputs, set.outputs, path) };
  });
  const nodes = asList(file.nodes, `${name}.nodes`).map((node, i) => nodeOf(node, `${name}.nodes.${i}`));
  return [{ id: typeof file.name === "string" ? file.name : name, nodes, initializers, dataSets }];
}
