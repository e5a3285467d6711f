/** Files of schema `oracle-case/2`: cases with named outputs, from notes whose numbers were computed again. */
import type { Case, FixtureSet } from "../case.js";
import { derivativesOf, graphOf } from "./graph.js";
import { asList, asNumber, asObject, asTensors, asText, type Json } from "./json.js";

/** Of cases that state none; an independent evaluation in another order stays under 3e-15. */
const usual = 1e-13;

function caseOf(value: unknown, tolerances: Json, path: string): Case {
  const json = asObject(value, path);
  const id = asText(json.id, `${path}.id`);
  return {
    id,
    graph: graphOf(json, `${id}.graph`),
    inputs: asTensors(json.inputs, `${id}.inputs`),
    outputs: asTensors(json.outputs, `${id}.outputs`),
    derivatives: derivativesOf(json, `${id}.derivatives`),
    tolerance: {
      measure: "deviation",
      limit: tolerances[id] === undefined ? usual : asNumber(tolerances[id], `${id}.tolerance`),
    },
  };
}

export const readOracleCases = (name: string, file: Json, tolerances: Json): FixtureSet => ({
  name,
  cases: asList(file.cases, name).map((item, i) => caseOf(item, tolerances, `${name}.${i}`)),
  narrow: true,
});
