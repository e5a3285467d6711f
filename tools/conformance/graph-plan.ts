/** A case with a graph as a plan: the functions behind its checks, and what their results say. */
import type { Case, Graph } from "./case.js";
import {
  type Check,
  callInput,
  checksOf,
  cutQuestion,
  inputsAt,
  isConventionCheck,
  resultParts,
  type Want,
} from "./checks.js";
import { conventionFunctions, runConvention } from "./conventions.js";
import { type Gap, gapOf, type MeasureName, worstGap } from "./measure.js";
import { answer, type FloatDType, missingOps, type Question } from "./model.js";
import { type CheckReport, caseReport, checked, type FunctionOf, judged, type Plan, skippedCase } from "./plan.js";

/** A right implementation differs from a wrong formula by more than this. */
const wrongBy = 1e-4;

const keyOf = (question: Question): string => JSON.stringify(question);

/** Why a case cannot be run, if it cannot. */
export function obstacleOf({ graph }: Case): string | undefined {
  if (typeof graph === "string") return graph;
  const missing = missingOps(graph);
  return missing.length > 0 ? `no op ${missing.join(", ")}` : undefined;
}

export const opsOf = ({ graph }: Case): readonly string[] =>
  typeof graph === "string" ? [] : [...new Set(graph.eqns.map(({ op }) => op))];

/** Everything that is asked for a check, the values at its cuts included. */
export const questionsFor = (check: Check): readonly Question[] =>
  check.question.cuts.length > 0 ? [check.question, cutQuestion(check.question)] : [check.question];

/** What a generated function gave, or one of the results in it; results are objects by name. */
export const part = (result: unknown, key: string | undefined): unknown =>
  key === undefined || key === "" ? result : (result as Readonly<Record<string, unknown>>)[key];

/** What the function of a check gives at its point. */
export function callCheck(
  check: Check,
  graph: Graph,
  functionOf: (question: Question) => (input: unknown) => unknown,
  floats: FloatDType = "f64",
) {
  const given = inputsAt(graph, check.point, floats);
  const { question } = check;
  const cut = question.cuts.length > 0 ? functionOf(cutQuestion(question))(given) : {};
  const input = { ...given, ...(cut as Readonly<Record<string, unknown>>) }; // an object by name
  const result = functionOf(question)(callInput(check, input, floats));
  const { value, derivative } = resultParts[question.form];
  return { value: part(result, value), derivative: part(result, derivative) };
}

const gapsOf = (measure: MeasureName, result: unknown, wants: readonly Want[]): Gap =>
  worstGap(wants.map(({ name, tensor }) => gapOf(measure, name, part(result, name), tensor)));

function runCheck(given: Case, check: Check, graph: Graph, functionOf: FunctionOf): CheckReport {
  const { value, derivative } = callCheck(check, graph, (question) => functionOf(keyOf(question)));
  const { measure, limit } = given.tolerance;
  const values = gapsOf(measure, value, check.values);
  if (!check.mustNotMatch) {
    const gap = worstGap([values, gapsOf(measure, derivative, check.derivatives)]);
    return judged(check.about, check.label, gap, check.limit ?? limit);
  }
  const report = judged("derivatives", check.label, values, limit);
  const difference = gapsOf("deviation", derivative, check.derivatives).error;
  return difference > wrongBy ? report : { ...report, outcome: "failed", message: "matches a wrong formula" };
}

export function planOfCase(set: string, given: Case): Plan {
  const about = { set, id: given.id, ops: opsOf(given) };
  const obstacle = obstacleOf(given);
  if (typeof given.graph === "string" || obstacle !== undefined)
    return { functions: new Map(), report: () => skippedCase(about, obstacle ?? "") };
  const { graph } = given;
  const checks = checksOf(given, graph);
  const functions = new Map<string, () => unknown>();
  for (const check of checks) {
    if (isConventionCheck(check)) for (const [key, make] of conventionFunctions(check, graph)) functions.set(key, make);
    else
      for (const question of questionsFor(check))
        functions.set(keyOf(question), () => answer({ graph, floats: "f64" }, question));
  }
  const run = (functionOf: FunctionOf) => (check: (typeof checks)[number]) =>
    isConventionCheck(check)
      ? checked("convention", check.label, () => runConvention(given, check, graph, functionOf))
      : checked(check.about, check.label, () => runCheck(given, check, graph, functionOf));
  return { functions, report: (functionOf) => caseReport(about, checks.map(run(functionOf))) };
}
