/** Which kernels functions become, counted; and what is and is not inlined. */
import { parseFunc } from "@tapeless/types/compiler";
import { describe, expect, it } from "vitest";
import { countKernels, type Kernel, kernelLanguage } from "../../ir/kernel/index.js";
import { allKernels } from "../schedule/work.js";
import { checkLevels } from "../testing/check-levels.js";
import { fuse } from "./fuse.js";

const gradientOfChain = `func f(x: f32[n], y: f32[n], z: f32[n]) {
  xy: f32[n] = mul(x, y)
  u: f32[n] = add(xy, z)
  t: f32[n] = tanh(u)
  q: f32[n] = sigmoid(x)
  p: f32[n] = mul(t, q)
  s: f32[] = sum(p) {axes=[0]}
  tt: f32[n] = mul(t, t)
  d: f32[n] = sub(1:f32, tt)
  gz: f32[n] = mul(q, d)
  gy: f32[n] = mul(gz, x)
  gx: f32[n] = mul(gz, y)
} -> (s, gx, gy, gz)`;

const cases: readonly {
  readonly name: string;
  readonly text: string;
  readonly counts: Partial<ReturnType<typeof countKernels>>;
}[] = [
  {
    name: "value and gradient of a chain are one loop",
    text: gradientOfChain,
    counts: { kernels: 1, temporaries: 0, loads: 3, writes: 4 },
  },
  {
    name: "a bias is added while its product is activated",
    text: `func f(x: f32[n, 8], w: f32[8, 4], b: f32[4]) {
  z: f32[n, 4] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  bb: f32[n, 4] = broadcastTo(b) {shape=[n, 4], axes=[1]}
  a: f32[n, 4] = add(z, bb)
  h: f32[n, 4] = relu(a)
} -> (h)`,
    counts: { kernels: 2, temporaries: 1 },
  },
  {
    name: "a transposed operand of a product is read in place",
    text: `func f(x: f32[n, 8], w: f32[4, 8]) {
  v: f32[8, 4] = permute(w) {perm=[1, 0]}
  z: f32[n, 4] = contract(x, v) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (z)`,
    counts: { kernels: 1, temporaries: 0 },
  },
  {
    name: "an operand of a product that is computed gets a buffer",
    text: `func f(x: f32[n, 8], w: f32[8, 4]) {
  y: f32[n, 8] = tanh(x)
  z: f32[n, 4] = contract(y, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (z)`,
    counts: { kernels: 2, temporaries: 1 },
  },
  {
    name: "a dear value of several kernels is stored, a cheap one is not",
    text: `func f(x: f32[n, 8]) {
  e: f32[n, 8] = exp(x)
  c: f32[n, 8] = mul(x, 2:f32)
  m: f32[n] = sum(e) {axes=[1]}
  mm: f32[n, 8] = broadcastTo(m) {shape=[n, 8], axes=[0]}
  p: f32[n, 8] = div(e, mm)
  r: f32[n, 8] = mul(p, c)
  k: f32[n] = sum(c) {axes=[1]}
} -> (r, k)`,
    counts: { kernels: 2, temporaries: 2 },
  },
  {
    name: "a value that only its own kernel reads needs no buffer",
    text: `func f(x: f32[n], y: f32[n]) {
  e: f32[n] = exp(x)
  a: f32[n] = mul(e, y)
  s: f32[] = sum(e) {axes=[0]}
} -> (a, s)`,
    counts: { kernels: 1, temporaries: 0 },
  },
  {
    name: "splitting an axis is an index map, merging one a view",
    text: `func f(x: f32[n, 6], y: f32[n, 6]) {
  s: f32[n, 2, 3] = reshape(x) {shape=[n, 2, 3]}
  t: f32[n, 2, 3] = sin(s)
  p: f32[n, 6] = add(x, y)
  m: f32[6*n] = reshape(p) {shape=[6*n]}
  q: f32[6*n] = sin(m)
} -> (t, q)`,
    counts: { kernels: 3, temporaries: 1, views: 1 },
  },
  {
    name: "inputs, literals and repeated results are copied",
    text: "func f(x: f32[n], c: f32[]) {\n y: f32[n] = neg(x)\n} -> (x, y, y, 2:f32, c)",
    counts: { kernels: 2, temporaries: 0 },
  },
  {
    name: "what nothing reads is not computed",
    text: "func f(x: f32[n]) {\n y: f32[n] = neg(x)\n z: f32[] = sum(x) {axes=[0]}\n} -> (y)",
    counts: { kernels: 1 },
  },
  {
    name: "a scatter into zeros needs no base",
    text: `func f(at: i32[k], u: f32[k, 4]) {
  o: f32[2, 4] = broadcastTo(0:f32) {shape=[2, 4], axes=[]}
  y: f32[2, 4] = scatterAdd(o, at, u)
} -> (y)`,
    counts: { kernels: 1, temporaries: 0 },
  },
  {
    name: "a dimension may be one that no parameter has",
    text: `func f(x: f32[], y: f32[k]) {
  i: i32[n] = iota() {shape=[n], axis=0}
  c: f32[n] = cast(i) {dtype="f32"}
  z: f32[n] = mul(x, c)
  s: f32[k] = scan(y) {length=b, reverse=false, carries=1, consts=0} with func body(carry: f32[k]) {
    next: f32[k] = add(carry, carry)
  } -> (next)
} -> (z, s)`,
    counts: {},
  },
  {
    name: "a batched product with shared weights folds its batch into rows",
    text: `func f(x: f32[b, n, 8], w: f32[8, 4]) {
  z: f32[b, n, 4] = contract(x, w) batch [b(x_)] {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (z)`,
    counts: { kernels: 1, temporaries: 0 },
  },
];

