/** Sums that need not wait: how often rows are gone through, what stays as it is, and that nothing changes its value. */
import { f32, fn, layerNorm, mul, softmax, sum, valueAndGrad } from "@tapeless/types";
import {
  evalFunc,
  exactTensor,
  type Func,
  isFn,
  parseFunc,
  printFunc,
  productSize,
  traceFn,
  verifyFunc,
} from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import type { Kernel } from "../ir/kernel/nodes.js";
import { tensorPasses } from "../pipeline/compile-function.js";
import { dce } from "./dce.js";
import { earlySums } from "./early-sums.js";
import type { PlannedProgram } from "./plan-memory/types.js";
import { rewriteFunc } from "./rewrite.js";
import { kernelsOf } from "./schedule/work.js";
import { checkLevels, compileFunc, random } from "./testing/check-levels.js";

function compiled(f: unknown): Func {
  if (!isFn(f)) throw new Error("a function is expected");
  return tensorPasses.run(traceFn(f, "f").func);
}

/** Kernels that go through whole rows. */
const walksOf = ({ program }: PlannedProgram): readonly Kernel[] =>
  [...kernelsOf(program.steps)].map(({ kernel }) => kernel).filter(({ axes }) => axes.length > 1);

/** Of how many elements a temporary is, the largest first; and how often rows are gone through. */
function costs(func: Func) {
  const { planned } = compileFunc(func);
  const largest = planned.program.buffers
    .filter(({ space }) => space === "arena")
    .map(({ shape }) => Number(productSize(shape)))
    .sort((a, b) => b - a);
  return { kernels: walksOf(planned).length, largest };
}

describe("rows are gone through as often as their sums wait for each other", () => {
  it("a softmax and its gradient: for the largest, for the sums, for the results", () => {
    const input = { X: f32([60, 90]), T: f32([60, 90]) };
    const loss = fn(input, ({ X, T }) => sum(mul(softmax(X, -1), T)));
    const { kernels, largest } = costs(compiled(valueAndGrad(loss, ["X"])));
    expect(kernels).toBe(3);
    expect(largest.slice(0, 2)).toEqual([60 * 90, 60]); // of the size of the input the powers alone
  });

  it("a softmax alone, summed: for the largest and for the sums, and no power is stored", () => {
    const loss = fn({ X: f32([60, 90]), T: f32([60, 90]) }, ({ X, T }) => sum(mul(softmax(X, -1), T)));
    const { kernels, largest } = costs(compiled(loss));
    expect(kernels).toBe(2);
    expect(largest[0]).toBe(60);
  });

  it("layer normalisation and its gradient: nothing of the size of the input is stored", () => {
    const input = { X: f32([60, 90]), g: f32([90]), b: f32([90]), T: f32([60, 90]) };
    const loss = fn(input, ({ X, g, b, T }) => sum(mul(layerNorm(X, g, b), T)));
    const { kernels, largest } = costs(compiled(valueAndGrad(loss, ["X", "g", "b"])));
    expect(kernels).toBe(4);
    expect(largest[0]).toBe(90);
  });
});

const late = (dtype: string, terms: string): Func =>
  parseFunc(`func f(x: ${dtype}[3, 4, 5], w: ${dtype}[3, 4, 5], q: ${dtype}[3, 5]) {
  s: ${dtype}[3, 5] = sum(x) {axes=[1]}
  t: ${dtype}[3] = sum(s) {axes=[1]}
  e: ${dtype}[3, 1] = reshape(t) {shape=[3, 1]}
  c: ${dtype}[3, 4, 5] = broadcastTo(s) {shape=[3, 4, 5], axes=[0, 2]}
  d: ${dtype}[3, 4, 5] = broadcastTo(e) {shape=[3, 4, 5], axes=[0, 1]}
  o: ${dtype}[3, 4, 5] = broadcastTo(q) {shape=[3, 4, 5], axes=[0, 2]}
${terms}
} -> (y)`);

