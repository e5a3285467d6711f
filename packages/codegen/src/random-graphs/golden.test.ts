/**
 * A few generated functions as a reader meets them; `vitest -u` writes them anew. What matters in them is asserted in
 * structure.test.ts, these are for the eye.
 */
import { add, dot, f32, f64, fn, matmul, mul, sigmoid, sum, tanh, valueAndGrad } from "@tapeless/types";
import { expect, it } from "vitest";
import { moduleText } from "./testing/checks/models.js";

/** What a function computes: its paragraphs without the checks at its boundary. */
function bodyOf(text: string): string {
  const start = text.search(/^export function /m);
  const end = text.search(/^(const \w+Arrays|\/\*\* What came instead)/m);
  const paragraphs = text.slice(start, end).split("\n\n");
  return paragraphs.filter((paragraph) => !/\bcheck[A-Z]\w*\(/.test(paragraph)).join("\n\n");
}

/** The kernels of a module: from after its exported function to the helpers that every module brings. */
function kernelsOf(text: string): string {
  const start = text.search(/^const \w+Words = .*$/m);
  const end = text.search(/^let f64 = /m);
  return text.slice(text.indexOf("\n", start) + 1, end).trim();
}

const quadratic = fn({ x: f64([3]), m: f64([3, 3]) }, ({ x, m }) => dot(x, matmul(m, x)));
const chain = fn({ x: f32(["n"]), y: f32(["n"]), z: f32(["n"]) }, ({ x, y, z }) =>
  sum(mul(tanh(add(mul(x, y), z)), sigmoid(x))),
);

it("quadratic form and its gradient: straight-line code", () =>
  expect(bodyOf(moduleText({ quadratic: valueAndGrad(quadratic, ["x", "m"]) }))).toMatchFileSnapshot(
    "golden/quadratic.gen.txt",
  ));

it("elementwise chain with its sum and three gradients: one loop", () =>
  expect(kernelsOf(moduleText({ chain: valueAndGrad(chain, ["x", "y", "z"]) }))).toMatchFileSnapshot(
    "golden/chain.gen.txt",
  ));
