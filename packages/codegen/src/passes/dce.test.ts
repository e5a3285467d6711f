/** Dead code of loops: carries that nothing needs go, those that feed something stay. */
import { evalFunc, exactTensor, parseFunc, printFunc, verifyFunc } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { dce } from "./dce.js";

/** A loop of three carries a, b and c, where b is made of a and b, c of c alone; `ys` stacks `stacked`. */
const program = (results: string, stacked = "a") =>
  verifyFunc(
    parseFunc(`func f(w: f64[], x: f64[], y: f64[], z: f64[]) {
  p: f64[], q: f64[], r: f64[], s: f64[3] = scan(w, x, y, z) {carries=3, consts=1, length=3, reverse=false} with func body(w: f64[], a: f64[], b: f64[], c: f64[]) {
    d: f64[] = mul(a, w)
    e: f64[] = add(a, b)
    g: f64[] = mul(c, c)
  } -> (d, e, g, ${stacked})
} -> (${results})`),
  );

const args = [2, 3, 5, 7].map((value) => exactTensor([], "f64", [value]));

test.each([
  ["p", "a", "scan(w, x) {carries=1, consts=1"],
  ["q", "a", "scan(w, x, y) {carries=2, consts=1"],
  ["r", "a", "scan(z) {carries=1, consts=0"],
  ["s", "a", "scan(w, x) {carries=1, consts=1"],
  ["s", "c", "scan(z) {carries=1, consts=0"],
  ["s, r", "b", "scan(w, x, y, z) {carries=3, consts=1"],
])("results %s, stacking %s", (results, stacked, kept) => {
  const func = program(results, stacked);
  const pruned = verifyFunc(dce(func));
  expect(printFunc(pruned)).toContain(kept);
  expect(evalFunc(pruned, args)).toEqual(evalFunc(func, args));
  expect(printFunc(dce(pruned))).toBe(printFunc(pruned));
});