const cases: readonly (readonly [name: string, early: boolean, terms: string])[] = [
  ["a product", true, "a: D[3, 4, 5] = mul(w, c)\ny: D[3, 5] = sum(a) {axes=[1]}"],
  ["a quotient", true, "a: D[3, 4, 5] = div(w, c)\ny: D[3, 5] = sum(a) {axes=[1]}"],
  [
    "several factors, negated, over several axes",
    true,
    "a: D[3, 4, 5] = mul(d, w)\nb: D[3, 4, 5] = div(x, d)\ng: D[3, 4, 5] = mul(a, b)\nh: D[3, 4, 5] = neg(g)\ny: D[3] = sum(h) {axes=[1, 2]}",
  ],
  ["a factor that changes along the axis", false, "a: D[3, 4, 5] = mul(w, c)\ny: D[3, 4] = sum(a) {axes=[2]}"],
  ["a factor that is given", false, "a: D[3, 4, 5] = mul(w, o)\ny: D[3, 5] = sum(a) {axes=[1]}"],
  ["the factor alone", false, "a: D[3, 4, 5] = mul(c, c)\ny: D[3, 5] = sum(a) {axes=[1]}"],
  ["a dividend", true, "a: D[3, 4, 5] = div(c, w)\ny: D[3, 5] = sum(a) {axes=[1]}"],
  [
    "a rest that is as late",
    false,
    "a: D[3, 4, 5] = sub(w, c)\nb: D[3, 4, 5] = mul(a, c)\ny: D[3, 5] = sum(b) {axes=[1]}",
  ],
  ["not even a product", false, "a: D[3, 4, 5] = sub(w, c)\ny: D[3, 5] = sum(a) {axes=[1]}"],
];

const sums =
  "a: D[3, 4, 5] = mul(c, x)\nb: D[3, 4, 5] = div(w, d)\ng: D[3, 4, 5] = sub(a, b)\ny: D[3, 5] = sum(g) {axes=[1]}";

function expectSame(before: Func, after: Func): void {
  const draw = random(7);
  for (let k = 0; k < 5; k++) {
    const inputs = before.params.map(({ shape, dtype }) => {
      const values = Array.from({ length: Number(productSize(shape)) }, () => Math.fround(draw() * 4 - 1));
      return exactTensor(shape.map(Number), dtype, values);
    });
    const [want, got] = [evalFunc(before, inputs)[0], evalFunc(after, inputs)[0]];
    got?.value.forEach((value, at) => {
      const bound = (want?.bound[at] ?? 0) + (got.bound[at] ?? 0);
      expect(Math.abs(value - (want?.value[at] ?? Number.NaN))).toBeLessThanOrEqual(bound);
    });
  }
}

describe.each(["f32", "f64"])("in %s", (dtype) => {
  it.each([...cases, ["what is added", true, sums] as const])("%s", (_, isEarly, terms) => {
    const func = late(dtype, terms.replaceAll("D[", `${dtype}[`));
    const after = verifyFunc(dce(earlySums(func)));
    expect(printFunc(after) !== printFunc(dce(rewriteFunc(func, () => undefined)))).toBe(isEarly && dtype === "f32");
    expectSame(func, after);
    checkLevels(after);
    expect(printFunc(dce(earlySums(after)))).toBe(printFunc(after)); // nothing is left to do
  });
});

it("what cancels keeps its digits: single sums are in double precision", () => {
  const func = late("f32", sums.replaceAll("D[", "f32["));
  const text = printFunc(dce(earlySums(func)));
  expect(text.match(/: f64\[3, 5\] = sum/g)).toHaveLength(2);
});

it("products are in double precision too: what brings terms into the range of floats may come behind the sum", () => {
  const func = late(
    "f32",
    "a: f32[3, 4, 5] = div(w, c)\nb: f32[3, 4, 5] = mul(a, x)\ny: f32[3, 5] = sum(b) {axes=[1]}",
  );
  expect(printFunc(dce(earlySums(func)))).toMatch(/: f64\[3, 4, 5\] = mul/);
});

it("a sum in single precision that is there already is that in double precision", () => {
  const terms =
    "a: f32[3, 4, 5] = mul(w, c)\nv: f32[3, 5] = sum(w) {axes=[1]}\nu: f32[3, 5] = sum(a) {axes=[1]}\ny: f32[3, 5] = mul(u, v)";
  const after = dce(earlySums(late("f32", terms)));
  expect(after.eqns.filter(({ op }) => op === "sum")).toHaveLength(2); // of x, and of w once
  expectSame(late("f32", terms), after);
});

it("a factor that is the same along some of the axes alone stands behind the sum along these", () => {
  const func = late("f32", "a: f32[3, 4, 5] = mul(w, c)\ny: f32[] = sum(a) {axes=[0, 1, 2]}");
  const after = dce(earlySums(func));
  const sums = after.eqns.filter(({ op, outs: [out] }) => op === "sum" && out?.dtype === "f64");
  expect(sums.map(({ attrs }) => attrs.axes)).toEqual([[1], [0, 1]]);
  expectSame(func, after);
});

it("named sizes, in loops too", () => {
  const rows = fn({ X: f32(["n", "m"]), T: f32(["n", "m"]) }, ({ X, T }) => sum(mul(softmax(X, -1), T)));
  const func = compiled(valueAndGrad(rows, ["X"]));
  for (const sizes of [
    { n: 3, m: 5 },
    { n: 1, m: 1 },
    { n: 2, m: 0 },
  ])
    checkLevels(func, sizes);
  expect(walksOf(compileFunc(func).planned)).toHaveLength(3);
});
