import { parseFunc, printFunc } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { simplify } from "../simplify.js";

const outer = `func f(a: f64[2, 1], b: f64[1, 3]) {
  v0: f64[2, 3] = broadcastTo(a) {axes=[0, 1], shape=[2, 3]}
  v1: f64[2, 3] = broadcastTo(b) {axes=[0, 1], shape=[2, 3]}
  v2: f64[2, 3] = add(v0, v1)
} -> (v2)`;

test("broadcast-last leaves operands alone that are stretched along different axes", () => {
  expect(printFunc(simplify(parseFunc(outer)))).toBe(printFunc(parseFunc(outer)));
});

test("broadcast-last computes before it spreads where both operands have one shape", () => {
  const same = outer.replaceAll("[1, 3]", "[2, 1]");
  expect(printFunc(simplify(parseFunc(same)))).toContain("f64[2, 1] = add(a, b)");
});
