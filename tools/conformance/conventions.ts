/**
 * Derivatives at kinks and ties under a choice that is not ours. Each op that the choice concerns is replaced by a product
 * with a mask, and the mask is computed here from the values; so the derivative under either choice is known without
 * asking the op for it: under theirs it must be what is stored, and ours must be what the op itself gives.
 *
 * Invariant: a mask follows from the operand's numbers and the definition of the choice alone.
 */
import type { Case, FixtureTensor, Graph, GraphEqn, Tensors } from "./case.js";
import { type Check, type ConventionCheck, callInput, inputsAt, resultParts } from "./checks.js";
import { type Convention, ourChoice } from "./convention-names.js";
import { type Gap, gapOf, numbersOf, worstGap } from "./measure.js";
import { answer, type Question, shapesOf } from "./model.js";
import { type CheckReport, type FunctionOf, judged } from "./plan.js";
import { Unsupported } from "./vocabulary/call.js";

/** Weights of the elements of an operand: which of them the result is made of. */
type Weights = (x: FixtureTensor, eqn: GraphEqn) => readonly number[];

/** For each element the number of the group that is reduced together with it. */
function groupsOf(shape: readonly number[], axes: readonly number[]): readonly number[] {
  const reduced = new Set(axes.map((axis) => (axis + shape.length) % Math.max(1, shape.length)));
  const count = shape.reduce((product, size) => product * size, 1);
  return Array.from({ length: count }, (_, flat) => {
    let [rest, group, scale] = [flat, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      if (!reduced.has(axis)) {
        group += (rest % size) * scale;
        scale *= size;
      }
      rest = Math.floor(rest / size);
    }
    return group;
  });
}

const axesOf = ({ attrs }: GraphEqn): readonly number[] =>
  Array.isArray(attrs.axes) ? attrs.axes.filter((axis): axis is number => typeof axis === "number") : [];

/** The largest (or smallest) elements of each group share what comes in: equally, or all to the first of them. */
const extremum =
  (better: (a: number, b: number) => boolean, choice: "first" | "split"): Weights =>
  ({ shape, data }, eqn) => {
    const groups = groupsOf(shape, axesOf(eqn));
    const best = new Map<number, number[]>();
    data.forEach((item, at) => {
      const value = item ?? Number.NaN;
      const group = groups[at] ?? 0;
      const others = best.get(group);
      const leader = others === undefined ? undefined : (data[others[0] ?? 0] ?? Number.NaN);
      if (others === undefined || leader === undefined || better(value, leader)) best.set(group, [at]);
      else if (value === leader) others.push(at);
    });
    const weights = data.map(() => 0);
    for (const tied of best.values())
      for (const at of choice === "first" ? tied.slice(0, 1) : tied)
        weights[at] = choice === "first" ? 1 : 1 / tied.length;
    return weights;
  };

const larger = (a: number, b: number): boolean => a > b;
const smaller = (a: number, b: number): boolean => a < b;

const step =
  (atKink: number): Weights =>
  ({ data }) =>
    data.map((item) => (item === 0 ? atKink : Number((item ?? 0) > 0)));

/** What each choice says about the ops that it concerns. */
const weightsUnder: Readonly<Record<Convention, Readonly<Record<string, Weights>>>> = {
  "ties-first": { max: extremum(larger, "first"), min: extremum(smaller, "first") },
  "ties-split": { max: extremum(larger, "split"), min: extremum(smaller, "split") },
  "zero-at-kink": { relu: step(0) },
  "one-at-kink": { relu: step(1) },
};

interface Place {
  readonly eqn: GraphEqn;
  readonly operand: string;
  readonly shape: readonly number[];
  readonly weights: string;
  readonly chosen: string;
}

/** The equations that a choice concerns. */
function placesOf(graph: Graph, convention: Convention): readonly Place[] {
  const found = graph.eqns.flatMap((eqn) => {
    const [operand] = eqn.inputs;
    return Object.hasOwn(weightsUnder[convention], eqn.op) && typeof operand === "string" ? [{ eqn, operand }] : [];
  });
  const shapes = shapesOf(
    graph,
    found.map(({ operand }) => operand),
  );
  return found.map(({ eqn, operand }, k) => ({
    eqn,
    operand,
    shape: shapes[operand] ?? [],
    weights: `weights_${k}`,
    chosen: `chosen_${k}`,
  }));
}

/** The op as a sum of what was chosen; an element that was not is not even looked at. */
function replaced({ eqn, operand, weights, chosen }: Place): readonly GraphEqn[] {
  const [product, picked] = [`${weights}_product`, `${weights}_picked`];
  const select: readonly GraphEqn[] = [
    { op: "mul", inputs: [operand, weights], attrs: {}, outputs: [product] },
    { op: "where", inputs: [chosen, product, 0], attrs: {}, outputs: [picked] },
  ];
  const { axes, keepDims } = eqn.attrs;
  const collect: GraphEqn =
    axes === undefined
      ? { op: "identity", inputs: [picked], attrs: {}, outputs: eqn.outputs }
      : { op: "sum", inputs: [picked], attrs: { axes, keepDims: keepDims === true }, outputs: eqn.outputs };
  return [...select, collect];
}

