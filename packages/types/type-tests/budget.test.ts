/**
 * What models cost the compiler, in instantiations beyond the imports.
 *
 * Invariant: the cost is linear in the size of the model. The counts are the same on every machine; a rule that became
 * dearer shows here before anybody waits for an editor.
 */
import { describe, expect, test } from "vitest";
import { instantiations } from "./harness.js";
import { realOps } from "./real-ops.js";

const linear = (x: string, inputs: number, outputs: number): string =>
  `relu(add(matmul(${x}, f32([${inputs}, ${outputs}])), f32([${outputs}])))`;

/** A chain of layers, every one of another width. */
function mlp(layers: number): string {
  const lines = Array.from({ length: layers }, (_, i) => `const x${i + 1} = ${linear(`x${i}`, 64 + i, 65 + i)};`);
  return `const x0 = f32(["batch", 64]);\n${lines.join("\n")}\nexport const y = x${layers};\n`;
}

/** The same layers as one expression. */
function nested(layers: number): string {
  const y = Array.from({ length: layers }).reduce<string>((x) => linear(x, 64, 64), 'f32(["batch", 64])');
  return `export const y = ${y};\n`;
}

const digits = `
const hidden = { w: f32([784, 128]), b: f32([128]) };
const out = { w: f32([128, 10]), b: f32([10]) };
const h = relu(add(matmul(f32(["batch", 784]), hidden.w), hidden.b));
const logits = add(matmul(h, out.w), out.b);
export const loss = mean(crossEntropy(logits, i32(["batch"])));
`;

const attention = `
const x = f32(["batch", 128, 768]);
const heads = (y: Tensor<["batch", 128, 768]>) => permute(reshape(y, ["batch", 128, 12, 64]), [0, 2, 1, 3]);
const [q, k, v] = [heads(matmul(x, f32([768, 768]))), heads(matmul(x, f32([768, 768]))), heads(matmul(x, f32([768, 768])))];
const s = softmax(mul(0.125, matmul(q, transpose(k))));
const o = reshape(permute(matmul(s, v), [0, 2, 1, 3]), ["batch", 128, -1]);
export const y: Tensor<["batch", 128, 768]> = add(x, matmul(o, f32([768, 768])));
`;

/** Einsums, every one of other sizes. */
const einsums = Array.from(
  { length: 50 },
  (_, i) => `export const y${i} = einsum("bij,bjk->bik", f32(["b", ${i + 1}, 16]), f32(["b", 16, 32]));`,
).join("\n");

/** Sizes of names: every one another polynomial. */
const namesOfSizes = Array.from(
  { length: 50 },
  (_, i) =>
    `export const z${i} = reshape(concat([f32(["n", "m${i}"]), pad(f32(["n", "m${i}"]), [${i}, 0])]), ["m${i}", -1]);`,
).join("\n");

const block = (i: number): string => `
const x${i + 1} = (() => {
  const heads = (w: Tensor<[768, 768]>) => reshape(matmul(x${i}, w), ["batch", 128, 12, 64]);
  const [q, k, v] = [heads(f32([768, 768])), heads(f32([768, 768])), heads(f32([768, 768]))];
  const s = softmax(mul(0.125, einsum("bqhd,bkhd->bhqk", q, k)));
  const o = reshape(einsum("bhqk,bkhd->bqhd", s, v), ["batch", 128, 768]);
  const a = add(x${i}, matmul(o, f32([768, 768])));
  return add(a, matmul(relu(matmul(a, f32([768, 3072]))), f32([3072, 768])));
})();`;

const transformer = (blocks: number): string =>
  `const x0 = f32(["batch", 128, 768]);\n${Array.from({ length: blocks }, (_, i) => block(i)).join("\n")}\n` +
  `export const y: Tensor<["batch", 128, 768]> = x${blocks};\n`;

const budgets = [
  { name: "a layer", model: mlp(1), budget: 4_000 },
  { name: "a 100-layer MLP", model: mlp(100), budget: 45_000 },
  { name: "20 layers in one expression", model: nested(20), budget: 6_000 },
  { name: "the digits model", model: digits, budget: 6_000 },
  { name: "an attention block", model: attention, budget: 10_000 },
  { name: "50 einsums", model: einsums, budget: 55_000 },
  { name: "50 sums and products of names", model: namesOfSizes, budget: 125_000 },
  { name: "a transformer of 12 blocks", model: transformer(12), budget: 14_000 },
];

describe("instantiations", () => {
  test.each(budgets)("$name costs at most $budget", ({ model, budget }) => {
    const cost = instantiations(model, realOps);
    expect(cost).toBeLessThanOrEqual(budget);
    // A budget far above the cost guards nothing.
    expect(cost).toBeGreaterThan(budget / 2);
  });

  test("grow linearly with the model", () => {
    expect(instantiations(mlp(200), realOps) / instantiations(mlp(100), realOps)).toBeLessThanOrEqual(2.1);
  });
});