const sizes = { n: 3, k: 2, b: 2 };

describe("fuse", () => {
  it.each(cases)("$name", ({ text, counts }) => {
    const func = parseFunc(text);
    checkLevels(func, sizes);
    expect(countKernels(fuse(func))).toMatchObject(counts);
  });

  it("hoists no load out of a branch that might protect it", () => {
    const func = parseFunc(`func f(x: f32[n], at: i32[n], table: f32[2]) {
  y: f32[n] = gather(table, at)
  z: f32[n+2] = pad(y) {before=[1], after=[1], value=0}
  a: f32[n+2] = sin(z)
  b: f32[n+2] = mul(z, a)
  p: f32[n+2] = pad(x) {before=[2], after=[0], value=0}
  q: f32[n+2] = mul(p, p)
} -> (a, b, q)`);
    checkLevels(func, sizes);
    checkLevels(func, { n: 0 });
    const lets = allKernels(fuse(func)).flatMap((kernel: Kernel) => kernel.lets);
    const unprotected = lets.filter((each) => each.value.kind === "Load" && each.value.buffer === "x");
    expect(unprotected).toEqual([]);
  });

  it("writes formulas with the model's names", () => {
    const comments = allKernels(fuse(parseFunc(cases[1]?.text ?? ""))).map((kernel) => kernel.comment);
    expect(comments).toEqual(["z = x·w", "h = relu(z + b)"]);
  });

  it("gives the same program every time", () => {
    const print = (): string => kernelLanguage.print(fuse(parseFunc(gradientOfChain)));
    expect(print()).toBe(print());
  });

  it("keeps scalars in double precision", () => {
    const program = fuse(
      parseFunc(
        "func f(x: f32[n]) {\n s: f32[] = sum(x) {axes=[0]}\n t: f32[] = exp(s)\n u: f32[n] = broadcastTo(t) {shape=[n], axes=[]}\n} -> (s, u)",
      ),
    );
    const scalars = program.buffers.filter((buffer) => buffer.shape.length === 0);
    expect(scalars.map((buffer) => buffer.dtype)).toEqual(scalars.map(() => "f64"));
  });
});
