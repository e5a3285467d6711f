/**
 * Reading JSON: small readers that are put together to the reader of a whole input.
 *
 * Invariant: what a reader gives has the type it says, and every number in it is finite. What it cannot read it refuses in
 * words, with the place: `x[3]: a number was expected, not null`.
 */

/** Reads the value at a place (`""` for the whole input). */
export type Reader<T> = (value: unknown, at: string) => T;

/** An input that is not what the problem takes. */
export class InputError extends Error {
  constructor(at: string, problem: string) {
    super(`${at === "" ? "the input" : at}: ${problem}`);
    this.name = "InputError";
  }
}

/** A matrix, row by row. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") return value.length > 20 ? "a text" : `the text ${JSON.stringify(value)}`;
  return value === undefined ? "nothing" : String(value);
}

const expected = (what: string, value: unknown, at: string): InputError =>
  new InputError(at, `${what} was expected, not ${shown(value)}`);

/** A number; JSON's 1e999 is none, for it is read as Infinity. */
export const number: Reader<number> = (value, at) => {
  if (typeof value !== "number") throw expected("a number", value, at);
  if (!Number.isFinite(value)) throw new InputError(at, "the number is too large for 64 bits");
  return value;
};

/** A number from `least` on. */
export const numberFrom =
  (least: number): Reader<number> =>
  (value, at) => {
    const read = number(value, at);
    if (read < least) throw new InputError(at, `a number of at least ${least} was expected, not ${read}`);
    return read;
  };

/** A whole number from `least` on; beyond 2⁵³ neighbours are one, so those are refused. */
export const wholeFrom =
  (least: number): Reader<number> =>
  (value, at) => {
    const read = numberFrom(least)(value, at);
    if (!Number.isSafeInteger(read)) throw new InputError(at, `a whole number was expected, not ${read}`);
    return read;
  };

const list: Reader<readonly unknown[]> = (value, at) => {
  if (!Array.isArray(value)) throw expected("a list", value, at);
  return value as readonly unknown[]; // `isArray` gives any[]
};

/** Numbers into their place in `into`; the path is made only where one is wrong. */
function fill(into: Float64Array, offset: number, values: readonly unknown[], at: string): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    into[offset + i] = typeof value === "number" && Number.isFinite(value) ? value : number(value, `${at}[${i}]`);
  }
}

/** A list of what `read` reads. */
export const listOf =
  <T>(read: Reader<T>): Reader<readonly T[]> =>
  (value, at) =>
    list(value, at).map((element, i) => read(element, `${at}[${i}]`));

/** A list of whole numbers of 32 bits. */
export const wholes: Reader<Int32Array> = (value, at) => {
  const values = list(value, at);
  const read = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const element = number(values[i], `${at}[${i}]`);
    read[i] = element;
    if (read[i] !== element)
      throw new InputError(`${at}[${i}]`, `a whole number of 32 bits was expected, not ${element}`);
  }
  return read;
};

/** True or false. */
export const truth: Reader<boolean> = (value, at) => {
  if (typeof value !== "boolean") throw expected("true or false", value, at);
  return value;
};

/** A list of numbers. */
export const vector: Reader<Float64Array> = (value, at) => {
  const values = list(value, at);
  const read = new Float64Array(values.length);
  fill(read, 0, values, at);
  return read;
};

/** A list of lists of numbers, all of one length. */
export const matrix: Reader<Matrix> = (value, at) => {
  const rows = list(value, at).map((row, i) => list(row, `${at}[${i}]`));
  const columns = rows[0]?.length ?? 0;
  const data = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    const place = `${at}[${i}]`;
    if (row.length !== columns) {
      throw new InputError(place, `a row of ${columns} numbers was expected, as the first is, not of ${row.length}`);
    }
    fill(data, i * columns, row, place);
  });
  return { data, rows: rows.length, columns };
};

/** An object with these fields; what else it has is left alone. */
export const object =
  <T extends object>(fields: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> =>
  (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw expected("an object", value, at);
    const place = at === "" ? "" : `${at}.`;
    const read = Object.entries<Reader<unknown>>(fields).map(([name, field]) => {
      const given: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      return [name, field(given, `${place}${name}`)];
    });
    return Object.fromEntries(read) as T; // field by field what the readers give
  };

/** Refuses sizes that should be equal and are not. */
export function requireEqual(at: string, what: string, actual: number, wanted: number): void {
  if (actual !== wanted) throw new InputError(at, `${what} is ${actual}; by the rest of the input it is ${wanted}`);
}
