import { parseFunc, printFunc } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { dce } from "../dce.js";
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

const mask = `  v0: i32[3] = iota() {axis=0, shape=[3]}
  v1: i32[3, 3] = broadcastTo(v0) {axes=[0], shape=[3, 3]}
  v2: i32[3, 3] = broadcastTo(v0) {axes=[1], shape=[3, 3]}
  v3: bool[3, 3] = equal(v2, v1)
`;

test("contract-diagonal: a product with the basis is the other operand", () => {
  const text = `func f(w: f64[2, 3]) {
${mask}  v4: f64[3, 3] = cast(v3) {dtype="f64"}
  v5: f64[3, 2] = contract(w, v4) {left=[0, 1], out=[2, 0], right=[2, 1]}
} -> (v5)`;
  expect(printFunc(dce(simplify(parseFunc(text))))).toBe(`func f(w: f64[2, 3]) {
  v0: f64[3, 2] = permute(w) {perm=[1, 0]}
} -> (v0)`);
});

test("contract-diagonal: one with a diagonal matrix scales rows", () => {
  const text = `func f(w: f64[3, 2], d: f64[3]) {
${mask}  v4: f64[3, 3] = broadcastTo(d) {axes=[1], shape=[3, 3]}
  v5: f64[3, 3] = where(v3, v4, 0:f64)
  v6: f64[3, 2] = contract(w, v5) {left=[0, 1], out=[2, 1], right=[2, 0]}
} -> (v6)`;
  expect(printFunc(dce(simplify(parseFunc(text))))).toBe(`func f(w: f64[3, 2], d: f64[3]) {
  v0: f64[3, 2] = contract(w, d) {left=[2, 1], out=[2, 1], right=[2]}
} -> (v0)`);
});

test("contract-diagonal: a matrix of which both axes stay is left alone", () => {
  const text = `func f(w: f64[2]) {
${mask}  v4: f64[3, 3] = cast(v3) {dtype="f64"}
  v5: f64[2, 3, 3] = contract(w, v4) {left=[0], out=[0, 1, 2], right=[1, 2]}
} -> (v5)`;
  expect(simplified(text)).toContain("contract(w, ");
});
