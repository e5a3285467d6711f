/** Files of schema `oracle-case/2`: cases with named outputs, from notes whose numbers were computed again. */
import type { Case, FixtureSet } from "../case.js";
import { derivativesOf, graphOf } from "./graph.js";
import { asList, asObject, asTensors, asText, type Json } from "./json.js";

/** An independent evaluation in another order stays under 3e-15. */
const usual = 1e-13;

/**
 * What the schema states for single cases: an ill-conditioned product, and a difference quotient, which loses digits to
 * cancellation.
 */
const stated: Readonly<Record<string, number>> = { "002.linear_square": 1e-11, "002.dot_fd": 1e-9 };

function caseOf(value: unknown, path: string): Case {
  const json = asObject(value, path);
  const id = asText(json["id"], `${path}.id`);
  return {
    id,
    graph: graphOf(json, `${id}.graph`),
    inputs: asTensors(json["inputs"], `${id}.inputs`),
    outputs: asTensors(json["outputs"], `${id}.outputs`),
    derivatives: derivativesOf(json, `${id}.derivatives`),
    tolerance: stated[id] ?? usual,
  };
}

export const readOracleCases = (name: string, file: Json): FixtureSet => ({
  name,
  cases: asList(file["cases"], name).map((item, i) => caseOf(item, `${name}.${i}`)),
});
