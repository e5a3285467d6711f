import { parseFunc, printFunc } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { simplify } from "../simplify.js";

const simplified = (text: string): string => printFunc(simplify(parseFunc(text)));

test("contract-scalar: a product with 1 is the other operand, its axes in the order of the result", () => {
  const text = `func f(x: f64[2, 3]) {
  v0: f64[3, 2] = contract(1:f64, x) {left=[], out=[1, 0], right=[0, 1]}
} -> (v0)`;
  expect(simplified(text)).toBe(`func f(x: f64[2, 3]) {
  v0: f64[3, 2] = permute(x) {perm=[1, 0]}
} -> (v0)`);
});

test("contract-scalar: a product with a scalar is elementwise", () => {
  const text = `func f(x: f64[n], s: f64[]) {
  v0: f64[n] = contract(x, s) {left=[0], out=[0], right=[]}
} -> (v0)`;
  expect(simplified(text)).toBe(`func f(x: f64[n], s: f64[]) {
  v0: f64[n] = broadcastTo(s) {axes=[], shape=[n]}
  v1: f64[n] = mul(x, v0)
} -> (v1)`);
});
