/**
 * A case in f32 (property P19): its graph with f32 inputs, at the stored point rounded to f32, against its own run in f64
 * at the same point.
 *
 * Invariant: the bound is n·2^-24 of the largest element (1 at least), where n counts what may be rounded on the way: the
 * elements that go in, and a few roundings for each equation.
 */
import type { Case, FixtureTensor, Graph, Tensors } from "./case.js";
import { type Check, checksOf, isConventionCheck, type Want } from "./checks.js";
import { callCheck, obstacleOf, opsOf, part, questionsFor } from "./graph-plan.js";
import { gapOf, numbersOf, worstGap } from "./measure.js";
import { answer, type FloatDType, type Question } from "./model.js";
import { type CheckReport, caseReport, checked, type FunctionOf, judged, type Plan, skippedCase } from "./plan.js";

const roundoff = 2 ** -24;
const perEquation = 4;

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** How often a number may have been rounded. */
const roundings = ({ inputs, eqns }: Graph): number =>
  inputs.reduce((sum, { shape }) => sum + count(shape), 0) + perEquation * (1 + eqns.length);

const rounded = ({ shape, data }: FixtureTensor): FixtureTensor => ({
  shape,
  data: data.map((item) => (item === null ? null : Math.fround(item))),
});

const roundedAll = (tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, rounded(tensor)]));

const narrowed = (check: Check): Check => ({
  ...check,
  point: roundedAll(check.point),
  cotangents: roundedAll(check.cotangents),
  tangents: roundedAll(check.tangents),
});

const keyOf = (floats: FloatDType, question: Question): string => `${floats} ${JSON.stringify(question)}`;

/** Second derivatives are left to f64. */
const isFirstOrder = ({ question }: Check): boolean => question.form !== "hvp" && question.form !== "gradOfJvp";

function compare(check: Check, graph: Graph, functionOf: FunctionOf): CheckReport {
  const run = (floats: FloatDType) =>
    callCheck(check, graph, (question) => functionOf(keyOf(floats, question)), floats);
  const [narrow, wide] = [run("f32"), run("f64")];
  const gaps = (side: "value" | "derivative", wants: readonly Want[]) =>
    wants.map(({ name, tensor }) => {
      const data = numbersOf(part(wide[side], name)) ?? [];
      return gapOf("largest", name, part(narrow[side], name), { shape: tensor.shape, data });
    });
  const gap = worstGap([...gaps("value", check.values), ...gaps("derivative", check.derivatives)]);
  return judged(check.about, check.label, gap, roundings(graph) * roundoff);
}

/** The f32 run of a case. */
export function narrowPlanOf(set: string, given: Case): Plan {
  const about = { set, id: given.id, ops: opsOf(given) };
  const obstacle = obstacleOf(given);
  if (typeof given.graph === "string" || obstacle !== undefined)
    return { functions: new Map(), report: () => skippedCase(about, obstacle ?? "") };
  const { graph } = given;
  const checks = checksOf(given, graph)
    .flatMap((check) => (isConventionCheck(check) ? check.checks : [check]))
    .filter((check) => !check.mustNotMatch && isFirstOrder(check))
    .map(narrowed);
  const functions = new Map<string, () => unknown>();
  for (const check of checks)
    for (const question of questionsFor(check))
      for (const floats of ["f32", "f64"] as const)
        functions.set(keyOf(floats, question), () => answer({ graph, floats }, question));
  const report = (functionOf: FunctionOf) =>
    checks.map((check) => checked(check.about, check.label, () => compare(check, graph, functionOf)));
  return { functions, report: (functionOf) => caseReport(about, report(functionOf)) };
}
