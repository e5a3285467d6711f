import { add, f64, fn, grad, max, mul, scan, slice, sum, vmap } from "@tapeless/types";
import { type FnValue, showSize, traceFn } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { expand } from "../autodiff/expand.js";
import { compileModule } from "./compile-module.js";
import { sizeChecksOf } from "./size-checks.js";

const x = f64(["n"]);
const checks = (f: unknown) =>
  sizeChecksOf(traceFn(f as FnValue, "f").func).map((check) => [
    check.what,
    "minimum" in check ? check.minimum : check.equals,
  ]); // an fn

test("a maximum over a named dimension wants an element", () => {
  expect(checks(fn({ x }, (input) => max(input.x)))).toEqual([["max needs at least one element", 1]]);
  expect(checks(fn({ x: f64([3]) }, (input) => max(input.x)))).toEqual([]);
});

test("a slice of a named dimension must lie within it", () => {
  const within = [["slice must lie within axis 0 of size n", 0]];
  expect(checks(fn({ x }, (input) => sum(slice(input.x, 0, 2))))).toEqual([["slice: a size must be 0 or more", 0]]);
  expect(checks(fn({ x }, (input) => slice(input.x, 0, 0, 2)))).toEqual(within);
  expect(checks(fn({ x }, (input) => slice(input.x, 0, -2)))).toEqual(within);
  expect(checks(fn({ x }, (input) => slice(input.x, 0, 0)))).toEqual([]);
  expect(checks(fn({ x }, (input) => mul(2, input.x)))).toEqual([]);
});

test("a slice is checked in gradients, under vmap and in loops too", () => {
  const head = fn({ x }, (input) => sum(slice(input.x, 0, 0, 2)));
  const expanded = (f: unknown) =>
    sizeChecksOf(expand(traceFn(f as FnValue, "f").func)).map(({ size }) => showSize(size)); // an fn
  expect(expanded(grad(head))).toEqual(["n-2"]);
  expect(expanded(vmap(head, "batch"))).toEqual(["n-2"]);
  const loop = fn({ x, ts: f64([3]) }, (input) => {
    const [total] = scan((carry, t) => [add(carry, mul(t, head({ x: input.x }))), null], sum(input.ts), input.ts);
    return total;
  });
  expect(expanded(loop)).toEqual(["n-2"]);
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
