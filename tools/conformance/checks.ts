/**
 * What is checked of a case: which function is called, at which point, and what of its result is compared with what.
 *
 * Invariant: a case with a graph that can be built has at least one check; what is not asserted says why.
 */
import type { Case, Derivative, FixtureTensor, Graph, Tensors } from "./case.js";
import { ourConventions } from "./convention-names.js";
import { type FloatDType, type Form, type Question, questionsOf, tangentName } from "./model.js";

/** A stored number beside the result it belongs to. */
export interface Want {
  readonly name: string;
  readonly tensor: FixtureTensor;
}

export interface Check {
  readonly label: string;
  readonly about: "values" | "derivatives";
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
  /** What it may be off by, where that is not what its case may. */
  readonly limit?: number;
}

/** A derivative at a kink or a tie for which another choice was made than here. */
export interface ConventionCheck {
  readonly label: string;
  readonly convention: string;
  readonly checks: readonly Check[];
}

export const isConventionCheck = (check: Check | ConventionCheck): check is ConventionCheck => "convention" in check;

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

const plain = { about: "values", cotangents: {}, tangents: {}, derivatives: [], mustNotMatch: false } as const;

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
      about: "derivatives",
      question,
      point,
      cotangents,
      tangents,
      values: shared,
      derivatives: wants(expected, names),
      mustNotMatch,
      ...(derivative.limit === undefined ? {} : { limit: derivative.limit }),
    };
  });
  const own = Object.keys(derivative.outputs).length > 0;
  return own ? [valueCheck(graph, `${at}: values`, point, derivative.outputs), ...checks] : checks;
}

const hasPoint = (graph: Graph, point: Tensors): boolean => graph.inputs.every(({ name }) => name in point);

/** All checks of a case. */
export function checksOf(given: Case, graph: Graph): readonly (Check | ConventionCheck)[] {
  const known = graph.outputs.some((name) => name in given.outputs);
  const values =
    known && hasPoint(graph, given.inputs) ? [valueCheck(graph, "values", given.inputs, given.outputs)] : [];
  const derivatives = given.derivatives.flatMap((derivative, at): readonly (Check | ConventionCheck)[] => {
    const { convention, mustNotMatch, kind } = derivative;
    const checks = derivativeChecks(given, graph, derivative, at);
    if (convention === undefined || mustNotMatch || ourConventions.includes(convention)) return checks;
    const atPoint = checks.filter(({ about }) => about === "values");
    const others = checks.filter(({ about }) => about === "derivatives");
    return [...atPoint, { label: `${at}: ${kind}`, convention, checks: others }];
  });
  return [...values, ...derivatives];
}

/** The question whose answer gives the values at which a graph is cut. */
export const cutQuestion = ({ cuts }: Question): Question => valueQuestion(cuts);

// ---- what a function is called with

const arrayOf = { f64: Float64Array, f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

/** A tensor as generated functions take it: a typed array, or a number for a scalar. */
export function argument({ shape, data }: FixtureTensor, dtype: keyof typeof arrayOf): unknown {
  const numbers = data.map((item) => item ?? Number.NaN);
  return shape.length === 0 ? numbers[0] : arrayOf[dtype].from(numbers);
}

const argumentsOf = (tensors: Tensors, floats: FloatDType): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, argument(tensor, floats)]));

/** The inputs of a graph at a point. */
export const inputsAt = (graph: Graph, point: Tensors, floats: FloatDType = "f64"): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    graph.inputs.map(({ name, dtype }) => {
      const tensor = point[name];
      if (tensor === undefined) throw new Error(`the point has no value for input ${name}`);
      return [name, argument(tensor, dtype === "f64" ? floats : dtype)];
    }),
  );

/** The unit vectors of a result, one below the other. */
function unitVectors(count: number, floats: FloatDType): unknown {
  const rows = new arrayOf[floats](count * count);
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
export function callInput(check: Check, input: Readonly<Record<string, unknown>>, floats: FloatDType = "f64"): unknown {
  const { cotangents, tangents } = check;
  const named = Object.fromEntries(Object.entries(tangents).map(([name, t]) => [tangentName(name), t]));
  const forms: Readonly<Record<Form, () => unknown>> = {
    value: () => input,
    grad: () => input,
    vjp: () => ({ input, cotangent: argumentsOf(cotangents, floats) }),
    jvp: () => ({ input, tangent: argumentsOf(tangents, floats) }),
    hvp: () => ({ input, tangent: argumentsOf(tangents, floats) }),
    gradOfJvp: () => ({ ...input, ...argumentsOf(named, floats) }),
    jacobian: () => ({ input, cotangent: unitVectors(resultCount(check, input), floats) }),
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
