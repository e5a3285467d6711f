/** Epilogues: which kernels are joined, what that saves, and that it changes no value; expectations counted by hand. */
import { evalSize, parseFunc, type SizeEnv } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { buffersOf } from "../../ir/kernel/flat-kernel.js";
import { heldBuffers } from "../schedule/types.js";
import { kernelsOf, workOf } from "../schedule/work.js";
import { checkDonated, runOnArrays } from "../testing/check-donated.js";
import { type Compiled, checkLevels, compileFunc } from "../testing/check-levels.js";

/** `relu(x·w + b)`. */
const linear = (m: number | string, n: number | string, k: number | string, dtype = "f64"): string =>
  `func f(x: ${dtype}[${m}, ${k}], w: ${dtype}[${k}, ${n}], b: ${dtype}[${n}]) {
  z: ${dtype}[${m}, ${n}] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  c: ${dtype}[${m}, ${n}] = broadcastTo(b) {shape=[${m}, ${n}], axes=[1]}
  a: ${dtype}[${m}, ${n}] = add(z, c)
  y: ${dtype}[${m}, ${n}] = relu(a)
} -> (y)`;

/** Adam's update of a weight from the gradient `xᵀ·d`, with weight decay. */
const adam = (m: number | string, n: number | string, batch: number | string, dtype = "f32"): string => {
  const t = `${dtype}[${m}, ${n}]`;
  return `func step(x: ${dtype}[${batch}, ${m}], d: ${dtype}[${batch}, ${n}], p: ${t}, m: ${t}, v: ${t}) {
  g0: ${t} = contract(x, d) {left=[0, 1], right=[0, 2], out=[1, 2]}
  decay: ${t} = mul(p, 0.01:${dtype})
  g: ${t} = add(g0, decay)
  m0: ${t} = mul(m, 0.9:${dtype})
  m1: ${t} = mul(g, 0.1:${dtype})
  m2: ${t} = add(m0, m1)
  v0: ${t} = mul(v, 0.99:${dtype})
  gg: ${t} = mul(g, g)
  v1: ${t} = mul(gg, 0.01:${dtype})
  v2: ${t} = add(v0, v1)
  s0: ${t} = sqrt(v2)
  s: ${t} = add(s0, 0.001:${dtype})
  u: ${t} = div(m2, s)
  p2: ${t} = sub(p, u)
} -> (p2, m2, v2)`;
};

const kernelsIn = ({ planned }: Compiled) => [...kernelsOf(planned.program.steps)].map(({ kernel }) => kernel);

/** Kernels, epilogues among them, bytes of temporaries, and bytes that the kernels move. */
function measure(compiled: Compiled, sizes: SizeEnv = {}) {
  const { planned } = compiled;
  const kernels = kernelsIn(compiled);
  const works = kernels.map((kernel) =>
    workOf(kernel, buffersOf(planned.program), heldBuffers(kernel, planned.schedules.get(kernel.name))),
  );
  const total = (of: (work: (typeof works)[number]) => (typeof works)[number]["bytesRead"]): number =>
    works.reduce((sum, work) => sum + evalSize(of(work), sizes), 0);
  return {
    kernels: kernels.length,
    epilogues: kernels.filter((kernel) => kernel.epilogue !== undefined).length,
    arena: evalSize(planned.memory.bytes, sizes),
    read: total((work) => work.bytesRead),
    written: total((work) => work.bytesWritten),
  };
}

