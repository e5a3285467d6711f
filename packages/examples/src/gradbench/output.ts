/**
 * Writing JSON.
 *
 * Invariant: every number is read back as it was, to the bit, -0 included. JSON has no word for what is not finite; such
 * an output is refused, with its place.
 */

/** What an answer is made of. */
export type Output = number | Float64Array | readonly Output[] | { readonly [name: string]: Output };

/** JSON with typed arrays as lists. */
export type Json = Output | string | boolean | readonly Json[] | { readonly [name: string]: Json };

function numberText(value: number, at: string): string {
  if (!Number.isFinite(value)) throw new RangeError(`${at || "it"} is ${value}, which JSON cannot say`);
  return Object.is(value, -0) ? "-0" : String(value);
}

function vectorText(values: Float64Array, at: string): string {
  const texts = new Array<string>(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!; // i is below the length
    texts[i] = Number.isFinite(value) ? numberText(value, at) : numberText(value, `${at}[${i}]`);
  }
  return `[${texts.join(",")}]`;
}

/** The value as JSON, in one line. */
export function jsonText(value: Json, at = ""): string {
  if (typeof value === "number") return numberText(value, at);
  if (typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (value instanceof Float64Array) return vectorText(value, at);
  if (Array.isArray(value)) {
    return `[${value.map((element: Json, i) => jsonText(element, `${at}[${i}]`)).join(",")}]`;
  }
  const place = at === "" ? "" : `${at}.`;
  const fields = Object.entries<Json>(value as { readonly [name: string]: Json }); // `isArray` leaves readonly lists in
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${jsonText(field, `${place}${name}`)}`).join(",")}}`;
}

/** The data in so many equal parts, as views. */
export function partsOf(data: Float64Array, count: number): readonly Float64Array[] {
  const size = data.length / count;
  return Array.from({ length: count }, (_, i) => data.subarray(i * size, (i + 1) * size));
}

/** The rows of a matrix, as views. */
export const rowsOf = (data: Float64Array, columns: number): readonly Float64Array[] =>
  columns === 0 ? [] : partsOf(data, data.length / columns);
