/**
 * Fixture JSON as it is parsed: every access is checked, so that a file of another schema is an error with a path and
 * no `undefined` later.
 */
import type { FixtureTensor, Tensors } from "../case.js";

export type Json = Readonly<Record<string, unknown>>;

export class FixtureError extends Error {
  override readonly name = "FixtureError";
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function asObject(value: unknown, path: string): Json {
  if (isObject(value)) return value;
  throw new FixtureError(`${path}: an object is expected`);
}

export function asList(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new FixtureError(`${path}: a list is expected`);
}

export function asText(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  throw new FixtureError(`${path}: a text is expected`);
}

export const asTexts = (value: unknown, path: string): readonly string[] =>
  asList(value, path).map((item, i) => asText(item, `${path}.${i}`));

/** One name or a list of them. */
export const oneOrMore = (value: unknown, path: string): readonly string[] =>
  typeof value === "string" ? [value] : asTexts(value, path);

const nonFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

/** A number, `true` and `false` as 1 and 0, or one of the texts that stand for what JSON cannot write. */
export function asNumber(value: unknown, path: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return Number(value);
  const found = typeof value === "string" ? nonFinite[value] : undefined;
  if (found !== undefined) return found;
  throw new FixtureError(`${path}: a number is expected`);
}

export function asTensor(value: unknown, path: string): FixtureTensor {
  const { shape, data } = asObject(value, path);
  return {
    shape: asList(shape, `${path}.shape`).map((size, i) => asNumber(size, `${path}.shape.${i}`)),
    data: asList(data, `${path}.data`).map((item, i) => (item === null ? null : asNumber(item, `${path}.data.${i}`))),
  };
}

/** Tensors by name; none where there is nothing. */
export const asTensors = (value: unknown, path: string): Tensors =>
  value === undefined
    ? {}
    : Object.fromEntries(
        Object.entries(asObject(value, path)).map(([name, item]) => [name, asTensor(item, `${path}.${name}`)]),
      );
