/** Files of schema `torch-program/2`: whole programs with one scalar output, its gradient, and its Hessian times a vector. */
import type { Case, Derivative, FixtureSet } from "../case.js";
import { derivativesOf, graphOf } from "./graph.js";
import { asList, asObject, asTensor, asTensors, asText, type Json } from "./json.js";

const tolerance = { measure: "deviation", limit: 1e-12 } as const;
/** Of a Hessian times a vector. */
const secondLimit = 1e-11;

const entry = { cotangents: {}, tangents: {}, outputs: {}, intermediate: false, mustNotMatch: false } as const;

/** What the fields of the case say, for files that do not say it in `derivatives` as well. */
function ownDerivatives(json: Json, of: readonly string[], path: string): readonly Derivative[] {
  const [gradient, tangents, hvp] = (["gradient", "hvpDirection", "hvp"] as const).map((field) =>
    asTensors(json[field] ?? undefined, `${path}.${field}`),
  );
  const wrtOf = (expected: object | undefined): readonly string[] => Object.keys(expected ?? {});
  const first: Derivative = { ...entry, kind: "grad", of, wrt: wrtOf(gradient), expected: gradient ?? {} };
  const second: Derivative = {
    ...entry,
    kind: "hvp",
    of,
    wrt: wrtOf(hvp),
    expected: hvp ?? {},
    tangents: tangents ?? {},
  };
  return [first, second].filter(({ wrt }) => wrt.length > 0);
}

function caseOf(value: unknown, path: string): Case {
  const json = asObject(value, path);
  const id = asText(json.id, `${path}.id`);
  const graph = graphOf(json, `${id}.graph`);
  const outputs = typeof graph === "string" ? [] : graph.outputs;
  const stated = derivativesOf(json, `${id}.derivatives`);
  const own = ownDerivatives(json, outputs, id).filter(({ kind }) => !stated.some((each) => each.kind === kind));
  const [name] = outputs;
  return {
    id,
    graph,
    inputs: { ...asTensors(json.constants, `${id}.constants`), ...asTensors(json.inputs, `${id}.inputs`) },
    outputs: name === undefined || json.output === undefined ? {} : { [name]: asTensor(json.output, `${id}.output`) },
    derivatives: [...stated, ...own].map((each) => (each.kind === "hvp" ? { ...each, limit: secondLimit } : each)),
    tolerance,
  };
}

export const readTorchPrograms = (name: string, file: Json): FixtureSet => ({
  name,
  cases: asList(file.cases, name).map((item, i) => caseOf(item, `${name}.${i}`)),
  narrow: true,
});
