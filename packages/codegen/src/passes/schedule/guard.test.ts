/** One test for several functions: which loops have it, what stands before it, and that every element is what it is without. */
import {
  abs,
  add,
  bool,
  div,
  exp,
  expm1,
  f32,
  fn,
  log1p,
  mul,
  neg,
  sigmoid,
  softmax,
  sub,
  sum,
  tanh,
  where,
} from "@tapeless/types";
import { evaluateBuiltin, isFn, traceFn } from "@tapeless/types/compiler";
import { describe, expect, it, test } from "vitest";
import { importText } from "../../emit/ts/testing/build-module.js";
import { type LoopNode, loopLanguage, type Stmt } from "../../ir/loop/index.js";
import { tensorPasses } from "../../pipeline/compile-function.js";
import { compileModule } from "../../pipeline/compile-module.js";
import { checkLevels, compileFunc } from "../testing/check-levels.js";

function traced(f: unknown) {
  if (!isFn(f)) throw new Error("a function is expected");
  return tensorPasses.run(traceFn(f, "f").func);
}

type If = Extract<Stmt, { kind: "If" }>;

/** The tests of a function's loops. */
const testsOf = (f: unknown): readonly If[] =>
  compileFunc(traced(f)).loops.functions.flatMap((each) =>
    loopLanguage.walk(each).filter((node) => node.kind === "If"),
  );

const calls = (nodes: readonly LoopNode[]): readonly string[] =>
  nodes.flatMap((node) => loopLanguage.walk(node).flatMap((each) => (each.kind === "Call" ? [each.fn] : [])));

const count = (names: readonly string[], name: string): number => names.filter((each) => each === name).length;

const vector = { x: f32([400]) };

describe("which loops test operands together", () => {
  it("four copies of an exponential: a test of four squares, and what looks at each operand where it fails alone", () => {
    const [only, ...others] = testsOf(fn(vector, ({ x }) => exp(mul(x, 3))));
    expect(others).toEqual([]);
    if (only === undefined) return;
    expect(count(calls([only.condition]), "mul")).toBe(4);
    expect([count(calls(only.body), "expfInside"), count(calls(only.body), "expf")]).toEqual([4, 0]);
    expect([count(calls(only.otherwise), "expfInside"), count(calls(only.otherwise), "expf")]).toEqual([0, 1]);
    expect(only.otherwise.map((stmt) => stmt.kind)).toEqual(["For"]);
    const [bound] = only.condition.kind === "Call" ? only.condition.args.slice(1) : [];
    expect(bound).toMatchObject({ value: 88 * 88 });
  });

  it("operands of different functions, by the least of their bounds", () => {
    const [only] = testsOf(fn({ ...vector, y: f32([400]) }, ({ x, y }) => mul(tanh(add(x, y)), sigmoid(x))));
    expect(count(calls([only?.condition ?? []].flat()), "mul")).toBe(8);
    expect(only?.condition).toMatchObject({ args: [{}, { value: 400 }] });
  });

  it("not the operand that waits for another function: that is tested by itself", () => {
    const [only] = testsOf(fn(vector, ({ x }) => exp(add(x, exp(x)))));
    const names = calls(only?.body ?? []);
    expect([count(names, "expfInside"), count(names, "expf")]).toEqual([4, 4]);
    expect(count(calls([only?.condition ?? []].flat()), "mul")).toBe(4);
  });

  it.each([
    ["masked", fn({ ...vector, m: bool([400]) }, ({ x, m }) => exp(where(m, x, -1e9)))],
    ["masked by infinity", fn({ ...vector, m: bool([400]) }, ({ x, m }) => exp(mul(where(m, x, -Infinity), 2)))],
    ["of rows that are written out", fn({ x: f32([400, 3]) }, ({ x }) => sum(exp(x), [1]))],
    ["of a single element at a time", fn({ x: f32([4]) }, ({ x }) => exp(x))],
  ] as const)("not what is %s", (_, f) => {
    expect(testsOf(f)).toEqual([]);
  });

  it("not where that, with what stands before the test, calls more than engines inline", () => {
    const deep = fn(vector, ({ x }) => exp(log1p(log1p(log1p(abs(x))))));
    expect(testsOf(deep)).toEqual([]);
    expect(testsOf(fn(vector, ({ x }) => exp(log1p(abs(x)))))).not.toEqual([]);
  });

  it("not what does not change in the loop, and does not say so", () => {
    const rows = fn({ x: f32([40, 400]), s: f32([40, 1]) }, ({ x, s }) => mul(x, exp(s)));
    const { planned, loops } = compileFunc(traced(rows));
    expect([...planned.schedules.values()].map(({ why }) => why)).toEqual(["2 nested loops, 4 at a time"]);
    expect(loopLanguage.walk(loops).filter((node) => node.kind === "If")).toEqual([]);
  });

  it("is told", () => {
    const { planned } = compileFunc(traced(fn(vector, ({ x }) => exp(x))));
    expect([...planned.schedules.values()].map(({ why }) => why)).toEqual([
      "one loop, 4 at a time, operands of functions tested together",
    ]);
  });
});

describe("every level computes the same", () => {
  it.each([
    ["a softmax", fn({ x: f32([6, 90]), t: f32([6, 90]) }, ({ x, t }) => sum(mul(softmax(x, -1), t)))],
    ["named rows", fn({ x: f32(["n", "m"]) }, ({ x }) => softmax(x, -1))],
    ["functions of functions", fn(vector, ({ x }) => div(tanh(add(x, exp(neg(x)))), add(1, expm1(mul(x, x)))))],
    ["what is written is read", fn(vector, ({ x }) => sub(exp(x), sum(tanh(x))))],
  ] as const)("%s", (_, f) => {
    checkLevels(traced(f), { n: 5, m: 11 });
  });
});

/** Where ranges end, what no range has, and what is in all of them. */
const operands = [0, -0, 1, -3, 19.9, 20, -20, 21, 60, 87.9, 88, -88, 89, 1e9, -1e9, Infinity, -Infinity, Number.NaN];

test("each element is what the functions make of it, whatever stands beside it", async () => {
  const f = fn({ x: f32(["n"]) }, ({ x }) => ({ t: tanh(x), e: exp(x), m: expm1(x) }));
  if (!isFn(f)) throw new Error("a function is expected");
  const { text } = compileModule({ file: "f.model.ts", exports: [{ name: "f", fn: f }], localNames: [] });
  expect(text).toContain("expfInside(");
  const module = await importText(text);
  const want = (name: "tanhf" | "expf" | "expm1f", x: Float32Array): Float32Array =>
    x.map((each) => evaluateBuiltin(name, "f64", [each]));
  for (const one of operands)
    for (let at = 0; at < 5; at++) {
      const x = Float32Array.from({ length: 9 }, (_, k) => (k % 5 === at ? one : Math.sin(k)));
      expect(module["f"]?.({ x }), `${one} at ${at}`).toEqual({
        t: want("tanhf", x),
        e: want("expf", x),
        m: want("expm1f", x),
      });
    }
});
