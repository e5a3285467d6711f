/** In the middle of an axis nothing is asked about its ends; short axes, which have no middle, are computed right too. */
import { parseFunc } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { type For, type LoopNode, type LoopProgram, loopLanguage } from "../../ir/loop/index.js";
import { checkLevels, compileFunc } from "../testing/check-levels.js";

const shifted = `v0: f64[1] = broadcastTo(1:f64) {axes=[], shape=[1]}
  v1: f64[n-1] = slice(x) {shape=[n-1], start=[0]}
  v2: f64[n] = concat(v0, v1) {axis=0}`;

const cases: Readonly<Record<string, string>> = {
  "a shift": `func f(x: f64[n]) {
  ${shifted}
} -> (v2)`,
  "a product with a shift, by a factor that does not change": `func f(x: f64[n], h: f64[]) {
  ${shifted}
  v3: f64[] = div(h, 2:f64)
  v4: f64[n] = broadcastTo(v3) {axes=[], shape=[n]}
  v5: f64[n] = mul(v4, v2)
  v6: f64[n] = mul(x, v5)
} -> (v6)`,
  "a frame on both sides": `func f(x: f64[n]) {
  v0: f64[n] = mul(x, x)
  v1: f64[n+5] = pad(v0) {after=[3], before=[2], value=0}
} -> (v1)`,
  "a frame around rows, times a factor of each row": `func f(x: f64[m, n], w: f64[m]) {
  v0: f64[m, 1] = reshape(w) {shape=[m, 1]}
  v1: f64[m, n+2] = pad(x) {after=[0, 1], before=[0, 1], value=0}
  v2: f64[m, n+2] = broadcastTo(v0) {axes=[0, 1], shape=[m, n+2]}
  v3: f64[m, n+2] = mul(v2, v1)
} -> (v3)`,
  "rows picked by what does not change but at the start": `func f(x: f64[9], k: i32[], y: f64[n]) {
  a: i32[1] = broadcastTo(0:i32) {axes=[], shape=[1]}
  b: i32[n] = broadcastTo(k) {axes=[], shape=[n]}
  b1: i32[n] = add(b, 1:i32)
  c: i32[n+1] = concat(a, b1) {axis=0}
  g: f64[n+1] = gather(x, c) {inRange=true}
} -> (g)`,
  "rows added to, picked likewise": `func f(o: f64[9], u: f64[n+1], k: i32[]) {
  a: i32[1] = broadcastTo(0:i32) {axes=[], shape=[1]}
  b: i32[n] = broadcastTo(k) {axes=[], shape=[n]}
  b1: i32[n] = add(b, 1:i32)
  c: i32[n+1] = concat(a, b1) {axis=0}
  g: f64[9] = scatterAdd(o, c, u) {inRange=true}
} -> (g)`,
  "one element": `func f(x: f64[n]) {
  v0: i32[n] = iota() {axis=0, shape=[n]}
  v1: bool[n] = equal(v0, 3:i32)
  v2: f64[n] = where(v1, x, 0:f64)
} -> (v2)`,
  "a sum of what has a frame": `func f(x: f64[n]) {
  v0: f64[n+1] = pad(x) {after=[0], before=[1], value=7}
  v1: f64[] = sum(v0) {axes=[0]}
} -> (v1)`,
};

const isLoop = (node: LoopNode): node is For => node.kind === "For";
const loopsOf = (program: LoopProgram): readonly For[] => loopLanguage.walk(program).filter(isLoop);
const asks = (node: LoopNode): boolean =>
  loopLanguage.walk(node).some((each) => each.kind === "Call" && each.fn === "select");

/** The loops that go through the middle: those that take several positions in a step. */
const middles = (program: LoopProgram): readonly For[] => loopsOf(program).filter(({ step }) => step > 1);

describe.each(Object.entries(cases))("%s", (_, text) => {
  test.each([0, 1, 2, 3, 4, 5, 9, 40].filter((n) => n > 0 || !text.includes("n-1")))("of length %d", (n) => {
    checkLevels(parseFunc(text), { n, m: 3 });
  });

  test("the middle asks nothing, the ends do", () => {
    const { loops } = compileFunc(parseFunc(text));
    expect(middles(loops)).toHaveLength(1);
    expect(middles(loops).some(asks)).toBe(false);
    expect(loopsOf(loops).some(asks)).toBe(true);
  });
});

const framed = (size: number): string =>
  `func f(x: f64[9, ${size}]) {\n y: f64[9, ${size + 2}] = pad(x) {after=[0, 1], before=[0, 1], value=0}\n} -> (y)`;

test("a long axis of known length is cut, a short one is not", () => {
  const parts = (size: number) =>
    loopsOf(checkLevels(parseFunc(framed(size))).loops).map(({ from, to }) => `${from}..${to}`);
  expect(parts(1000)).toEqual(["0..9", "0..1", "1..1001", "1001..1002"]);
  expect(parts(24)).toEqual(["0..9", "0..24", "24..26"]);
});

test("what stands on one side of an unknown place is asked for everywhere", () => {
  const text = `func f(x: f64[m], y: f64[n]) {\n z: f64[m+n] = concat(x, y) {axis=0}\n} -> (z)`;
  const { loops } = checkLevels(parseFunc(text), { m: 5, n: 6 });
  expect(middles(loops).every(asks)).toBe(true);
});

test("a load that only a branch does stays in it: its row may be outside where the middle is empty", () => {
  // w[i-1] of a frame of one row above: outside for i = 0, whatever the length of a row.
  const text = `func f(x: f64[m, n], w: f64[m]) {
  v0: f64[m+1] = pad(w) {after=[0], before=[1], value=0}
  v1: f64[m+1, n+1] = pad(x) {after=[0, 0], before=[1, 1], value=0}
  v2: f64[m+1, n+1] = broadcastTo(v0) {axes=[0], shape=[m+1, n+1]}
  v3: f64[m+1, n+1] = add(v2, v1)
} -> (v3)`;
  for (const n of [0, 1, 5]) checkLevels(parseFunc(text), { m: 2, n });
});

test("a load at a place that is another one in the middle stays in the middle, which may be empty", () => {
  const text = `func f(x: f64[1], k: i32[m], y: f64[n]) {
  a: i32[m, 1] = broadcastTo(0:i32) {axes=[], shape=[m, 1]}
  b: i32[m, n] = broadcastTo(k) {axes=[0], shape=[m, n]}
  c: i32[m, n+1] = concat(a, b) {axis=1}
  g: f64[m, n+1] = gather(x, c) {inRange=true}
  h: f64[m, n+1] = cast(c) {dtype=f64}
  r: f64[m, n+1] = add(g, h)
} -> (r)`;
  checkLevels(parseFunc(text), { m: 3, n: 0 });
});
