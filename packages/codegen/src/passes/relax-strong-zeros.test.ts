/** Strong zeros that belong to a value stay strong; those of cotangents are relaxed where no branch was left untaken. */
import { crossEntropy, f64, fn, grad, i32, log, mul, pow, sum, tanh } from "@tapeless/types";
import { evalFunc, exactTensor, type Func, isFn, traceFn } from "@tapeless/types/compiler";
import { expect, it } from "vitest";
import { tensorPasses } from "../pipeline/compile-function.js";

function compiled(f: unknown): Func {
  if (!isFn(f)) throw new Error("a function is expected");
  return tensorPasses.run(traceFn(f, "f").func);
}

function run(f: unknown, ...args: readonly (number | readonly number[])[]): readonly number[] {
  const func = compiled(f);
  const tensors = func.params.map(({ dtype }, k) => {
    const data = args[k] ?? [];
    return typeof data === "number" ? exactTensor([], dtype, [data]) : exactTensor([data.length], dtype, data);
  });
  return [...(evalFunc(func, tensors)[0]?.value ?? [])];
}

const x = f64([3]);

it("a class that is not chosen adds nothing, though its logit be -Infinity", () => {
  const byClass = fn({ x, label: i32([]) }, (input) => crossEntropy(input.x, input.label));
  const byTarget = fn({ x, target: f64([3]) }, (input) => crossEntropy(input.x, input.target));
  const expected = Math.log(1 + Math.E);
  expect(run(byClass, [1, 2, Number.NEGATIVE_INFINITY], 0)[0]).toBeCloseTo(expected, 12);
  expect(run(byTarget, [1, 2, Number.NEGATIVE_INFINITY], [1, 0, 0])[0]).toBeCloseTo(expected, 12);
});

it("products of cotangents are plain without a where", () => {
  const f = grad(
    fn({ x }, (input) => sum(mul(log(input.x), input.x))),
    "x",
  );
  expect(compiled(f).eqns.filter(({ op }) => op === "mulZero")).toEqual([]);
});

it("second derivatives stay right where the first has a strong zero, or overflows", () => {
  const power = fn({ x: f64([]), y: f64([]) }, (input) => pow(input.x, input.y));
  const inBase = grad(power, "x");
  const mixed = grad(
    fn({ x: f64([]), y: f64([]) }, (input) => inBase(input)),
    "y",
  );
  expect(run(mixed, 2, 0)).toEqual([0.5]); // 1/x
  expect(run(inBase, 0, 0)).toEqual([0]);
  const slope = grad(
    fn({ x: f64([]) }, (input) => tanh(input.x)),
    "x",
  );
  const curvature = grad(
    fn({ x: f64([]) }, (input) => slope(input)),
    "x",
  );
  expect(Math.abs(run(curvature, 1000)[0] ?? Number.NaN)).toBe(0); // an underflow, of either sign
});
