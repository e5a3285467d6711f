/** Relations between named sizes: declared by a reshape or in the shape of an input, checked when the function is called. */
import { concat, f64, fn, grad, mul, reshape, sin, sum, vmap } from "@tapeless/types";
import { evalFunc, exactTensor } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { compileModule } from "./compile-module.js";

const built = async (f: unknown) => {
  const { text } = compileModule({ file: "m.model.ts", localNames: [], exports: [{ name: "f", fn: f }] });
  return (await importText(text)) as Readonly<Record<"f", (input: unknown) => unknown>>; // its one export
};

const inputs = { x: f64(["k"]), w: f64(["rows"]), v: f64(["cols"]) };
const table = fn(inputs, ({ x, w, v }) => {
  const m = reshape(sin(x), ["rows", "cols"]);
  return sum(mul(mul(m, v), reshape(w, ["rows", 1])));
});

test("a flat input as a table of two names", async () => {
  const { f } = await built(grad(table, "w"));
  const x = Float64Array.of(1, 2, 3, 4, 5, 6);
  const [w, v] = [Float64Array.of(1, 1), Float64Array.of(1, 10, 100)];
  const row = (at: number): number => Math.sin(at) + 10 * Math.sin(at + 1) + 100 * Math.sin(at + 2);
  expect(f({ x, w, v })).toEqual(Float64Array.of(row(1), row(4)));
  expect(() => f({ x: x.slice(1), w, v })).toThrow("f: k must be cols*rows, but k is 5 and cols*rows is 6");
  expect(f({ x: x.slice(6), w, v: v.slice(3) })).toEqual(Float64Array.of(0, 0));
});

test("and back, in a map", async () => {
  const flat = fn({ m: f64(["rows", "cols"]), y: f64(["k"]) }, ({ m, y }) => mul(reshape(m, ["k"]), y));
  const { f } = await built(vmap(flat, "batch", { y: null }));
  const [m, y] = [Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 10)];
  expect(f({ m, y, sizes: { rows: 2, batch: 2 } })).toEqual(Float64Array.of(1, 20, 3, 40));
  expect(() => f({ m, y, sizes: { rows: 2, batch: 1 } })).toThrow("cols*rows must be k, but cols*rows is 4 and k is 2");
});

test("a triangle: twice its length and the diagonal are a square", async () => {
  const triangle = fn({ x: f64(["t"]), diagonal: f64(["d"]) }, ({ x, diagonal }) => [
    reshape(concat([x, x, diagonal]), ["d", "d"]),
    x,
  ]);
  const { f } = await built(triangle);
  const given = (t: number, d: number) => ({ x: new Float64Array(t), diagonal: new Float64Array(d) });
  expect(f(given(3, 3))).toEqual([new Float64Array(9), new Float64Array(3)]);
  expect(() => f(given(4, 3))).toThrow("f: d+2*t must be d*d, but d+2*t is 11 and d*d is 9");
});

test("eval says so, too", () => {
  const func = programOf(table);
  const args = [5, 2, 3].map((size) => exactTensor([size], "f64", new Array<number>(size).fill(1)));
  expect(() => evalFunc(func, args, { k: 5, rows: 2, cols: 3 })).toThrow("reshape: k must be cols*rows");
});

test("of literals in a call it is judged there", () => {
  const call = (size: number) =>
    fn({ x: f64([size]), w: f64([2]), v: f64([3]) }, (given) => table(given as never) as never);
  expect(() => call(6)).not.toThrow();
  expect(() => call(7)).toThrow("reshape: [7] has 7 elements but [2, 3] has 6");
});

test("names of one side only are no relation", () => {
  const as = (from: readonly (number | string)[], to: readonly (number | string)[]) => () =>
    fn({ x: f64(from as never) }, ({ x }) => reshape(x as never, to as never) as never);
  expect(as(["n", 784], [28, 28])).toThrow("reshape: [n, 784] and [28, 28] have different sizes");
  expect(as(["2*n"], ["n"])).toThrow("[2*n] and [n] have different sizes");
  expect(as(["n", 3], ["n", 4])).toThrow("different sizes");
});

test("a multiple of a name in an input is a relation, solved and checked", async () => {
  const pairs = fn({ x: f64(["2*n"]), y: f64(["n"]), z: f64(["n*n+1"]) }, ({ x, y, z }) => [
    mul(reshape(x, ["n", 2]), reshape(y, ["n", 1])),
    z,
  ]);
  const { f } = await built(pairs);
  const given = (x: number, y: number, z: number) => ({
    x: new Float64Array(x).fill(1),
    y: new Float64Array(y).fill(2),
    z: new Float64Array(z),
  });
  expect(f(given(4, 2, 5))).toEqual([Float64Array.of(2, 2, 2, 2), new Float64Array(5)]);
  expect(() => f(given(4, 3, 5))).toThrow("f: input x must be a Float64Array of length 6 ([2*n] with n = 3)");
  expect(() => f(given(4, 2, 4))).toThrow("f: input z must be a Float64Array of length 5 ([n*n+1] with n = 2)");
  const { f: halves } = await built(fn({ x: f64(["2*n"]) }, ({ x }) => reshape(x, [2, "n"])));
  expect(halves({ x: Float64Array.of(1, 2) })).toEqual(Float64Array.of(1, 2));
  expect(() => halves({ x: new Float64Array(3) })).toThrow("f: input x must be a Float64Array of length 2·n ([2*n])");
});
