/**
 * Attributes of an equation: plain data that print and parse as `axes=[0, 1], keepDims=true, shape=[batch, 784]`.
 *
 * Invariant: keys print sorted, so equal attributes have equal texts.
 */

import { type Size, showSize } from "../shape/size.js";
import type { Scanner } from "./scanner.js";
import { showNumber } from "./scanner.js";

export type AttrValue = Size | string | boolean | null | readonly AttrValue[];
export type Attrs = Readonly<Record<string, AttrValue>>;

const isList = (value: AttrValue): value is readonly AttrValue[] => Array.isArray(value);

function showValue(value: AttrValue): string {
  if (value === null || typeof value === "boolean") return `${value}`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return showNumber(value);
  return isList(value) ? `[${value.map(showValue).join(", ")}]` : showSize(value);
}

function parseValue(scanner: Scanner): AttrValue {
  if (scanner.sees("[")) return scanner.list("[", ",", "]", () => parseValue(scanner));
  if (scanner.sees('"')) return scanner.string();
  for (const [word, value] of [
    ["true", true],
    ["false", false],
    ["null", null],
  ] as const) {
    if (scanner.take(word)) return value;
  }
  // A size first where it is more than a number (`2*n`): a bare number reads the same either way.
  return scanner.firstOf<AttrValue>([() => sizeNotNumber(scanner), () => scanner.number()], "an attribute value");
}

function sizeNotNumber(scanner: Scanner): Size {
  const size = scanner.size();
  if (typeof size === "number" || scanner.sees(".") || ["NaN", "Infinity", "-Infinity"].includes(showSize(size)))
    return scanner.fail("a size with names");
  return size;
}

/** Attributes never change, and copies of an equation share them, so their texts are found once. */
const texts = new WeakMap<Attrs, string>();

export function showAttrs(attrs: Attrs): string {
  const known = texts.get(attrs);
  if (known !== undefined) return known;
  const text = Object.keys(attrs)
    .sort()
    .map((key) => `${key}=${showValue(attrs[key] ?? null)}`)
    .join(", ");
  texts.set(attrs, text);
  return text;
}

/** Reads `key=value` pairs up to the closing brace that the template holds. */
export function parseAttrs(scanner: Scanner): Attrs {
  const attrs: Record<string, AttrValue> = {};
  while (!scanner.sees("}")) {
    if (Object.keys(attrs).length > 0) scanner.expect(",");
    const key = scanner.identifier();
    scanner.expect("=");
    attrs[key] = parseValue(scanner);
  }
  return attrs;
}
