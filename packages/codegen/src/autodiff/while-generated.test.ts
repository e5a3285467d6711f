/** Gradients of loops with a test, and the gradients of those, at every level and as generated code. */
import { add, fn, grad, mul, sum, type Tensor, tree, valueAndGrad } from "@tapeless/types";
import { isFloat, isFn, traceFn } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { drawArgs } from "../op-tests/testing/whole-programs.js";
import { everyLevel } from "./testing/all-levels.js";
import { loops } from "./testing/loops-with-a-test.js";

/** A loop without its types: functions of named tensors, whose result is a number. */
type Loop = ReturnType<typeof fn<{ x: Tensor<[], "f64"> }, Tensor<[], "f64">>>;

/** Inputs that have a gradient. */
function floatsOf(loop: unknown): readonly string[] {
  if (!isFn(loop)) throw new Error("a function is expected");
  const { func } = traceFn(loop, "f");
  return func.params.flatMap((param) => (isFloat(param) ? [param.name] : []));
}

const dataOf = (loop: unknown) => drawArgs(traceFn(loop as never, "f").func, 7).map(({ value }) => [...value]); // all of them are functions

describe("the gradient", () => {
  test.each(Object.entries(loops))("of %s", async (_title, loop) => {
    const gradient = valueAndGrad(loop as Loop, floatsOf(loop) as never);
    await everyLevel(gradient, dataOf(loop));
  });
});

describe("the gradient of the squared gradient", () => {
  test.each(Object.entries(loops))("of %s", async (_title, loop) => {
    const f = loop as Loop;
    const gradient = grad(f, floatsOf(loop) as never) as unknown as (input: unknown) => never;
    const squared = fn(f.input, (input) =>
      tree
        .leaves<"f64">(gradient(input))
        .map((leaf) => sum(mul(leaf, leaf)))
        .reduce((a, b) => add(a, b) as never),
    );
    const { results } = await everyLevel(grad(squared, floatsOf(loop) as never), dataOf(loop));
    expect(results.flat().every(Number.isFinite)).toBe(true);
  });
});
