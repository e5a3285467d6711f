/** Generated code of ops along axes whose size is known only in the call: any size, also 0 and 1; indices are checked. */
import {
  addAlongAxis,
  all,
  any,
  argsort,
  cumprod,
  cumsum,
  f64,
  fn,
  grad,
  greater,
  i32,
  median,
  norm,
  prod,
  quantile,
  sort,
  std,
  sum,
  take,
  takeAlongAxis,
  topK,
  variance,
} from "@tapeless/types";
import { beforeAll, describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { compileModule } from "../pipeline/compile-module.js";

const rows = { x: f64(["n", 2]) };
const column = { x: f64(["n"]) };
const functions = {
  prod: fn(rows, ({ x }) => prod(x, 0)),
  prodGrad: grad(fn(column, ({ x }) => prod(x))),
  variance: fn(column, ({ x }) => variance(x, 0, { correction: 1 })),
  stdGrad: grad(fn(column, ({ x }) => std(x))),
  norm: fn(column, ({ x }) => norm(x, 0, { ord: 3 })),
  anyAll: fn(column, ({ x }) => ({ any: any(greater(x, 1)), all: all(greater(x, 1)) })),
  cumsum: fn(rows, ({ x }) => cumsum(x, 0, { reverse: true })),
  cumprodGrad: grad(fn(column, ({ x }) => sum(cumprod(x)))),
  sort: fn(rows, ({ x }) => sort(x, 0)),
  argsort: fn(column, ({ x }) => argsort(x, 0, { descending: true })),
  topK: fn(column, ({ x }) => topK(x, 2)),
  median: fn(rows, ({ x }) => median(x, 0)),
  quantile: fn(column, ({ x }) => quantile(x, 0.3)),
  take: fn({ x: f64(["n", 2]), at: i32(["k"]) }, ({ x, at }) => take(x, at, 1)),
  takeAlong: fn({ x: f64(["n"]), at: i32(["k"]) }, ({ x, at }) => takeAlongAxis(x, at)),
  addAlong: fn({ x: f64(["n"]), at: i32(["k"]), y: f64(["k"]) }, ({ x, at, y }) => addAlongAxis(x, at, y)),
};

type Name = keyof typeof functions;
type Call = (input: Readonly<Record<string, unknown>>) => unknown;
let built: Readonly<Record<string, Call | undefined>> = {};

beforeAll(async () => {
  const exports = Object.entries(functions).map(([name, given]) => ({ name, fn: given }));
  built = (await importText(compileModule({ file: "t.model.ts", exports, localNames: [] }).text)) as typeof built; // its exports are functions
}, 60_000);

const f64s = (...values: number[]): Float64Array => Float64Array.from(values);
const call = (name: Name, input: Readonly<Record<string, unknown>>): unknown => {
  const result = built[name]?.(input);
  return ArrayBuffer.isView(result) ? [...(result as Float64Array)] : result; // a typed array of some kind
};

interface Row {
  readonly name: Name;
  readonly x: readonly number[];
  readonly want: unknown;
}

const { NaN: nan } = Number;

const cases: readonly Row[] = [
  { name: "prod", x: [], want: [1, 1] },
  { name: "prod", x: [2, 3, 4, 0, 5, 6], want: [40, 0] },
  { name: "prodGrad", x: [2, 0, 3], want: [0, 6, 0] },
  { name: "variance", x: [1, 2, 3, 4], want: 5 / 3 },
  { name: "variance", x: [1], want: nan },
  { name: "stdGrad", x: [2, 2], want: [0, 0] },
  { name: "norm", x: [], want: 0 },
  { name: "norm", x: [0, 2], want: 2 },
  { name: "anyAll", x: [], want: { any: 0, all: 1 } },
  { name: "anyAll", x: [1, 2], want: { any: 1, all: 0 } },
  { name: "cumsum", x: [], want: [] },
  { name: "cumsum", x: [1, 10, 2, 20, 3, 30], want: [6, 60, 5, 50, 3, 30] },
  { name: "cumprodGrad", x: [2, 0, 3, 4], want: [1, 32, 0, 0] },
  { name: "sort", x: [], want: [] },
  { name: "sort", x: [1, 2], want: [1, 2] },
  { name: "sort", x: [3, 1, 2, nan, 1, 0], want: [1, 0, 2, 1, 3, nan] },
  { name: "argsort", x: [5, 7, 5, 9, 7], want: [3, 1, 4, 0, 2] },
  { name: "median", x: [1, 4, 9, 2, 5, 3], want: [5, 3] },
  { name: "median", x: [1, 4, 3, nan], want: [2, nan] },
  { name: "quantile", x: [50, 10, 40, 20, 30], want: 22 },
];

describe("any size", () => {
  test.each(cases)("$name of $x", ({ name, x, want }) => {
    expect(call(name, { x: f64s(...x) })).toEqual(want);
  });

  test("the first few need as many", () => {
    const { values, indices } = call("topK", { x: f64s(3, 9, 4) }) as Readonly<Record<string, Float64Array>>; // two vectors
    expect([values, indices]).toEqual([f64s(9, 4), Int32Array.of(1, 2)]);
    expect(() => call("topK", { x: f64s(3) })).toThrow("topK");
    expect(() => call("median", { x: f64s() })).toThrow("median needs at least one element, but n is 0");
  });

  test("a long axis, row by row", () => {
    const x = Float64Array.from({ length: 2000 }, (_, k) => Math.sin(k * k));
    const column = (k: number): number[] => [...x.filter((_, at) => at % 2 === k)].sort((a, b) => a - b);
    const [first, second] = [column(0), column(1)];
    expect(call("sort", { x })).toEqual(first.flatMap((value, k) => [value, second[k]]));
  });
});

describe("indices of an input are checked in the call", () => {
  const x = f64s(1, 2, 3);
  test.each([
    { name: "takeAlong", input: { x, at: Int32Array.of(0, 3) } },
    { name: "takeAlong", input: { x, at: Int32Array.of(-1) } },
    { name: "addAlong", input: { x, at: Int32Array.of(3), y: f64s(1) } },
    { name: "take", input: { x: f64s(1, 2), at: Int32Array.of(2) } },
  ] as const)("$name", ({ name, input }) => {
    expect(() => call(name, input)).toThrow(/at.*(0|range)/);
  });

  test("and trusted then", () => {
    expect(call("takeAlong", { x, at: Int32Array.of(2, 0, 2) })).toEqual([3, 1, 3]);
    expect(call("addAlong", { x, at: Int32Array.of(2, 0, 2), y: f64s(1, 10, 100) })).toEqual([11, 2, 104]);
    expect(call("take", { x: f64s(1, 2, 3, 4), at: Int32Array.of(1, 1) })).toEqual([2, 2, 4, 4]);
  });
});
