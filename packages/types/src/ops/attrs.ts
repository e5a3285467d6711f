/** Reading attributes: they are plain data, so each reader says what he expects and a wrong one is a bug that is named. */
import type { Attrs, AttrValue } from "../node/attrs.js";
import type { Size } from "../shape/size.js";

const wrong = (attrs: Attrs, key: string, expected: string): never => {
  throw new Error(`bug: attribute '${key}' must be ${expected}, got ${JSON.stringify(attrs[key])}`);
};

const isNumber = (value: AttrValue | undefined): value is number => typeof value === "number";

/** A list of whole numbers: axes, labels. */
export function intsAttr(attrs: Attrs, key: string): readonly number[] {
  const value = attrs[key];
  return Array.isArray(value) && value.every(isNumber)
    ? (value as readonly number[])
    : wrong(attrs, key, "a list of numbers"); // just checked
}

/** A list of sizes: shapes. */
export function sizesAttr(attrs: Attrs, key: string): readonly Size[] {
  const value = attrs[key];
  return Array.isArray(value) ? (value as readonly Size[]) : wrong(attrs, key, "a list of sizes"); // every writer puts a shape there
}

/** A list of whole numbers for each axis; `fallback` for every axis where the attribute is left out. */
export const intsOr = (attrs: Attrs, key: string, rank: number, fallback: number): readonly number[] =>
  attrs[key] === undefined ? Array.from({ length: rank }, () => fallback) : intsAttr(attrs, key);

export function numberAttr(attrs: Attrs, key: string): number {
  const value = attrs[key];
  return isNumber(value) ? value : wrong(attrs, key, "a number");
}

/** An axis, a count: nothing else is ever written there. */
export const intAttr = numberAttr;

export function sizeAttr(attrs: Attrs, key: string): Size {
  const value = attrs[key];
  return isNumber(value) || (typeof value === "object" && value !== null && "terms" in value)
    ? (value as Size)
    : wrong(attrs, key, "a size"); // a list has no terms
}

export function flagAttr(attrs: Attrs, key: string): boolean {
  const value = attrs[key];
  return typeof value === "boolean" ? value : wrong(attrs, key, "true or false");
}

/** A list of flags, one for each operand. */
export function flagsAttr(attrs: Attrs, key: string): readonly boolean[] {
  const value = attrs[key];
  const flags = Array.isArray(value) && value.every((item) => typeof item === "boolean");
  return flags ? (value as readonly boolean[]) : wrong(attrs, key, "a list of flags"); // just checked
}

export function textAttr(attrs: Attrs, key: string): string {
  const value = attrs[key];
  return typeof value === "string" ? value : wrong(attrs, key, "a text");
}

/** Axes one further back: behind a new leading axis. */
export const shiftAxes = (attrs: Attrs, key: string): Attrs => ({
  ...attrs,
  [key]: intsAttr(attrs, key).map((axis) => axis + 1),
});
