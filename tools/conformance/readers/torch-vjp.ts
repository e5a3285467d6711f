/** Files of schema `torch-vjp/2`: one op per case, its outputs a list in the order of the graph's. */
import type { Case, FixtureSet, Tensors } from "../case.js";
import { derivativesOf, graphOf } from "./graph.js";
import { asList, asObject, asTensor, asTensors, asText, type Json } from "./json.js";

/** Against the norm of what is expected; an independent evaluation stays under 2e-15. */
const tolerance = { measure: "norm", limit: 1e-12 } as const;

function namedOutputs(outputs: unknown, names: readonly string[], path: string): Tensors {
  const tensors = asList(outputs, path);
  return Object.fromEntries(names.map((name, i) => [name, asTensor(tensors[i], `${path}.${i}`)]));
}

function caseOf(value: unknown, path: string): Case {
  const json = asObject(value, path);
  const id = asText(json.id, `${path}.id`);
  const graph = graphOf(json, `${id}.graph`);
  return {
    id,
    graph,
    inputs: { ...asTensors(json.constants, `${id}.constants`), ...asTensors(json.inputs, `${id}.inputs`) },
    outputs: typeof graph === "string" ? {} : namedOutputs(json.outputs, graph.outputs, `${id}.outputs`),
    derivatives: derivativesOf(json, `${id}.derivatives`),
    tolerance,
  };
}

export const readTorchVjps = (name: string, file: Json): FixtureSet => ({
  name,
  cases: asList(file.cases, name).map((item, i) => caseOf(item, `${name}.${i}`)),
  narrow: true,
});
