/**
 * Files of schema `nasty/1`: functions at hard points, correctly rounded from hundreds of digits. A function of scalars is
 * one case, all of its rows one tensor, so its values and derivatives come from one generated function; a function of
 * vectors is a case for each length, and its rows are points.
 */
import type { Case, Derivative, FixtureSet, FixtureTensor, Graph, Tensors } from "../case.js";
import { asList, asNumber, asObject, asText, FixtureError, type Json } from "./json.js";
import { derivativeAtKink, eqnOf, type NastyFunction, nastyFunction } from "./nasty-functions.js";

/** A few units in the last place are wished; this much is accepted. */
export const accepted = 1e-13;

const scalarTolerance = { measure: "relative", limit: accepted } as const;
const vectorTolerance = { measure: "relativeToRow", limit: accepted } as const;

const flagsOf = ({ flags }: Json): readonly unknown[] => (Array.isArray(flags) ? flags : []);

const column = (rows: readonly Json[], item: (row: Json) => number | null): FixtureTensor => ({
  shape: [rows.length],
  data: rows.map(item),
});

const hasFiniteInput = (row: Json): boolean => !flagsOf(row).includes("nonfinite-input");

const numberOrNull = (value: unknown, path: string): number | null =>
  value === null || value === undefined ? null : asNumber(value, path);

/** A stored number; nothing is asserted of inputs that are no numbers. */
const storedIn =
  (field: string, path: string) =>
  (row: Json): number | null =>
    hasFiniteInput(row) ? numberOrNull(row[field], `${path}.${field}`) : null;

/** A derivative; at a kink ours. */
const derivativeIn =
  (field: string, fn: NastyFunction, path: string) =>
  (row: Json): number | null =>
    flagsOf(row).includes("kink:convention") ? derivativeAtKink(fn) : storedIn(field, path)(row);

const noDerivative = { outputs: {}, intermediate: false, mustNotMatch: false, cotangents: {}, tangents: {} } as const;

/** Where the fields of a row stand, by arity. */
const fields = {
  1: { operands: ["x"], value: "y", derivatives: ["dy"] },
  2: { operands: ["x", "y"], value: "z", derivatives: ["dx", "dy"] },
} as const;

const inputsOf = (names: readonly string[], size: number): Graph["inputs"] =>
  names.map((name) => ({ name, shape: [size], dtype: "f64" }));

function scalarCase(id: string, arity: 1 | 2, rows: readonly Json[]): Case {
  const { operands, value, derivatives } = fields[arity];
  const fn = nastyFunction(id, operands);
  const ones = column(rows, () => 1);
  const given = operands.map((name) => [name, column(rows, (row) => asNumber(row[name], `${id}.${name}`))] as const);
  // The result is called z where y is an operand.
  const graph: Graph = {
    inputs: inputsOf(operands, rows.length),
    eqns: [{ ...eqnOf(fn), outputs: [value] }],
    outputs: [value],
  };
  const expected = operands.map((name, k) => {
    const field = derivatives[k] ?? "";
    return [name, column(rows, derivativeIn(field, fn, id))] as const;
  });
  const derivative: Derivative = {
    ...noDerivative,
    kind: "vjp",
    of: [value],
    wrt: [...operands],
    expected: Object.fromEntries(expected),
    cotangents: { [value]: ones },
  };
  return {
    id,
    graph,
    inputs: Object.fromEntries(given),
    outputs: { [value]: column(rows, storedIn(value, id)) },
    derivatives: [derivative],
    tolerance: scalarTolerance,
  };
}

const numbers = (value: unknown, path: string): readonly number[] =>
  asList(value, path).map((item, i) => asNumber(item, `${path}.${i}`));

const numbersOrNull = (value: unknown, path: string): readonly (number | null)[] =>
  asList(value, path).map((item, i) => numberOrNull(item, `${path}.${i}`));

/** One row of a function of a vector: a point with the values and the Jacobian there. */
function rowDerivative(row: Json, fn: NastyFunction, path: string): Derivative {
  const [x, y] = [numbers(row.x, `${path}.x`), numbersOrNull(row.y, `${path}.y`)];
  const jacobian = asList(row.J, `${path}.J`).flatMap((line, i) => numbersOrNull(line, `${path}.J.${i}`));
  const asserted = <T>(data: readonly (T | null)[]): readonly (T | null)[] =>
    hasFiniteInput(row) ? data : data.map(() => null);
  const atKink = flagsOf(row).includes("kink:convention") && fn.convention === undefined;
  const filled = Object.entries(fn.filled).map(([name, item]) => [
    name,
    { shape: [x.length], data: x.map(() => item) },
  ]);
  const at: Tensors = { ...Object.fromEntries(filled), x: { shape: [x.length], data: x } };
  return {
    ...noDerivative,
    kind: "jacobian",
    of: ["y"],
    wrt: ["x"],
    at,
    outputs: { y: { shape: [y.length], data: asserted(y) } },
    expected: {
      x: { shape: [y.length, x.length], data: asserted(atKink ? jacobian.map(() => null) : jacobian) },
    },
    ...(fn.convention === undefined ? {} : { convention: fn.convention }),
  };
}

/** A case for each length of the vectors. */
function vectorCases(id: string, rows: readonly Json[]): readonly Case[] {
  const fn = nastyFunction(id, ["x"]);
  const lengths = [...new Set(rows.map(({ x }) => asList(x, `${id}.x`).length))];
  return lengths.map((length) => {
    const own = rows.filter(({ x }) => asList(x, `${id}.x`).length === length);
    const graph = { inputs: inputsOf(["x", ...Object.keys(fn.filled)], length), eqns: [eqnOf(fn)], outputs: ["y"] };
    const derivatives = own.map((row, i) => rowDerivative(row, fn, `${id}.${i}`));
    return { id: `${id}[${length}]`, graph, inputs: {}, outputs: {}, derivatives, tolerance: vectorTolerance };
  });
}

function casesOf(value: unknown, path: string): readonly Case[] {
  const { fn, arity, rows } = asObject(value, path);
  const id = asText(fn, `${path}.fn`);
  const list = asList(rows, `${id}.rows`).map((row, i) => asObject(row, `${id}.rows.${i}`));
  if (arity === "vector") return vectorCases(id, list);
  if (arity === 1 || arity === 2) return [scalarCase(id, arity, list)];
  throw new FixtureError(`${id}: arity ${String(arity)}`);
}

export const readNasty = (name: string, file: Json): FixtureSet => ({
  name,
  cases: asList(file.functions, name).flatMap((item, i) => casesOf(item, `${name}.${i}`)),
  narrow: false,
});
