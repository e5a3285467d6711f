import { f64, fn, max, mul, slice, sum } from "@tapeless/types";
import { type FnValue, traceFn } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { compileModule } from "./compile-module.js";
import { sizeChecksOf } from "./size-checks.js";

const x = f64(["n"]);
const checks = (f: unknown) =>
  sizeChecksOf(traceFn(f as FnValue, "f").func).map(({ what, minimum }) => [what, minimum]); // an fn

test("a maximum over a named dimension wants an element", () => {
  expect(checks(fn({ x }, (input) => max(input.x)))).toEqual([["max needs at least one element", 1]]);
  expect(checks(fn({ x: f64([3]) }, (input) => max(input.x)))).toEqual([]);
});

test("a slice of a named dimension must not have a negative size", () => {
  expect(checks(fn({ x }, (input) => sum(slice(input.x, 0, 2))))).toEqual([["slice: a size must be 0 or more", 0]]);
  expect(checks(fn({ x }, (input) => mul(2, input.x)))).toEqual([]);
});

test("the generated function says so", () => {
  const model = {
    file: "m.model.ts",
    localNames: [],
    exports: [{ name: "top", fn: fn({ x }, (input) => max(input.x)) }],
  };
  expect(compileModule(model).text).toContain(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a template
    "if (n < 1) throw new RangeError(`top: max needs at least one element, but n is ${n}`);",
  );
});