describe("what is joined", () => {
  it("a layer is one kernel: of its sums only one block of rows is kept", () => {
    expect(measure(compileFunc(parseFunc(linear(200, 30, 100, "f32"))))).toEqual({
      kernels: 1,
      epilogues: 1,
      arena: 64 * 30 * 8, // less than 200·30·4
      read: 4 * (200 * 100 + 100 * 30 + 30),
      written: 4 * 200 * 30,
    });
  });

  it("a short layer keeps its sums: one block of rows in double precision would be more", () => {
    expect(measure(compileFunc(parseFunc(linear(40, 30, 100, "f32"))))).toMatchObject({
      kernels: 1,
      epilogues: 1,
      arena: 40 * 30 * 4,
    });
  });

  it("a training step updates the weight where its gradient is computed", () => {
    expect(measure(compileFunc(parseFunc(adam(784, 128, "n"))), { n: 32 })).toEqual({
      kernels: 1,
      epilogues: 1,
      arena: 64 * 128 * 8, // and no gradient of 784·128·4
      read: 4 * (32 * (784 + 128) + 3 * 784 * 128),
      written: 4 * 3 * 784 * 128,
    });
  });

  it("sums along loops: what is made of each is stored, and the sum is not", () => {
    const text = `func f(x: f32[n, 300]) {
  s: f32[n] = sum(x) {axes=[1]}
  m: f32[n] = mul(s, 0.5:f32)
  y: f32[n] = tanh(m)
} -> (y)`;
    const expected = { kernels: 1, epilogues: 1, arena: 0, read: 4 * 5 * 300, written: 4 * 5 };
    expect(measure(checkLevels(parseFunc(text), { n: 5 }), { n: 5 })).toEqual(expected);
  });

  it("a sum that is read elsewhere as well is stored, and read once less", () => {
    const text = `func f(x: f32[n, 300]) {
  s: f32[n] = sum(x) {axes=[1]}
  y: f32[n] = tanh(s)
  r: f32[n] = flip(s) {axes=[0]}
  q: f32[n, n] = broadcastTo(r) {shape=[n, n], axes=[1]}
  t: f32[n] = sum(q) {axes=[1]}
} -> (y, t)`;
    const compiled = checkLevels(parseFunc(text), { n: 5 });
    expect(kernelsIn(compiled)[0]).toMatchObject({ epilogue: { kind: "Epilogue" } });
    expect(compiled.planned.memory.bytes).not.toBe(0);
  });

  it("nothing that needs sums of other elements", () => {
    const softmax = `func f(x: f32[n, 300]) {
  e: f32[n, 300] = exp(x)
  s: f32[n] = sum(e) {axes=[1]}
  b: f32[n, 300] = broadcastTo(s) {shape=[n, 300], axes=[0]}
  y: f32[n, 300] = div(e, b)
} -> (y)`;
    const turned = `func f(x: f32[40, 300]) {
  s: f32[40] = sum(x) {axes=[1]}
  r: f32[40] = flip(s) {axes=[0]}
  y: f32[40] = tanh(r)
} -> (y)`;
    expect(measure(checkLevels(parseFunc(softmax), { n: 3 }), { n: 3 })).toMatchObject({ epilogues: 0 });
    expect(measure(checkLevels(parseFunc(turned)))).toMatchObject({ epilogues: 0 });
  });
});

