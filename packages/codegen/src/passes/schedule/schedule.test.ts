/** Which schedules kernels get, and that every one of them computes the kernel. */
import { parseFunc } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { countLoops, loopLanguage } from "../../ir/loop/index.js";
import { checkLevels, compileFunc } from "../testing/check-levels.js";

const quadratic = `func f(x: f64[3], m: f64[3, 3]) {
  y: f64[3] = contract(m, x) {left=[0, 1], right=[1], out=[0]}
  p: f64[3] = mul(x, y)
  s: f64[] = sum(p) {axes=[0]}
  z: f64[3] = contract(x, m) {left=[0], right=[0, 1], out=[1]}
  g: f64[3] = add(y, z)
} -> (s, g)`;

const matmul = (
  m: number | string,
  n: number | string,
  k: number | string,
): string => `func f(x: f32[${m}, ${k}], w: f32[${k}, ${n}]) {
  z: f32[${m}, ${n}] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (z)`;

const formOf = (text: string): string | undefined =>
  [...compileFunc(parseFunc(text)).planned.schedules.values()].at(-1)?.form;

describe("schedule", () => {
  it("writes tiny functions out: no loop, no function, no temporary, each element loaded once", () => {
    const { loops } = checkLevels(parseFunc(quadratic));
    expect(countLoops(loops)).toMatchObject({ loops: 0, temporaries: 0, calls: 0, loads: 12, stores: 3 });
  });

  it.each([
    { text: matmul(4, 4, 4), form: "straight" },
    { text: matmul(8, 8, 8), form: "loops" },
    { text: matmul(32, 128, 784), form: "tile" },
    { text: matmul("n", 128, 784), form: "tile" },
    { text: matmul("n", "m", "k"), form: "tile" },
    { text: matmul(1, 128, 784), form: "loops" },
    { text: matmul(128, 1, 784), form: "loops" },
    { text: matmul(128, 128, 2), form: "loops" },
  ])("$form for $text", ({ text, form }) => {
    expect(formOf(text)).toBe(form);
  });

  it.each([
    [5, 7, 300],
    [2, 3, 512],
    [65, 4, 9],
    [64, 9, 256],
    [130, 5, 6],
  ] as const)("tiles %i×%i×%i with all remainders", { timeout: 60_000 }, (m, n, k) => {
    checkLevels(parseFunc(matmul(m, n, k)));
  });

  it.each([
    { n: 3, m: 4, k: 5 },
    { n: 0, m: 4, k: 5 },
    { n: 3, m: 0, k: 5 },
    { n: 3, m: 4, k: 0 },
    { n: 1, m: 1, k: 1 },
  ])("tiles named sizes %o", (sizes) => {
    checkLevels(parseFunc(matmul("n", "m", "k")), sizes);
  });

  it("tiles transposed, batched and accumulated products", () => {
    const text = `func f(x: f32[b, 6, n], w: f32[b, 40, 6], y: f32[40, 6]) {
  z: f32[b, n, 40] = contract(x, w) {left=[0, 2, 1], right=[0, 3, 2], out=[0, 1, 3]}
  o: f32[40, n, b] = contract(y, x) {left=[0, 1], right=[3, 1, 2], out=[0, 2, 3]}
} -> (z, o)`;
    const { planned } = checkLevels(parseFunc(text), { b: 2, n: 5 });
    expect([...planned.schedules.values()].map((schedule) => schedule.form)).toEqual(["tile", "tile"]);
  });

  it.each([
    { channels: 5, size: 12, stride: 1, count: 10 },
    { channels: 40, size: 21, stride: 2, count: 10 }, // more terms than a block has
  ])("tiles a convolution, its windows no array: %o", ({ channels, size, stride, count }) => {
    const text = `func f(x: f64[2, ${channels}, 4, ${size}], w: f64[7, ${channels}, 3, 3]) {
  p: f64[2, ${channels}, 2, ${count}, 3, 3] = windows(x) {kernel=[3, 3], count=[2, ${count}], stride=[1, ${stride}], dilation=[1, 1]}
  y: f64[2, 7, 2, ${count}] = contract(p, w) {left=[0, 1, 3, 4, 5, 6], right=[2, 1, 5, 6], out=[0, 2, 3, 4]}
} -> (y)`;
    const { planned } = checkLevels(parseFunc(text));
    expect([...planned.schedules.values()]).toMatchObject([{ form: "tile", around: [] }]);
    expect(planned.program.buffers.filter(({ space }) => space === "arena")).toEqual([]);
  });

  it("tiles a sum over many axes: the outer ones are loops, their parts add up", () => {
    const text = `func f(x: f32[3, 5, n, 30], y: f32[4, n, 3, 30]) {
  z: f32[5, 4] = contract(x, y) {left=[0, 1, 3, 4], right=[2, 3, 0, 4], out=[1, 2]}
} -> (z)`;
    const { planned } = checkLevels(parseFunc(text), { n: 9 });
    expect([...planned.schedules.values()]).toMatchObject([{ form: "tile", inner: ["m"], around: ["k"] }]);
  });

  it("walks contiguous axes as one and unrolls by four", () => {
    const { planned, loops } = checkLevels(parseFunc("func f(x: f32[n, 6]) {\n y: f32[n, 6] = neg(x)\n} -> (y)"), {
      n: 3,
    });
    expect([...planned.schedules.values()]).toMatchObject([{ form: "loops", order: [["i", "j"]], unroll: 4 }]);
    expect(countLoops(loops)).toMatchObject({ loops: 2, stores: 5 });
  });

  it("gives a full sum four accumulators", () => {
    const { loops } = checkLevels(parseFunc("func f(x: f32[n, 6]) {\n y: f32[] = sum(x) {axes=[0, 1]}\n} -> (y)"), {
      n: 3,
    });
    const locals = loopLanguage.walk(loops).filter((node) => node.kind === "Local");
    expect(locals.length).toBe(4);
  });

  it("adds columns up row by row, in double precision", () => {
    const { planned } = checkLevels(parseFunc("func f(x: f32[n, 60]) {\n y: f32[60] = sum(x) {axes=[0]}\n} -> (y)"), {
      n: 3,
    });
    expect([...planned.schedules.values()]).toMatchObject([
      { form: "loops", order: [["i"], ["j"]], totals: { 0: "yTotal" } },
    ]);
  });

  it("keeps few columns in registers", () => {
    const { planned, loops } = checkLevels(
      parseFunc("func f(x: f32[n, 6]) {\n y: f32[6] = sum(x) {axes=[0]}\n} -> (y)"),
      { n: 3 },
    );
    expect([...planned.schedules.values()]).toMatchObject([{ form: "loops", unroll: "full", totals: {} }]);
    expect(countLoops(loops)).toMatchObject({ loops: 1, stores: 6, temporaries: 0 });
  });

  it("copies no more calls of functions in float precision than engines inline", () => {
    const unrollOf = (size: number, value: string): unknown => {
      const typed = value.replaceAll("Row", `f32[n, ${size}]`);
      const text = `func f(x: f32[n, ${size}]) {\n ${typed}\n z: f32[n] = sum(y) {axes=[1]}\n} -> (z)`;
      const { schedules } = compileFunc(parseFunc(text)).planned;
      return [...schedules.values()].map((each) => "unroll" in each && each.unroll);
    };
    const one = "y: Row = tanh(x)";
    const two = "a: Row = tanh(x)\n b: Row = tanh(a)\n y: Row = neg(b)";
    expect([unrollOf(7, one), unrollOf(8, one), unrollOf(100, one)]).toEqual([["full"], [1], [4]]); // 126 bytes a call, of 920
    expect([unrollOf(3, two), unrollOf(4, two), unrollOf(100, two)]).toEqual([["full"], [1], [2]]); // six calls are inlined, eight are not
    expect(unrollOf(7, "y: Row = neg(x)")).toEqual(["full"]);
  });

  it("writes short rows out where that is little work, or keeps columns in registers", () => {
    const sumOf = (width: number, fn: string, axis: number): string =>
      `func f(x: f64[n, ${width}]) {\n e: f64[n, ${width}] = ${fn}(x)\n y: f64[${axis === 1 ? "n" : width}] = sum(e) {axes=[${axis}]}\n} -> (y)`;
    const unrollOf = (text: string) => {
      const { planned } = checkLevels(parseFunc(text), { n: 3 });
      return [...planned.schedules.values()].map((schedule) => schedule.form === "loops" && schedule.unroll);
    };
    expect(unrollOf(sumOf(16, "neg", 1))).toEqual(["full"]);
    expect(unrollOf(sumOf(16, "sin", 1))).toEqual([1]);
    expect(unrollOf(sumOf(4, "sin", 1))).toEqual(["full"]);
    expect(unrollOf(sumOf(16, "sin", 0))).toEqual(["full"]);
  });

  it("says why", () => {
    const { planned } = compileFunc(parseFunc(matmul("n", 128, 784)));
    expect([...planned.schedules.values()][0]?.why).toContain("2×3 accumulators");
  });

  it("keeps every function under the size that V8 optimises", () => {
    const lines = Array.from(
      { length: 300 },
      (_, k) =>
        ` v${k + 1}: f32[n] = ${k % 3 === 0 ? "sin" : "neg"}(v${k})\n w${k}: f32[n] = mul(v${k + 1}, v${Math.floor(k / 2)})`,
    );
    const outs = Array.from({ length: 300 }, (_, k) => `w${k}`);
    const { loops } = compileFunc(parseFunc(`func f(v0: f32[n]) {\n${lines.join("\n")}\n} -> (${outs.join(", ")})`));
    for (const fn of loops.functions) expect(countLoops(fn).statements).toBeLessThan(800);
  });
});
