/** exp and tanh by tables: in f64 loops and nowhere else, the same bits as eval, right at the edges, and no worse than the engine. */
import { add, exp, f32, f64, fn, grad, greater, mish, mul, sigmoid, silu, sum, tanh, where } from "@tapeless/types";
import { evaluateBuiltin, isFn } from "@tapeless/types/compiler";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compileModule } from "../../pipeline/compile-module.js";
import { diagnose, type GeneratedModule, importText } from "./testing/build-module.js";

const textOf = (exports: Readonly<Record<string, unknown>>): string =>
  compileModule({
    file: "powers.model.ts",
    exports: Object.entries(exports).flatMap(([name, each]) => (isFn(each) ? [{ name, fn: each }] : [])),
    localNames: [],
  }).text;

const vector = { x: f64(["n"]) };
const text = textOf({ powers: fn(vector, ({ x }) => exp(x)), heights: fn(vector, ({ x }) => tanh(x)) });
let generated: GeneratedModule;
beforeAll(async () => {
  generated = await importText(text);
});

const seams = [708, 709.78, 745.2, 746, 20, 0.0625, 1e-8, 5e-324, 2 ** -1022, 1e300, Math.LN2, Math.LN2 / 256];
const edges = [0, Number.POSITIVE_INFINITY, Number.NaN, ...seams].flatMap((x) => [x, -x]);
const operand = fc.oneof(fc.double(), fc.double({ min: -30, max: 30, noNaN: true }), fc.constantFrom(...edges));

describe.each([
  ["powers", "expByTable", "exp", 1.5],
  ["heights", "tanhByTable", "tanh", 5],
] as const)("%s", (name, builtin, engine, ulps) => {
  test("the same bits as eval", () => {
    fc.assert(
      fc.property(fc.array(operand, { minLength: 1, maxLength: 9 }), (x) => {
        const got: Float64Array = generated[name]?.({ x: Float64Array.from(x) }) ?? new Float64Array(0);
        expect([...got]).toEqual(x.map((each) => evaluateBuiltin(builtin, "f64", [each])));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  test.each(edges)("at %d as the engine's, but for units in the last place", (x) => {
    const [got, want] = [evaluateBuiltin(builtin, "f64", [x]), Math[engine](x)];
    if (Number.isFinite(want) && want !== 0) expect(Math.abs(got / want - 1)).toBeLessThan(ulps * 2 ** -52);
    else expect(got).toBe(want);
  });
});

/** A kernel with three powers and two tangents is more than V8 inlines. */
const crowd = fn({ x: f64(["n"]), y: f64(["n"]) }, ({ x, y }) =>
  add(mul(exp(x), tanh(y)), mul(exp(y), tanh(x)), exp(add(x, y))),
);

describe("in a loop with more calls than V8 inlines", () => {
  const calls = (code: string): readonly string[] => code.match(/(exp|tanh)ByTable\(/g) ?? [];

  test("they are spelled out, and the module has no function for them", () => {
    const code = textOf({ crowd });
    expect(calls(code)).toEqual([]);
    expect(code.match(/: Math\.exp\(/g)).toHaveLength(3);
    expect(diagnose(code)).toEqual([]);
  });

  test("they give the same bits", async () => {
    const { crowd: run } = await importText(textOf({ crowd }));
    const at = (name: "expByTable" | "tanhByTable", x: number) => evaluateBuiltin(name, "f64", [x]);
    const pairs = edges.flatMap((x) => [1, -0.3, 30, x].map((y) => [x, y] as const));
    const [x, y] = [0, 1].map((side) => Float64Array.from(pairs, (pair) => pair[side] ?? 0));
    const expected = pairs.map(
      ([x, y]) =>
        at("expByTable", x) * at("tanhByTable", y) +
        at("expByTable", y) * at("tanhByTable", x) +
        at("expByTable", x + y),
    );
    expect([...(run?.({ x, y }) ?? [])]).toEqual(expected);
  });

  test("what only a branch computes stays there, and stays a call", () => {
    const chosen = fn({ x: f64(["n"]), y: f64(["n"]) }, ({ x, y }) =>
      add(mul(exp(x), tanh(y)), mul(exp(y), tanh(x)), where(greater(x, y), exp(mul(x, y)), 0)),
    );
    const code = textOf({ chosen });
    expect(calls(code)).toEqual(["expByTable(", "expByTable("]); // in the branch, and its declaration
    expect(code).toMatch(/\? expByTable\(/);
  });

  test("a loop that takes four steps at once and one for the rest calls them", () => {
    expect(calls(textOf({ total: fn(vector, ({ x }) => sum(exp(x))) }))).toHaveLength(6);
  });
});

test("in f64 loops alone: f32 has forms of its own, straight-line code calls the engine", () => {
  expect(text).not.toContain("Math.tanh");
  const single = textOf({ powers: fn({ x: f32(["n"]) }, ({ x }) => exp(x)) });
  const tiny = textOf({ power: fn({ x: f64([3]) }, ({ x }) => sum(exp(x))) });
  expect(single).toContain("expf(");
  expect(tiny).toContain("Math.exp(");
  for (const each of [single, tiny]) expect(each).not.toContain("ByTable");
});

test("functions that loops call have their powers from tables as well, in f64 alone", () => {
  const slopes = { sigmoid, silu, mish, tanh };
  for (const [name, op] of Object.entries(slopes)) {
    const slope = `${name}Slope`;
    const double = textOf({ slope: grad(fn(vector, ({ x }) => sum(op(x)))) });
    expect(double).toContain(`${slope}ByTable(x[`);
    expect(double).not.toContain(`function ${slope}(`); // only the formula in a comment says it
    expect(double.match(/Math\.(exp|tanh)\(/g)).toEqual(["Math.exp("]); // where the table ends
    const single = textOf({ slope: grad(fn({ x: f32(["n"]) }, ({ x }) => sum(op(x)))) });
    expect(single).not.toContain("ByTable");
  }
});

test("a module carries the tables that it uses, once", () => {
  const declared = (name: string) => text.split(`const ${name} = `).length - 1;
  expect(["fractionsOfTwo", "powersOfTwo"].map(declared)).toEqual([1, 1]);
  expect(textOf({ twice: fn(vector, ({ x }) => add(x, x)) })).not.toContain("OfTwo");
});

test("the strictest compiler accepts the module", () => {
  expect(diagnose(text)).toEqual([]);
});
