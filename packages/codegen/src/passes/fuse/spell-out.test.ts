/** What a function and its derivative have in common is computed once for each element. */
import { f64, fn, grad, mul, sigmoid, sum, tanh, valueAndGrad } from "@tapeless/types";
import { type BuiltinName, type FnValue, isFunction, traceFn } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { loopLanguage } from "../../ir/loop/index.js";
import { tensorPasses } from "../../pipeline/compile-function.js";
import { compilable } from "../../pipeline/testing/large-models.js";
import { checkLevels } from "../testing/check-levels.js";

const input = { x: f64(["n"]) };
const ofSigmoid = fn(input, ({ x }) => sum(sigmoid(x)));
const ofTanh = fn(input, ({ x }) => sum(tanh(x)));
const ofBoth = fn(input, ({ x }) => sum(mul(sigmoid(x), tanh(x))));

/** The dear builtins and the functions that one step of the loop calls, by how often it does for each element. */
function callsOf(value: FnValue): Readonly<Record<string, number>> {
  const func = tensorPasses.run(traceFn(value, "f").func);
  const { loops } = checkLevels(func, { n: 7 });
  const steps = loopLanguage.walk(loops).filter((node) => node.kind === "For" && node.step === 1);
  const dear: readonly BuiltinName[] = ["exp", "tanh", "div"];
  const calls = steps.flatMap((step) =>
    loopLanguage
      .walk(step)
      .flatMap((node) => (node.kind === "Call" && (dear.includes(node.fn) || isFunction(node.fn)) ? [node.fn] : [])),
  );
  return Object.fromEntries([...new Set(calls)].map((fn) => [fn, calls.filter((each) => each === fn).length]));
}

test("a sigmoid and its derivative: one power, one division", () => {
  expect(callsOf(compilable(valueAndGrad(ofSigmoid)))).toEqual({ exp: 1, div: 1 });
});

test("tanh and its derivative: one tanh, and a power only near ±1", () => {
  expect(callsOf(compilable(valueAndGrad(ofTanh)))).toEqual({ tanh: 1, sigmoidSlope: 1 });
});

test("a product of both and its derivative", () => {
  expect(callsOf(compilable(valueAndGrad(ofBoth)))).toEqual({ exp: 1, div: 1, tanh: 1, sigmoidSlope: 1 });
});

test("what is wanted alone stays a call", () => {
  expect(callsOf(compilable(grad(ofSigmoid)))).toEqual({ sigmoidSlope: 1 });
  expect(callsOf(compilable(grad(ofTanh)))).toEqual({ tanhSlope: 1 });
});
