/** Warnings about keys: what is said, and what is not. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { dropout, f32, fn, foldIn, i32, randomNormal, randomUniform, splitKey } from "../index.js";

const scope = globalThis as { [hook: symbol]: unknown }; // where a loader listens
const hook = Symbol.for("tapeless.warn");
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
  scope[hook] = ({ code, message }: { readonly code: string; readonly message: string }) =>
    said.push(`${code} ${message}`);
});

afterEach(() => {
  delete scope[hook];
});

const twice = (op: string, before: string) =>
  `TL0295 ${op}: ${before} has used this key, and a key gives the same numbers again; get another with splitKey or foldIn`;

const input = { key: i32([2]), x: f32([3]) };

test("a key that is used again in one body is told", () => {
  fn(input, ({ key, x }) => [randomNormal(key, [3]), dropout(x, key, 0.5)]);
  fn(input, ({ key }) => [...splitKey(key), randomUniform(key, [2])]);
  fn(input, ({ key }) => [randomUniform(foldIn(key, 1), [2]), randomUniform(foldIn(key, 1), [2])]);
  expect(said).toEqual([
    twice("dropout", "randomNormal"),
    twice("randomUniform", "splitKey"),
    twice("randomUniform", "randomUniform"),
  ]);
});

test("keys of their own are not", () => {
  const f = fn(input, ({ key, x }) => {
    const [first, second] = splitKey(key);
    return [randomNormal(first, [3]), dropout(x, second, 0.5), dropout(x, second, 0)];
  });
  fn(input, (given) => f(given));
  fn(input, ({ key }) => [randomUniform(foldIn(key, 1), [2]), randomUniform(foldIn(key, 2), [2])]);
  expect(said).toEqual([]);
});