function maskedGraph(graph: Graph, places: readonly Place[]): Graph {
  const placeOf = (eqn: GraphEqn): Place | undefined => places.find((place) => place.eqn === eqn);
  const inputs = places.flatMap(({ shape, weights, chosen }) => [
    { name: weights, shape, dtype: "f64" as const },
    { name: chosen, shape, dtype: "bool" as const },
  ]);
  const eqns = graph.eqns.flatMap((eqn) => {
    const place = placeOf(eqn);
    return place === undefined ? [eqn] : replaced(place);
  });
  return { ...graph, inputs: [...graph.inputs, ...inputs], eqns };
}

const operandsQuestion = (places: readonly Place[]): Question => ({
  form: "value",
  of: [...new Set(places.map(({ operand }) => operand))],
  wrt: [],
  tangents: [],
  cuts: [],
});

const directKey = (question: Question): string => `direct ${JSON.stringify(question)}`;
const maskedKey = (question: Question): string => `masked ${JSON.stringify(question)}`;

function choiceOf({ convention }: ConventionCheck, graph: Graph) {
  const choice = ourChoice(convention);
  if (choice === undefined) return `convention ${convention} is not known here`;
  const places = placesOf(graph, choice.theirs);
  return places.length === 0 ? `convention ${convention}: the graph has no op that it concerns` : { ...choice, places };
}

/** The functions behind a check of a convention. */
export function conventionFunctions(check: ConventionCheck, graph: Graph): ReadonlyMap<string, () => unknown> {
  const choice = choiceOf(check, graph);
  const functions = new Map<string, () => unknown>();
  if (typeof choice === "string" || check.checks.some(({ question }) => question.cuts.length > 0)) return functions;
  const model = { graph, floats: "f64" } as const;
  const masked = { graph: maskedGraph(graph, choice.places), floats: "f64" } as const;
  const operands = operandsQuestion(choice.places);
  functions.set(directKey(operands), () => answer(model, operands));
  for (const { question } of check.checks) {
    functions.set(directKey(question), () => answer(model, question));
    functions.set(maskedKey(question), () => answer(masked, question));
  }
  return functions;
}

function masksAt(places: readonly Place[], convention: Convention, values: unknown): Tensors {
  const named = values as Readonly<Record<string, unknown>>; // values of a graph are an object by name
  const masks = places.flatMap(({ eqn, operand, shape, weights, chosen }) => {
    const data = weightsUnder[convention][eqn.op]?.({ shape, data: numbersOf(named[operand]) ?? [] }, eqn) ?? [];
    return [
      [weights, { shape, data }],
      [chosen, { shape, data: data.map((weight) => Number(weight !== 0)) }],
    ] as const;
  });
  return Object.fromEntries(masks);
}

const derivativesIn = (check: Check, result: unknown): Readonly<Record<string, unknown>> => {
  const { derivative } = resultParts[check.question.form];
  const found =
    derivative === undefined || derivative === "" ? result : (result as Record<string, unknown>)[derivative];
  return found as Readonly<Record<string, unknown>>; // derivatives are objects by name
};

/** Compares under both choices; where all is right the entry is one that was checked against our choice instead. */
export function runConvention(given: Case, check: ConventionCheck, graph: Graph, functionOf: FunctionOf): CheckReport {
  const choice = choiceOf(check, graph);
  if (typeof choice === "string") throw new Unsupported(choice);
  const { ours, theirs, places } = choice;
  const masked = maskedGraph(graph, places);
  const gaps: Gap[] = [];
  for (const one of check.checks) {
    const { question, point, derivatives } = one;
    if (question.cuts.length > 0) throw new Unsupported(`convention ${theirs} at a value inside the graph`);
    const { measure } = given.tolerance;
    const values = functionOf(directKey(operandsQuestion(places)))(inputsAt(graph, point));
    const under = (convention: Convention): Readonly<Record<string, unknown>> => {
      const masks = masksAt(places, convention, values);
      const input = inputsAt(masked, { ...point, ...masks });
      return derivativesIn(one, functionOf(maskedKey(question))(callInput(one, input)));
    };
    const direct = derivativesIn(one, functionOf(directKey(question))(callInput(one, inputsAt(graph, point))));
    const [stored, demanded] = [under(theirs), under(ours)];
    for (const { name, tensor } of derivatives) {
      const wanted = { shape: tensor.shape, data: numbersOf(demanded[name]) ?? [] };
      gaps.push(gapOf(measure, `${theirs} ${name}`, stored[name], tensor));
      gaps.push(gapOf(measure, `${ours} ${name}`, direct[name], wanted));
    }
  }
  const report = judged("convention", check.label, worstGap(gaps), given.tolerance.limit);
  if (report.outcome === "failed") return report;
  return { ...report, outcome: "skipped", message: `convention ${theirs}; checked against ${ours} instead` };
}
