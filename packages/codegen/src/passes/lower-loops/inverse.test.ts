/** Divisions by what stays the same in the innermost loop: where they become products, and where they must not. */
import { parseFunc } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { type LoopNode, loopLanguage } from "../../ir/loop/index.js";
import { checkLevels } from "../testing/check-levels.js";

/** Divisions and products in loops that have no loop in them. */
function inInnermost(text: string): { readonly div: number; readonly mul: number } {
  const { loops } = checkLevels(parseFunc(text), { n: 3 });
  const isLoop = (node: LoopNode): boolean => node.kind === "For";
  const innermost = loopLanguage
    .walk(loops)
    .filter((node) => node.kind === "For" && !node.body.some((stmt) => loopLanguage.walk(stmt).some(isLoop)));
  const calls = new Set(innermost.flatMap((node) => loopLanguage.walk(node)));
  const count = (fn: string): number => [...calls].filter((node) => node.kind === "Call" && node.fn === fn).length;
  return { div: count("div"), mul: count("mul") };
}

const rows = (dtype: string, value: string): string => `func f(x: ${dtype}[n, 40], d: ${dtype}[n]) {
  c: ${dtype}[n, 40] = broadcastTo(d) {shape=[n, 40], axes=[0]}
${value.replaceAll("Row", `${dtype}[n, 40]`)}
} -> (y)`;

test("of f32, along a row, they are products with the inverse of its divisor", () => {
  expect(inInnermost(rows("f32", "q: Row = div(x, c)\ny: Row = neg(q)"))).toEqual({ div: 0, mul: 4 });
});

test("and products with them are", () => {
  expect(inInnermost(rows("f32", "q: Row = div(x, c)\nt: Row = mul(q, x)\ny: Row = neg(t)"))).toEqual({
    div: 0,
    mul: 8,
  });
});

test.each([
  ["in f64 a last digit is one", rows("f64", "q: Row = div(x, c)\ny: Row = neg(q)")],
  ["a step at a whole number would see the difference", rows("f32", "q: Row = div(x, c)\ny: Row = floor(q)")],
  ["so would a comparison with the largest", rows("f32", "q: Row = div(x, c)\ny: f32[n] = max(q) {axes=[1]}")],
  [
    "without 1, it may be less than nothing",
    rows("f32", "q: Row = div(x, c)\nt: Row = sub(q, 1:f32)\ny: Row = sqrt(t)"),
  ],
  ["so it may where it is stored", rows("f32", "q: Row = div(x, c)\nt: Row = neg(q)\ny: Row = add(t, x)")],
  ["of its logarithm little may be left", rows("f32", "q: Row = div(x, c)\ny: Row = log(q)")],
  ["it is summed, and a sum may cancel", rows("f32", "q: Row = div(x, c)\ny: f32[n] = sum(q) {axes=[1]}")],
  ["what is divided does not change in the loop either", rows("f32", "q: Row = div(c, x)\ny: Row = neg(q)")],
])("%s", (_why, text) => {
  expect(inInnermost(text)).toEqual({ div: 4, mul: 0 });
});
