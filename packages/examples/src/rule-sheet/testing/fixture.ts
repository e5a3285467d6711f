/** The fixtures of the rule sheet: inputs, outputs and derivatives by the id of a case. Invariant: read once, never changed. */
import { readdirSync, readFileSync } from "node:fs";

export interface FixtureTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export type FixtureTensors = Readonly<Record<string, FixtureTensor>>;

export interface FixtureDerivative {
  readonly kind: "grad" | "vjp" | "jacobian" | "hvp";
  readonly of: string;
  readonly wrt: readonly string[];
  readonly expected: FixtureTensors;
  readonly cotangents?: FixtureTensors;
  readonly tangents?: FixtureTensors;
  /** The point, where it is not the case's own. */
  readonly at?: FixtureTensors;
  /** Values at that point. */
  readonly outputs?: FixtureTensors;
  /** `wrt` names values inside the program. */
  readonly intermediate?: boolean;
  /** `expected` is a wrong formula. */
  readonly mustNotMatch?: boolean;
}

export interface FixtureCase {
  readonly id: string;
  readonly inputs?: FixtureTensors;
  readonly outputs?: FixtureTensors;
  readonly derivatives: readonly FixtureDerivative[];
}

const folder = new URL("../../../fixtures/seeds/", import.meta.url);

const cases = new Map(
  readdirSync(folder)
    .filter((file) => /^seed\d+\.json$/.test(file))
    .flatMap((file) => {
      const { cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { cases: readonly FixtureCase[] }; // schema oracle-case/2
      return cases.map((one) => [one.id, one] as const);
    }),
);

export const caseIds: readonly string[] = [...cases.keys()];

export function fixture(id: string): FixtureCase {
  const found = cases.get(id);
  if (found !== undefined) return found;
  throw new Error(`there is no fixture ${id}`);
}

/** As generated functions take it: a number for a scalar, an array for everything else. */
export const asArgument = ({ shape, data }: FixtureTensor): number | Float64Array =>
  shape.length === 0 ? (data[0] ?? Number.NaN) : Float64Array.from(data);

export const asArguments = (tensors: FixtureTensors = {}): Readonly<Record<string, number | Float64Array>> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, asArgument(tensor)]));

/** max |got - want| / max(1, |want|); infinite where there is another number of elements. */
export function deviation(got: unknown, { data }: FixtureTensor): number {
  const numbers = typeof got === "number" ? [got] : got instanceof Float64Array ? got : [];
  if (numbers.length !== data.length) return Number.POSITIVE_INFINITY;
  return data.reduce((most, want, i) => {
    const here = Math.abs((numbers[i] ?? Number.NaN) - want) / Math.max(1, Math.abs(want));
    return Math.max(most, Number.isNaN(here) ? Number.POSITIVE_INFINITY : here);
  }, 0);
}
