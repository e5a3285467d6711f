/** The chain of passes, and what the pipeline adds around it: names, checks of indices, the report. */
import {
  add,
  concat,
  f32,
  f64,
  fn,
  gather,
  i32,
  matmul,
  mul,
  reshape,
  scan,
  scatterAdd,
  sub,
  sum,
  tanh,
  valueAndGrad,
} from "@tapeless/types";
import { evalFunc, exactTensor, isFn, parseFunc, printFunc, traceFn } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { expand } from "../autodiff/expand.js";
import { trustIndices } from "../passes/trust-indices.js";
import { compileFunction, tensorPasses } from "./compile-function.js";
import { explainFunction } from "./explain.js";
import { nameParams, nameValues } from "./name-values.js";
import { Passes } from "./passes.js";

function program(f: unknown) {
  if (!isFn(f)) throw new Error("a function is expected");
  return traceFn(f, "model").func;
}

describe("a chain of passes", () => {
  it("runs them in the order in which they stand, and shows each result", () => {
    const seen: [string, unknown][] = [];
    const chain = Passes.start<number>()
      .pass("double", (x) => 2 * x)
      .pass("show", (x) => `${x}`);
    expect(chain.run(21, (pass, result) => seen.push([pass, result]))).toBe("42");
    expect(seen).toEqual([
      ["double", 42],
      ["show", "42"],
    ]);
  });

  it("is, for a function, the compiler", () => {
    const passes: string[] = [];
    compileFunction(program(fn({ x: f32([3]) }, ({ x }) => sum(x))), {}, (pass) => passes.push(pass));
    const order = [
      "expand",
      "decompose",
      "simplify",
      "earlySums",
      "hoistLoops",
      "cse",
      "dce",
      "fuse",
      "schedule",
      "planMemory",
      "lowerLoops",
      "unroll",
    ];
    expect(passes.filter((pass) => order.includes(pass))).toEqual(order);
  });
});

describe("names", () => {
  const func = parseFunc(`func f(a: f64[2], b: f64[2]) {
  v0: f64[2] = mul(a, b) at "m.ts:3:9"
  v1: f64[2] = neg(v0) at "m.ts:3:9"
  v2: f64[2] = add(v1, a) at "m.ts:4:2"
} -> (v2, b)`);

  it("of parameters are given by position", () => {
    expect(printFunc(nameParams(func, (k) => ["w", "x"][k] ?? ""))).toMatch(
      /^func f\(w: f64\[2\], x: f64\[2\]\)[\s\S]*mul\(w, x\)[\s\S]*-> \(v2, x\)$/,
    );
  });

  it("of values are those of the last equation of their call, and nothing else changes", () => {
    const named = nameValues(func, [{ file: "m.ts", line: 3, column: 9, name: "h" }]);
    expect(printFunc(named)).toContain("h: f64[2] = neg(v0)");
    const args = [1, 2].map((x) => exactTensor([2], "f64", [x, 3]));
    expect(evalFunc(named, args)).toEqual(evalFunc(func, args));
  });
});

describe("checks of indices", () => {
  const checked = (f: unknown) => trustIndices(expand(program(f))).checks;
  const table = f32([5, 2]);

  it("find an input that picks rows, also reshaped or joined with another", () => {
    expect(checked(fn({ table, rows: i32([3]) }, ({ table, rows }) => gather(table, rows)))).toEqual([
      { param: 1, bound: 5 },
    ]);
    expect(checked(fn({ table, rows: i32([4]) }, ({ table, rows }) => gather(table, reshape(rows, [2, 2]))))).toEqual([
      { param: 1, bound: 5 },
    ]);
    const joined = fn({ table, a: i32([3]), b: i32([2]) }, ({ table, a, b }) => gather(table, concat([a, b])));
    expect(checked(joined)).toEqual([
      { param: 1, bound: 5 },
      { param: 2, bound: 5 },
    ]);
  });

  it("find them inside of loops, whether captured or walked along", () => {
    const walk = fn({ table, rows: i32([7]), one: i32([]) }, ({ table, rows, one }) => {
      const [total] = scan(
        (carry, row) => [add(carry, gather(table, row), gather(table, one)), null],
        gather(table, one),
        rows,
      );
      return total;
    });
    expect(
      checked(walk)
        .map(({ param }) => param)
        .toSorted(),
    ).toEqual([1, 2]);
  });

  it("leave computed indices alone, which pick zeros and drop updates where they are out of range", () => {
    const picking = fn({ table, rows: i32([3]) }, ({ table, rows }) => gather(table, mul(rows, 3)));
    expect(checked(picking)).toEqual([]);
    const rows = exactTensor([3], "i32", [0, 1, 2]);
    const [picked] = evalFunc(tensorPasses.run(program(picking)), [
      exactTensor([5, 2], "f32", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
      rows,
    ]);
    expect([...(picked?.value ?? [])]).toEqual([1, 2, 7, 8, 0, 0]);
    const adding = fn({ table, rows: i32([3]) }, ({ table, rows }) =>
      scatterAdd(table, mul(sub(rows, 1), 3), gather(table, rows)),
    );
    const [added] = evalFunc(tensorPasses.run(program(adding)), [exactTensor([5, 2], "f32", Array(10).fill(1)), rows]);
    expect([...(added?.value ?? [])]).toEqual([2, 2, 1, 1, 1, 1, 2, 2, 1, 1]);
  });
});

describe("the report", () => {
  it("counts what the kernels do, with names where sizes are not known", () => {
    const model = valueAndGrad(
      fn({ x: f64(["n", 4]), w: f64([4, 3]) }, ({ x, w }) => sum(tanh(matmul(x, w)))),
      "w",
    );
    const report = explainFunction("model", compileFunction(program(model)));
    expect(report.kernels.length).toBeGreaterThan(0);
    expect(report.flops).toMatch(/n/);
    expect(report.kernels.every(({ schedule, reason }) => schedule !== "" && reason !== "")).toBe(true);
  });
});