describe("what it means", () => {
  it.each([
    [66, 7, 5],
    [5, 4, 17],
    [3, 3, 257],
  ] as const)("a layer of %i×%i×%i at every level", { timeout: 60_000 }, (m, n, k) => {
    checkLevels(parseFunc(linear(m, n, k)));
    checkLevels(parseFunc(linear(m, n, k, "f32")));
  });

  it.each([
    [67, 4, 256, "f64"],
    [65, 3, 257, "f64"],
    [66, 3, 700, "f64"],
    [130, 5, 9, "f32"],
    [130, 3, 257, "f32"],
  ] as const)("a layer of %i×%i×%i in %s on arrays", { timeout: 60_000 }, (m, n, k, dtype) => {
    const { compiled, inputs, outputs } = runOnArrays(linear(m, n, k, dtype));
    expect(measure(compiled)).toMatchObject({ kernels: 1, epilogues: 1, arena: 64 * n * 8 });
    const [x = [], w = [], b = []] = inputs;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let q = 0; q < k; q++) sum += (x[i * k + q] ?? 0) * (w[q * n + j] ?? 0);
        const wanted = Math.max(sum + (b[j] ?? 0), 0);
        const error = Math.abs((outputs["y"]?.[i * n + j] ?? Number.NaN) - wanted);
        expect(error).toBeLessThan((dtype === "f32" ? 2 ** -23 : 2 ** -44) * Math.max(1, wanted));
      }
    }
  });

  it.each([
    { n: 3, m: 4, k: 5 },
    { n: 0, m: 4, k: 5 },
    { n: 3, m: 0, k: 5 },
    { n: 3, m: 4, k: 0 },
  ])("a layer of named sizes %o", { timeout: 60_000 }, (sizes) => {
    expect(measure(checkLevels(parseFunc(linear("n", "m", "k")), sizes), sizes)).toMatchObject({ epilogues: 1 });
  });

  it.each([
    [131, 5, 7],
    [70, 3, "n"],
    [16, 16, "n"],
  ] as const)("a step of %s×%s×%s, its arrays shared", { timeout: 60_000 }, (m, n, batch) => {
    const text = adam(m, n, batch);
    expect(measure(checkLevels(parseFunc(text), { n: 5 }), { n: 5 })).toMatchObject({ kernels: 1, epilogues: 1 });
    for (const [input, output] of [
      ["p", "p2"],
      ["m", "m2"],
      ["v", "v2"],
      ["p", "v2"],
    ] as const) {
      const { planned } = checkDonated(text, input, output, { n: 5 });
      expect(planned.program.buffers.some(({ name }) => name === `${output}Aside`)).toBe(false);
    }
  });

  it("an operand whose array is donated is read as a whole before it is overwritten", { timeout: 60_000 }, () => {
    const square = linear(20, 20, 20, "f32");
    for (const input of ["x", "w"])
      expect(measure(checkDonated(square, input, "y"))).toMatchObject({ kernels: 2, epilogues: 0, arena: 1600 });
    const text = `func f(x: f32[20, 20], w: f32[20, 20]) {
  z: f32[20, 20] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  y: f32[20, 20] = tanh(z)
  u: f32[20, 20] = contract(y, x) {left=[0, 1], right=[1, 2], out=[0, 2]}
  v: f32[20, 20] = mul(u, x)
} -> (y, v)`;
    for (const output of ["y", "v"]) checkDonated(text, "x", output);
  });

  it("what depends on the position, and sums that others read", { timeout: 60_000 }, () => {
    const text = `func f(x: f64[66, 9], w: f64[9, 5], c: f64[66], q: f64[]) {
  z: f64[66, 5] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  i: i32[66] = iota() {axis=0, shape=[66]}
  k: i32[5] = iota() {axis=0, shape=[5]}
  above: bool[66] = less(i, 64:i32)
  left: bool[5] = less(k, 2:i32)
  a: bool[66, 5] = broadcastTo(above) {shape=[66, 5], axes=[0]}
  l: bool[66, 5] = broadcastTo(left) {shape=[66, 5], axes=[1]}
  cs: f64[66, 5] = broadcastTo(c) {shape=[66, 5], axes=[0]}
  zc: f64[66, 5] = mul(z, cs)
  y0: f64[66, 5] = where(a, zc, z)
  y: f64[66, 5] = where(l, y0, q)
  t: f64[5, 66] = contract(w, x) {left=[1, 0], right=[2, 1], out=[0, 2]}
  u: f64[5, 66] = tanh(t)
  s: f64[5, 5] = contract(z, z) {left=[1, 0], right=[1, 2], out=[0, 2]}
} -> (y, u, s)`;
    expect(measure(checkLevels(parseFunc(text)))).toMatchObject({ kernels: 3, epilogues: 2 });
  });

  it("convolutions, batched products and transposed results", { timeout: 60_000 }, () => {
    const text = `func f(x: f64[2, 40, 2, 21], w: f64[7, 40, 1, 3], u: f64[3, 6, n], v: f64[3, 40, 6], b: f64[40]) {
  p: f64[2, 40, 2, 10, 1, 3] = windows(x) {kernel=[1, 3], count=[2, 10], stride=[1, 2], dilation=[1, 1]}
  y0: f64[2, 7, 2, 10] = contract(p, w) {left=[0, 1, 3, 4, 5, 6], right=[2, 1, 5, 6], out=[0, 2, 3, 4]}
  y: f64[2, 7, 2, 10] = tanh(y0)
  z0: f64[3, n, 40] = contract(u, v) {left=[0, 2, 1], right=[0, 3, 2], out=[0, 1, 3]}
  c: f64[3, n, 40] = broadcastTo(b) {shape=[3, n, 40], axes=[2]}
  z: f64[3, n, 40] = mul(z0, c)
  o0: f64[40, n, 3] = contract(v, u) {left=[2, 0, 1], right=[2, 1, 3], out=[0, 3, 2]}
  o: f64[40, n, 3] = tanh(o0)
} -> (y, z, o)`;
    expect(measure(checkLevels(parseFunc(text), { n: 5 }), { n: 5 })).toMatchObject({ epilogues: 3 });
  });
});
