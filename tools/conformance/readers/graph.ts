/** `graph` and `derivatives`: the part of a case that several schemas have in common. */
import { type Derivative, derivativeKinds, type Graph, type GraphEqn, type GraphInput } from "../case.js";
import { asList, asNumber, asObject, asTensors, asText, asTexts, FixtureError, type Json, oneOrMore } from "./json.js";

function inputOf(value: unknown, path: string): GraphInput {
  const { name, shape, dtype } = asObject(value, path);
  if (dtype !== "f64" && dtype !== "i32" && dtype !== "bool") throw new FixtureError(`${path}: dtype ${String(dtype)}`);
  return { name: asText(name, path), shape: asList(shape, path).map((size) => asNumber(size, path)), dtype };
}

function eqnOf(value: unknown, path: string): GraphEqn {
  const { op, inputs, attrs, outputs } = asObject(value, path);
  return {
    op: asText(op, path),
    inputs: asList(inputs, path).map((input) => (typeof input === "string" ? input : asNumber(input, path))),
    attrs: asObject(attrs, path),
    outputs: asTexts(outputs, path),
  };
}

/** The graph of a case, or why it has none. */
export function graphOf({ graph, graphNullReason }: Json, path: string): Graph | string {
  if (graph === null && typeof graphNullReason === "string") return `no graph: ${graphNullReason}`;
  const { inputs, eqns, outputs } = asObject(graph, path);
  return {
    inputs: asList(inputs, `${path}.inputs`).map((input, i) => inputOf(input, `${path}.inputs.${i}`)),
    eqns: asList(eqns, `${path}.eqns`).map((eqn, i) => eqnOf(eqn, `${path}.eqns.${i}`)),
    outputs: asTexts(outputs, `${path}.outputs`),
  };
}

function derivativeOf(value: unknown, path: string): Derivative {
  const entry = asObject(value, path);
  const kind = derivativeKinds.find((known) => known === entry.kind);
  if (kind === undefined) throw new FixtureError(`${path}: kind ${String(entry.kind)}`);
  return {
    kind,
    of: oneOrMore(entry.of, `${path}.of`),
    wrt: asTexts(entry.wrt, `${path}.wrt`),
    expected: asTensors(entry.expected, `${path}.expected`),
    cotangents: asTensors(entry.cotangents, `${path}.cotangents`),
    tangents: asTensors(entry.tangents, `${path}.tangents`),
    ...(entry.at === undefined ? {} : { at: asTensors(entry.at, `${path}.at`) }),
    outputs: asTensors(entry.outputs, `${path}.outputs`),
    intermediate: entry.intermediate === true,
    ...(entry.convention === undefined ? {} : { convention: asText(entry.convention, path) }),
    mustNotMatch: entry.mustNotMatch === true,
  };
}

export const derivativesOf = ({ derivatives }: Json, path: string): readonly Derivative[] =>
  asList(derivatives ?? [], path).map((entry, i) => derivativeOf(entry, `${path}.${i}`));
