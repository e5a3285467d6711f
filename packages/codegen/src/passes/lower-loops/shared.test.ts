/** Kernels that are equal but for names are one function, wherever their operands are. */
import { add, f64, fn, matmul, mean, sum, tanh, valueAndGrad } from "@tapeless/types";
import { type FnValue, traceFn } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { verifyProgram } from "../../ir/loop/index.js";
import { compileFunction } from "../../pipeline/compile-function.js";
import { compileModule } from "../../pipeline/compile-module.js";
import { compilable, transformer } from "../../pipeline/testing/large-models.js";

const layers = (count: number): FnValue => {
  const weights = Array.from({ length: count }, () => f64([16, 16]));
  const loss = fn({ weights, x: f64([8, 16]) }, ({ weights, x }) =>
    mean(weights.reduce((z, w) => tanh(matmul(z, w)), x)),
  );
  return compilable(valueAndGrad(loss, "weights"));
};

const loopsOf = (value: FnValue) => verifyProgram(compileFunction(traceFn(value, "f").func).loop);

test("equal layers share their functions: more layers, more calls, no more functions", () => {
  const [four, eight] = [loopsOf(layers(4)), loopsOf(layers(8))];
  expect(eight.functions).toHaveLength(four.functions.length);
  expect(eight.steps.length).toBeGreaterThan(four.steps.length);
});

test("a function that is handed an input here and a temporary there takes the place where each starts", () => {
  const { functions, steps } = loopsOf(layers(4)); // of the last one the sum alone is wanted
  const [first] = steps.flatMap((step) => (step.kind === "CallFunction" ? [step] : []));
  const product = functions.find(({ name }) => name === first?.function);
  const operands = [{ offset: true, space: "input" }, { offset: false }];
  expect(product?.params).toMatchObject([...operands, { offset: true }, { offset: true }]); // the sums, and tanh of them
  expect(steps.filter((step) => step.kind === "CallFunction" && step.function === product?.name)).toHaveLength(3);
});

test("what several functions of a module compute alike stands in it once", () => {
  const x = { x: f64(["n", 16]), w: f64([16, 16]) };
  const product = fn(x, ({ x, w }) => matmul(x, w));
  const used = fn(x, ({ x, w }) => sum(add(matmul(x, w), 1)));
  const exported = (names: readonly string[]) =>
    compileModule({
      file: "two.model.ts",
      exports: Object.entries({ product, used }).flatMap(([name, each]) =>
        names.includes(name) ? [{ name, fn: each }] : [],
      ),
      localNames: [],
    }).text.match(/^function (tile|addTile)2x3/gm)?.length;
  expect([exported(["product"]), exported(["used"]), exported(["product", "used"])]).toEqual([1, 1, 1]);
});

test("products of any shape and of named sizes share what packs their panels and sums their tiles", () => {
  const functionsOf = (...sizes: readonly number[]): readonly string[] => {
    const [inputs = 0, ...widths] = sizes;
    const weights = widths.map((width, k) => f64([sizes[k] ?? 0, width]));
    const net = fn({ x: f64(["n", inputs]), weights }, ({ x, weights }) => weights.reduce((z, w) => matmul(z, w), x));
    const { functions } = loopsOf(compilable(net));
    return functions.map(({ name }) => name).filter((name) => /^(pack|tile|sum)[A-Z0-9]/.test(name));
  };
  const one = functionsOf(20, 31);
  expect(one).toEqual(expect.arrayContaining(["packRows", "packColumns3", "tile2x3", "sumColumns3"]));
  expect(functionsOf(20, 31, 22, 43, 61)).toEqual(one);
});

test("four equal blocks of a transformer have hardly more functions than two", () => {
  const size = { width: 16, heads: 2, tokens: 8 };
  const count = (blocks: number): number => loopsOf(transformer({ blocks, ...size })).functions.length;
  expect(count(4) - count(2)).toBeLessThan(12);
});
