/** What a module grows by with the depth of a model: calls, no code that says again what another block has said. */
import { gzipSync } from "node:zlib";
import { add, crossEntropy, f32, fn, i32, matmul, mean, relu, valueAndGrad } from "@tapeless/types";
import { expect, test } from "vitest";
import { compileModule } from "./compile-module.js";
import { compilable, transformer } from "./testing/large-models.js";

const textOf = (blocks: number): string =>
  compileModule({
    file: "transformer.model.ts",
    localNames: [],
    exports: [{ name: "lossAndGrad", fn: transformer({ blocks, width: 64, heads: 4, tokens: 64 }) }],
  }).text;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

test("twelve blocks of a transformer are at most three times the text of one", () => {
  const [one, twelve] = [textOf(1), textOf(12)];
  expect(twelve.length / one.length).toBeLessThan(3);
  // Each block is checked as an input, and its gradient where it is handed in; what that means is written once.
  expect(count(twelve, /^ +check\w+Item\(/gm)).toBe(24);
  expect(count(twelve, /^ {2}checkF32\(/gm)).toBe(count(one, /^ {2}checkF32\(/gm));
  expect(count(twelve, /new Float32Array\(\d/g)).toBe(count(one, /new Float32Array\(\d/g));
}, 300_000); // the largest model that tests compile, on machines under load

test("a network of two layers that reads digits takes less than 6 KB of a page, loss and gradient", () => {
  const params = { hidden: { w: f32([784, 128]), b: f32([128]) }, out: { w: f32([128, 10]), b: f32([10]) } };
  const loss = fn(
    { params, x: f32(["batch", 784]), label: i32(["batch"]) },
    ({ params: { hidden, out }, x, label }) => {
      const h = relu(add(matmul(x, hidden.w), hidden.b));
      return mean(crossEntropy(add(matmul(h, out.w), out.b), label));
    },
  );
  const { text } = compileModule({
    file: "digits.model.ts",
    localNames: [],
    exports: [{ name: "lossAndGrad", fn: compilable(valueAndGrad(loss, "params")) }],
  });
  expect(gzipSync(text, { level: 9 }).length).toBeLessThan(6000);
  expect(text).not.toMatch(/\b_\w+: number/); // no function takes a size that it does not read
});
