/** Memory of functions with named sizes: it grows where a call needs more, and is kept; what no array can hold is an error. */
import { add, f64, fn, matmul, mul, reshape, softmax, sum, tanh, valueAndGrad } from "@tapeless/types";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { compileModule } from "./compile-module.js";

const layer = fn({ x: f64(["n", "m"]), w: f64(["m", "m"]) }, ({ x, w }) => sum(softmax(tanh(matmul(softmax(x), w)))));
const outer = fn({ a: f64(["n"]), b: f64(["m"]) }, ({ a, b }) => add(mul(reshape(a, ["n", 1]), b), 1));

type Call = (input: unknown, out?: unknown) => unknown;
let module: Readonly<Record<string, Call | undefined>> = {};
beforeAll(async () => {
  const exports = [
    { name: "slope", fn: valueAndGrad(layer, ["x", "w"]) },
    { name: "outer", fn: outer },
  ];
  module = (await importText(compileModule({ file: "m.model.ts", localNames: [], exports }).text)) as typeof module; // functions
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** How often a call asks for an arena. */
function arenasOf(n: number, m: number): number {
  const input = { x: new Float64Array(n * m).fill(0.1), w: new Float64Array(m * m).fill(0.2) };
  const out = { value: 0, grad: { x: new Float64Array(n * m), w: new Float64Array(m * m) } };
  let count = 0;
  vi.stubGlobal(
    "ArrayBuffer",
    class extends ArrayBuffer {
      constructor(bytes: number) {
        super(bytes);
        count += 1;
      }
    },
  );
  module["slope"]?.(input, out);
  vi.unstubAllGlobals();
  return count;
}

test("the arena grows on demand, is kept, and goes on release only", () => {
  const sizes = [
    [3, 4],
    [3, 4],
    [2, 2],
    [9, 4],
    [1, 1],
    [0, 4],
    [9, 4],
    [5, 16],
    [9, 4],
  ] as const;
  expect(sizes.map(([n, m]) => arenasOf(n, m))).toEqual([1, 0, 0, 1, 0, 0, 0, 1, 0]);
  module["release"]?.(undefined);
  expect([arenasOf(2, 2), arenasOf(2, 2), arenasOf(3, 4)]).toEqual([1, 0, 1]);
});

test("a result that no array can hold is an error, and the next call is as before", () => {
  const long = new Float64Array(2 ** 20);
  expect(() => module["outer"]?.({ a: long, b: long })).toThrow(RangeError);
  const [a, b] = [Float64Array.of(1, 2), Float64Array.of(3)];
  expect(module["outer"]?.({ a, b })).toEqual(Float64Array.of(4, 7));
});
