/**
 * What is checked of a case: which function is called, at which point, and what of its result is compared with what.
 *
 * Invariant: a case with a graph that can be built has at least one check; what is not asserted says why.
 */
import type { Case, Derivative, FixtureTensor, Graph, InputDType, Tensors } from "./case.js";
import { type Form, type Question, questionsOf, tangentName } from "./model.js";

/** A stored number beside the result it belongs to. */
export interface Want {
  readonly name: string;
  readonly tensor: FixtureTensor;
}

export interface Check {
  readonly label: string;
  readonly question: Question;
  readonly point: Tensors;
  readonly cotangents: Tensors;
  readonly tangents: Tensors;
  /** Compared with the values at the point, by name. */
  readonly values: readonly Want[];
  /** Compared with the derivatives. */
  readonly derivatives: readonly Want[];
  /** The derivatives must differ from what is stored. */
  readonly mustNotMatch: boolean;
}

export interface SkippedCheck {
  readonly label: string;
  readonly skipped: string;
}

/** The choices that are made here, as the fixtures call them. */
const ourConventions: readonly string[] = ["ties-first", "zero-at-kink"];

const wants = (tensors: Tensors, names: readonly string[]): readonly Want[] =>
  names.flatMap((name) => {
    const tensor = tensors[name];
    return tensor === undefined ? [] : [{ name, tensor }];
  });

const valueQuestion = (of: readonly string[], cuts: readonly string[] = []): Question => ({
  form: "value",
  of,
  wrt: [],
  tangents: [],
  cuts,
});

const plain = { cotangents: {}, tangents: {}, derivatives: [], mustNotMatch: false } as const;

/** The values at one point. */
const valueCheck = (graph: Graph, label: string, point: Tensors, outputs: Tensors): Check => ({
  ...plain,
  label,
  question: valueQuestion(graph.outputs),
  point,
  values: wants(outputs, graph.outputs),
});

function derivativeChecks(given: Case, graph: Graph, derivative: Derivative, at: number): readonly Check[] {
  const { kind, of, wrt, expected, cotangents, tangents, mustNotMatch } = derivative;
  const point = { ...given.inputs, ...derivative.at };
  const values = derivative.at === undefined ? given.outputs : derivative.outputs;
  const checks = questionsOf(derivative).map((question): Check => {
    const label = `${at}: ${question.form} of ${of} by ${question.cuts.length > 0 ? question.cuts : wrt}`;
    const names = kind === "jvp" ? of : question.wrt;
    const shared = question.form === "vjp" || question.form === "jvp" ? wants(values, of) : [];
    return {
      label,
      question,
      point,
      cotangents,
      tangents,
      values: shared,
      derivatives: wants(expected, names),
      mustNotMatch,
    };
  });
  const own = Object.keys(derivative.outputs).length > 0;
  return own ? [valueCheck(graph, `${at}: values`, point, derivative.outputs), ...checks] : checks;
}

const hasPoint = (graph: Graph, point: Tensors): boolean => graph.inputs.every(({ name }) => name in point);

/** All checks of a case. */
export function checksOf(given: Case, graph: Graph): readonly (Check | SkippedCheck)[] {
  const values = hasPoint(graph, given.inputs) ? [valueCheck(graph, "values", given.inputs, given.outputs)] : [];
  const derivatives = given.derivatives.flatMap((derivative, at): readonly (Check | SkippedCheck)[] => {
    const { convention, mustNotMatch, kind } = derivative;
    if (convention !== undefined && !mustNotMatch && !ourConventions.includes(convention)) {
      return [{ label: `${at}: ${kind}`, skipped: `convention ${convention}` }];
    }
    return derivativeChecks(given, graph, derivative, at);
  });
  return [...values, ...derivatives];
}

/** The question whose answer gives the values at which a graph is cut. */
export const cutQuestion = ({ cuts }: Question): Question => valueQuestion(cuts);

// ---- what a function is called with

const arrayOf = { f64: Float64Array, i32: Int32Array, bool: Uint8Array } as const;

/** A tensor as generated functions take it: a typed array, or a number for a scalar. */
export function argument({ shape, data }: FixtureTensor, dtype: InputDType = "f64"): unknown {
  const numbers = data.map((item) => item ?? Number.NaN);
  return shape.length === 0 ? numbers[0] : arrayOf[dtype].from(numbers);
}

const argumentsOf = (tensors: Tensors): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, argument(tensor)]));

/** The inputs of a graph at a point. */
export const inputsAt = (graph: Graph, point: Tensors): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    graph.inputs.map(({ name, dtype }) => {
      const tensor = point[name];
      if (tensor === undefined) throw new Error(`the point has no value for input ${name}`);
      return [name, argument(tensor, dtype)];
    }),
  );

/** The unit vectors of a result, one below the other. */
function unitVectors(count: number): Float64Array {
  const rows = new Float64Array(count * count);
  for (let k = 0; k < count; k++) rows[k * count + k] = 1;
  return rows;
}

/** The number of elements of the result that a Jacobian is taken of. */
function resultCount({ derivatives }: Check, inputs: Readonly<Record<string, unknown>>): number {
  const [want] = derivatives;
  const input = want === undefined ? undefined : inputs[want.name];
  const each = ArrayBuffer.isView(input) ? (input as Float64Array).length : 1; // inputs are typed arrays or numbers
  return (want?.tensor.data.length ?? 0) / each;
}

/** What the function of a check is called with. */
export function callInput(check: Check, input: Readonly<Record<string, unknown>>): unknown {
  const { cotangents, tangents } = check;
  const forms: Readonly<Record<Form, () => unknown>> = {
    value: () => input,
    grad: () => input,
    vjp: () => ({ input, cotangent: argumentsOf(cotangents) }),
    jvp: () => ({ input, tangent: argumentsOf(tangents) }),
    hvp: () => ({ input, tangent: argumentsOf(tangents) }),
    gradOfJvp: () => ({
      ...input,
      ...argumentsOf(Object.fromEntries(Object.entries(tangents).map(([name, t]) => [tangentName(name), t]))),
    }),
    jacobian: () => ({ input, cotangent: unitVectors(resultCount(check, input)) }),
  };
  return forms[check.question.form]();
}

/** Where in a result the values and the derivatives stand. */
export const resultParts: Readonly<Record<Form, { readonly value?: string; readonly derivative?: string }>> = {
  value: { value: "" },
  grad: { derivative: "" },
  vjp: { value: "value", derivative: "grad" },
  jvp: { value: "value", derivative: "tangent" },
  hvp: { derivative: "tangent" },
  gradOfJvp: { derivative: "" },
  jacobian: { derivative: "grad" },
};
