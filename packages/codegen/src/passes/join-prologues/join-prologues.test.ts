/** Prologues: which operands are computed while they are packed, what that saves, and that it changes no value; counted by hand. */
import { div, f64, fn, matmul, mul, relu, softmax, sum, tanh, valueAndGrad } from "@tapeless/types";
import { evalSize, parseFunc, type SizeEnv } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buffersOf } from "../../ir/kernel/flat-kernel.js";
import { type KernelProgram, kernelLanguage, verifyKernels } from "../../ir/kernel/index.js";
import { type LoopProgram, loopLanguage } from "../../ir/loop/index.js";
import { programOf } from "../../op-tests/testing/programs-of-users.js";
import { tensorPasses } from "../../pipeline/compile-function.js";
import { heldBuffers } from "../schedule/types.js";
import { kernelsOf, workOf } from "../schedule/work.js";
import { checkDonated, runOnArrays } from "../testing/check-donated.js";
import { type Compiled, checkLevels, compileFunc } from "../testing/check-levels.js";
import { joinPrologues } from "./join-prologues.js";

type Extent = number | string;

/** `relu(x) · w`. */
const activated = (m: Extent, n: Extent, k: Extent, dtype = "f32", op = "relu"): string =>
  `func f(x: ${dtype}[${m}, ${k}], w: ${dtype}[${k}, ${n}]) {
  a: ${dtype}[${m}, ${k}] = ${op}(x)
  y: ${dtype}[${m}, ${n}] = contract(a, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (y)`;

/** `x · f(w)`: the right factor is packed once for each 64 rows. */
const right = (m: Extent, op = "relu", dtype = "f32"): string =>
  `func f(x: ${dtype}[${m}, 20], w: ${dtype}[20, 30]) {
  a: ${dtype}[20, 30] = ${op}(w)
  y: ${dtype}[${m}, 30] = contract(x, a) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (y)`;

/** Attention from its scores: `softmax(s) · v`, but for the largest score. */
const attention = (heads: number, rows: Extent, width: number, dtype = "f32"): string => {
  const scores = `${dtype}[${heads}, ${rows}, ${rows}]`;
  return `func f(s: ${scores}, v: ${dtype}[${heads}, ${rows}, ${width}]) {
  e: ${scores} = exp(s)
  t: ${dtype}[${heads}, ${rows}] = sum(e) {axes=[2]}
  b: ${scores} = broadcastTo(t) {shape=[${heads}, ${rows}, ${rows}], axes=[0, 1]}
  p: ${scores} = div(e, b)
  y: ${dtype}[${heads}, ${rows}, ${width}] = contract(p, v) {left=[0, 1, 2], right=[0, 2, 3], out=[0, 1, 3]}
} -> (y)`;
};

function measure({ planned }: Compiled, sizes: SizeEnv = {}) {
  const kernels = [...kernelsOf(planned.program.steps)].map(({ kernel }) => kernel);
  const works = kernels.map((kernel) =>
    workOf(kernel, buffersOf(planned.program), heldBuffers(kernel, planned.schedules.get(kernel.name))),
  );
  const total = (of: (work: (typeof works)[number]) => (typeof works)[number]["flops"]): number =>
    works.reduce((all, work) => all + evalSize(of(work), sizes), 0);
  return {
    kernels: kernels.length,
    computed: kernels.filter((kernel) => planned.schedules.get(kernel.name)?.why.includes("computed while packed"))
      .length,
    arena: evalSize(planned.memory.bytes, sizes),
    flops: total((work) => work.flops),
    read: total((work) => work.bytesRead),
    written: total((work) => work.bytesWritten),
  };
}

const measured = (text: string) => measure(compileFunc(parseFunc(text)));

/** Builtins in what is stored in a panel, and in all else that is stored. */
function builtinsOf(loops: LoopProgram) {
  const stores = loopLanguage.walk(loops).flatMap((node) => (node.kind === "Store" ? [node] : []));
  const callsIn = (panel: boolean): ReadonlySet<string> =>
    new Set(
      stores
        .filter(({ buffer }) => /Panel\d?$/.test(buffer) === panel)
        .flatMap((node) => loopLanguage.walk(node))
        .flatMap((node) => (node.kind === "Call" ? [node.fn] : [])),
    );
  return { panels: callsIn(true), others: callsIn(false) };
}

describe("what becomes a prologue", () => {
  it("an operand that is packed once: no kernel, no store and no memory of its own", () => {
    const compiled = compileFunc(parseFunc(activated(200, 30, 100)));
    expect(measure(compiled)).toEqual({
      kernels: 1,
      computed: 1,
      arena: 0,
      flops: 2 * 200 * 30 * 100 + 200 * 100,
      read: 4 * (200 * 100 + 100 * 30),
      written: 4 * 200 * 30,
    });
    const { panels, others } = builtinsOf(compiled.loops);
    expect([panels.has("max"), others.has("max")]).toEqual([true, false]);
  });

  it("however dear it is", () => {
    expect(measured(activated(200, 30, 100, "f32", "exp"))).toMatchObject({ kernels: 1, computed: 1, arena: 0 });
    expect(measured(right(64, "exp"))).toMatchObject({ kernels: 1, computed: 1, arena: 0 });
  });

  it("the quotient of attention; the sums that it needs are stored", () => {
    const compiled = compileFunc(parseFunc(attention(4, 64, 16)));
    const [scores, values] = [4 * 64 * 64, 4 * 64 * 16];
    expect(measure(compiled)).toMatchObject({
      kernels: 2,
      computed: 1,
      read: 4 * (scores + scores + 4 * 64 + values),
      written: 4 * (scores + 4 * 64 + values),
    });
    expect(compiled.planned.program.steps.flatMap((step) => kernelLanguage.walk(step))).not.toContainEqual(
      expect.objectContaining({ kind: "Write", buffer: "p" }),
    );
  });

  it("what does not change along a row is computed once in it: a product with the inverse", () => {
    const { panels, others } = builtinsOf(compileFunc(parseFunc(attention(4, 64, 16))).loops);
    expect([panels.has("mul"), panels.has("div"), others.has("div")]).toEqual([true, false, false]);
  });

  it("a right factor of several blocks of rows, where it costs little more than its load", () => {
    expect(measured(right(64 * 3))).toMatchObject({ kernels: 1, computed: 1, arena: 0 }); // twice more than once
    expect(measured(right(64 * 3 + 1))).toMatchObject({ kernels: 2, computed: 0 });
    expect(measured(right(65, "exp"))).toMatchObject({ kernels: 2, computed: 0, arena: 20 * 30 * 4 });
    const named = measure(compileFunc(parseFunc(right("n"))), { n: 9 });
    expect(named).toMatchObject({ kernels: 2, computed: 0 }); // nobody knows of how many
  });

  it("an operand of two products, where that is cheap enough to be done twice", () => {
    const two = (op: string): string => `func f(x: f32[50, 40], w: f32[40, 30], u: f32[40, 20]) {
  a: f32[50, 40] = ${op}(x)
  y: f32[50, 30] = contract(a, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  z: f32[50, 20] = contract(a, u) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (y, z)`;
    expect(measure(checkLevels(parseFunc(two("relu"))))).toMatchObject({ kernels: 2, computed: 2, arena: 0 });
    expect(measured(two("tanh"))).toMatchObject({ kernels: 3, computed: 0, arena: 50 * 40 * 4 });
  });

  it("both factors, and one that is both", { timeout: 60_000 }, () => {
    const both = `func f(x: f64[20, 30], m: f64[20, 30], w: f64[30, 9], b: f64[9]) {
  a: f64[20, 30] = mul(x, m)
  c: f64[30, 9] = broadcastTo(b) {shape=[30, 9], axes=[1]}
  d: f64[30, 9] = mul(w, c)
  y: f64[20, 9] = contract(a, d) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (y)`;
    const square = `func f(x: f64[20, 30], b: f64[30]) {
  c: f64[20, 30] = broadcastTo(b) {shape=[20, 30], axes=[1]}
  a: f64[20, 30] = sub(x, c)
  y: f64[20, 20] = contract(a, a) {left=[0, 1], right=[2, 1], out=[0, 2]}
} -> (y)`;
    expect(measure(checkLevels(parseFunc(both)))).toMatchObject({ kernels: 1, computed: 1, arena: 0 });
    expect(measure(checkLevels(parseFunc(square)))).toMatchObject({ kernels: 1, computed: 1, arena: 0 });
  });

  it("one of several values of a kernel, if the others are none the worse for it", { timeout: 60_000 }, () => {
    const text = `func f(x: f32[50, 40], w: f32[40, 30]) {
  a: f32[50, 40] = relu(x)
  b: f32[50, 40] = neg(x)
  y: f32[50, 30] = contract(a, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (y, b)`;
    const compiled = checkLevels(parseFunc(text));
    expect(measure(compiled)).toMatchObject({ kernels: 2, computed: 1, arena: 0 });
    expect(compiled.kernels.steps.map((step) => step.kind === "Kernel" && step.comment)).toEqual([
      "b = −x",
      "a = relu(x); y = a·w",
    ]);
  });
});

describe("what does not", () => {
  const unchanged = (text: string, kernels: number): void =>
    expect(measure(checkLevels(parseFunc(text)))).toMatchObject({ kernels, computed: 0 });

  it("what others read, or the caller gets", { timeout: 60_000 }, () => {
    const read = (results: string): string => `func f(x: f32[50, 40], w: f32[40, 30]) {
  a: f32[50, 40] = tanh(x)
  y: f32[50, 30] = contract(a, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  s: f32[40] = max(a) {axes=[0]}
} -> (${results})`;
    unchanged(read("y, a"), 2);
    unchanged(read("y, s"), 2); // the largest are found where they are made
  });

  it("an operand of a small product, which is not packed", () => {
    unchanged(activated(9, 9, 9), 2);
  });

  it("what is made of two arrays that would live longer", () => {
    const made = (other: string): string => `func f(x: f32[50, 40], w: f32[40, 30], u: f32[40, 40]) {
  p: f32[50, 40] = contract(x, u) {left=[0, 1], right=[1, 2], out=[0, 2]}
  q: f32[50, 40] = contract(x, u) {left=[0, 1], right=[2, 1], out=[0, 2]}
  pf: f32[50, 40] = flip(p) {axes=[0]}
  qf: f32[50, 40] = flip(q) {axes=[0]}
  a: f32[50, 40] = mul(pf, ${other})
  y: f32[50, 30] = contract(a, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (y)`;
    expect(measured(made("qf"))).toMatchObject({ kernels: 4, computed: 0 });
    expect(measured(made("x"))).toMatchObject({ kernels: 2, computed: 1 });
  });

  it("what is made of an input that the product's result may take the place of", { timeout: 60_000 }, () => {
    const square = activated(40, 40, 40, "f64");
    expect(measure(compileFunc(parseFunc(square)))).toMatchObject({ kernels: 1, computed: 1 });
    expect(measure(checkDonated(square, "x", "y"))).toMatchObject({ kernels: 2, computed: 0 });
    expect(measure(checkDonated(square, "w", "y"))).toMatchObject({ computed: 1 }); // which is read as a whole as ever
  });

  it("what is made of an input that another result of the same kernel may take the place of", {
    timeout: 60_000,
  }, () => {
    const text = `func f(x: f64[50, 40], w: f64[40, 30]) {
  a: f64[50, 40] = relu(x)
  b: f64[50, 40] = neg(x)
  y: f64[50, 30] = contract(a, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (y, b)`;
    expect(measure(checkDonated(text, "x", "b"))).toMatchObject({ kernels: 2, computed: 0 });
  });
});

const parse = (text: string): KernelProgram => {
  const node = kernelLanguage.parse("Program", text);
  if (node.kind !== "KernelProgram") throw new Error("not a program");
  return verifyKernels(node);
};

/** A step of a loop: `a = relu(c)`, something in between, and `y = a·w`, then `end`. */
const inLoop = (between: string, end = ""): string => `program p sizes() buffers {
  w: input f64[40, 40]
  c: arena f64[40, 40]
  a: arena f64[40, 40]
  s: arena f64[40]
  y: output f64[40, 40]
} steps {
  kernel c0(i: 40, j: 40) "" spans() {} writes { set c[i, j] keep false = w[j, i]:f64 }
  repeat r to 3 {
    kernel a(i: 40, j: 40) "a = relu(c)" spans() {} writes { set a[i, j] keep false = max(c[i, j]:f64, 0:f64):f64 }
    ${between}
    kernel y(i: 40, j: 40, k: 40) "y = a·w" spans() {} writes {
      sum y[i, j] keep false = mul(a[i, k]:f64, w[k, j]:f64):f64
    }
    ${end}
  }
}`;

describe("what is changed in between", () => {
  const kernelsAfter = (text: string): readonly string[] =>
    [...kernelsOf(joinPrologues(parse(text)).steps)].map(({ kernel }) => kernel.name);
  const change = `kernel c1(i: 40, j: 40) "" spans() {} writes { set c[i, j] keep false = mul(w[i, j]:f64, 2:f64):f64 }`;

  it("a carry that changes after the product, or not before the next step", () => {
    expect(kernelsAfter(inLoop(""))).toEqual(["c0", "y"]);
    expect(kernelsAfter(inLoop("", change))).toEqual(["c0", "y", "c1"]);
  });

  it("not one that changes before it", () => {
    expect(kernelsAfter(inLoop(change))).toEqual(["c0", "a", "c1", "y"]);
  });

  it("not one that the product itself changes, when its sums are complete", () => {
    const own = inLoop("").replace(
      "w[k, j]:f64):f64\n    }",
      "w[k, j]:f64):f64\n    } then {} writes { set c[i, j] keep false = y[i, j]:f64 }",
    );
    expect(kernelsAfter(own)).toEqual(["c0", "a", "y"]);
  });

  it("not one that the kernel which makes the operand changes", () => {
    const both = inLoop("").replace(
      "0:f64):f64 }",
      "0:f64):f64 set c[i, j] keep false = mul(c[i, j]:f64, 2:f64):f64 }",
    );
    expect(kernelsAfter(both)).toEqual(["c0", "a", "y"]);
    expect(kernelLanguage.print(joinPrologues(parse(both)))).toBe(kernelLanguage.print(parse(both)));
  });

  it("so the step of a loop sees a carry as it was", { timeout: 60_000 }, () => {
    const text = `func f(c0: f64[40, 40], w: f64[40, 40]) {
  c1: f64[40, 40], ys: f64[3, 40, 40] = scan(w, c0) {length=3, reverse=false, carries=1, consts=1} with func step(v: f64[40, 40], c: f64[40, 40]) {
    a: f64[40, 40] = relu(c)
    n: f64[40, 40] = mul(c, 2:f64)
    y: f64[40, 40] = contract(a, v) {left=[0, 1], right=[1, 2], out=[0, 2]}
  } -> (n, y)
} -> (c1, ys)`;
    expect(measure(checkLevels(parseFunc(text)))).toMatchObject({ computed: 0 });
  });

  it("not what the step before has made", () => {
    const before = `kernel s(i: 40, j: 40) "" spans() {} writes { sum s[i] keep false = a[i, j]:f64 }`;
    const swapped = inLoop("").replace(/( {4}kernel a\(.*\n)/, `    ${before}\n$1`);
    expect(kernelsAfter(swapped)).toEqual(["c0", "s", "a", "y"]);
  });
});

describe("what it means", () => {
  it.each([
    [67, 4, 256, "f64"],
    [65, 3, 257, "f64"],
    [3, 64, 700, "f32"],
    [130, 5, 9, "f32"],
    [2, 70, 300, "f32"],
  ] as const)("relu(x)·w and x·relu(w) of %i×%i×%i in %s on arrays", { timeout: 60_000 }, (m, n, k, dtype) => {
    const left = activated(m, n, k, dtype);
    const other = left.replace("relu(x)", "relu(w)").replace(`a: ${dtype}[${m}, ${k}]`, `a: ${dtype}[${k}, ${n}]`);
    for (const [text, onLeft] of [
      [left, true],
      [other.replace("contract(a, w)", "contract(x, a)"), false],
    ] as const) {
      const { compiled, inputs, outputs } = runOnArrays(text);
      expect(measure(compiled)).toMatchObject({ kernels: 1, computed: 1, arena: 0 });
      const [x = [], w = []] = inputs;
      const at = (list: readonly number[], place: number, cut: boolean): number =>
        cut ? Math.max(list[place] ?? 0, 0) : (list[place] ?? 0);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let wanted = 0;
          for (let q = 0; q < k; q++) wanted += at(x, i * k + q, onLeft) * at(w, q * n + j, !onLeft);
          const error = Math.abs((outputs.y?.[i * n + j] ?? Number.NaN) - wanted);
          expect(error).toBeLessThan((dtype === "f32" ? 2 ** -20 : 2 ** -44) * Math.max(1, Math.abs(wanted)));
        }
      }
    }
  });

  it.each([
    { n: 3, m: 4, k: 5 },
    { n: 0, m: 4, k: 5 },
    { n: 3, m: 0, k: 5 },
    { n: 3, m: 4, k: 0 },
    { n: 1, m: 1, k: 1 },
  ])("operands of named sizes %o", { timeout: 60_000 }, (sizes) => {
    for (const dtype of ["f32", "f64"])
      expect(measure(checkLevels(parseFunc(activated("m", "n", "k", dtype, "tanh")), sizes), sizes)).toMatchObject({
        kernels: 1,
        computed: 1,
        arena: 0,
      });
    expect(measure(checkLevels(parseFunc(attention(2, "n", 20, "f64")), sizes), sizes)).toMatchObject({ computed: 1 });
  });

  it("transposed, sliced, broadcast, picked and cast operands", { timeout: 60_000 }, () => {
    const text = `func f(x: f64[20, 40], w: f64[40, 9], ids: i32[30], h: f32[40, 9], q: f64[]) {
  a: f64[20, 40] = relu(x)
  t: f64[20, 20] = contract(a, x) {left=[0, 1], right=[2, 1], out=[2, 0]}
  g: f64[30, 40] = gather(x, ids)
  gq: f64[30, 40] = mul(g, q)
  u: f64[30, 9] = contract(gq, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  part: f64[20, 39] = slice(x) {start=[0, 1], shape=[20, 39]}
  cut: f64[20, 39] = neg(part)
  few: f64[39, 9] = slice(w) {start=[0, 0], shape=[39, 9]}
  v: f64[9, 20] = contract(few, cut) {left=[0, 1], right=[2, 0], out=[1, 2]}
  wide: f64[40, 9] = cast(h) {dtype=f64}
  z: f64[20, 9] = contract(x, wide) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (t, u, v, z)`;
    expect(measure(checkLevels(parseFunc(text)))).toMatchObject({ kernels: 4, computed: 4, arena: 0 });
  });

  it("convolutions, batches, sums over several axes, and an epilogue", { timeout: 60_000 }, () => {
    const text = `func f(x: f64[2, 10, 2, 21], w: f64[7, 10, 1, 3], u: f64[3, 6, n], v: f64[3, 40, 6], b: f64[40]) {
  a: f64[2, 10, 2, 21] = neg(x)
  p: f64[2, 10, 2, 10, 1, 3] = windows(a) {kernel=[1, 3], count=[2, 10], stride=[1, 2], dilation=[1, 1]}
  y: f64[2, 7, 2, 10] = contract(p, w) {left=[0, 1, 3, 4, 5, 6], right=[2, 1, 5, 6], out=[0, 2, 3, 4]}
  e: f64[3, 6, n] = exp(u)
  z0: f64[3, n, 40] = contract(e, v) {left=[0, 2, 1], right=[0, 3, 2], out=[0, 1, 3]}
  c: f64[3, n, 40] = broadcastTo(b) {shape=[3, n, 40], axes=[2]}
  z: f64[3, n, 40] = mul(z0, c)
} -> (y, z)`;
    expect(measure(checkLevels(parseFunc(text), { n: 5 }), { n: 5 })).toMatchObject({ kernels: 2, computed: 2 });
  });

  it("what depends on the position", { timeout: 60_000 }, () => {
    const text = `func f(x: f64[66, 40], w: f64[40, 5]) {
  i: i32[66] = iota() {axis=0, shape=[66]}
  k: i32[40] = iota() {axis=0, shape=[40]}
  is: i32[66, 40] = broadcastTo(i) {shape=[66, 40], axes=[0]}
  ks: i32[66, 40] = broadcastTo(k) {shape=[66, 40], axes=[1]}
  below: bool[66, 40] = less(ks, is)
  a: f64[66, 40] = where(below, x, 0.5:f64)
  y: f64[66, 5] = contract(a, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
} -> (y)`;
    expect(measure(checkLevels(parseFunc(text)))).toMatchObject({ kernels: 1, computed: 1, arena: 0 });
  });
});

describe("names", () => {
  it.each([
    "yPackRows",
    "yPackColumns3",
    "yPackColumn",
    "y1Epilogue",
    "rowPanel",
    "rowPanel1",
    "columnPanel",
    "columnPanel1",
    "columnPanel2",
  ])("a model may have a value called %s", { timeout: 60_000 }, (name) => {
    const text = `func f(x: f64[50, 40], w: f64[40, 31], p: f64[60, 33]) {
  a: f64[50, 40] = relu(x)
  b: f64[40, 31] = neg(w)
  y: f64[50, 31] = contract(a, b) {left=[0, 1], right=[1, 2], out=[0, 2]}
  s: f64[50, 31] = contract(x, w) {left=[0, 1], right=[1, 2], out=[0, 2]}
  y1: f64[50, 31] = sin(s)
  ${name}: f64[60, 33] = cos(p)
} -> (y, y1, ${name})`;
    const { loops } = checkLevels(parseFunc(text)); // which holds that names of functions, and of arrays, are unique
    expect(loops.functions.map((fn) => fn.name)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^yPackRows/), expect.stringMatching(/^y1Epilogue/)]),
    );
  });
});

describe("derivatives", () => {
  const network = fn({ x: f64([20, 30]), m: f64([20, 30]), w: f64([30, 8]), u: f64([8, 25]) }, ({ x, m, w, u }) => {
    const h = softmax(matmul(mul(x, m), w));
    return sum(mul(matmul(tanh(h), u), matmul(relu(matmul(x, w)), div(u, 2))));
  });

  it("of products with prologues are what the evaluator gives", { timeout: 120_000 }, () => {
    const func = tensorPasses.run(programOf(valueAndGrad(network, ["x", "w", "u"])));
    expect(measure(checkLevels(func)).computed).toBeGreaterThan(1);
  });
});

/** What an operand may be made of besides `$`, which is made already: `x` of its shape, others of its rows or columns. */
const makers = ["mul($, x)", "neg($)", "tanh($)", "relu($)", "add($, bs)", "mul($, cs)", "div($, es)"] as const;

describe("random operands", () => {
  it.each([
    { n: 2, m: 3 },
    { n: 5, m: 1 },
    { n: 0, m: 4 },
  ])("of products mean the same at every level with sizes %o", { timeout: 120_000 }, (sizes) => {
    const chains = fc.array(fc.nat(makers.length - 1), { minLength: 1, maxLength: 5 });
    let computed = 0;
    let all = 0;
    fc.assert(
      fc.property(
        chains,
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom("f32", "f64"),
        (steps, isLeft, isTurned, dtype) => {
          const shape = `${dtype}[n, m]`;
          const chain = steps.map((step, k) => `v${k + 1}: ${shape} = ${(makers[step] ?? "").replace("$", `v${k}`)}`);
          const operand = `v${steps.length}`;
          const [axes, out] = isTurned
            ? [
                [1, 0],
                [1, 2],
              ]
            : [
                [0, 1],
                [0, 2],
              ];
          const contract = isLeft
            ? `contract(${operand}, w) {left=[0, 1], right=[${axes[1]}, 2], out=[${out}]}`
            : `contract(w, ${operand}) {left=[${axes[1]}, 2], right=[0, 1], out=[2, ${axes[0]}]}`;
          const [length, kept] = isTurned ? ["n", "m"] : ["m", "n"];
          const result = isLeft ? `${dtype}[${kept}, 40]` : `${dtype}[40, ${kept}]`;
          const text = `func f(v0: ${shape}, x: ${shape}, b: ${dtype}[n], c: ${dtype}[m], w: ${dtype}[${length}, 40]) {
  bs: ${shape} = broadcastTo(b) {shape=[n, m], axes=[0]}
  cs: ${shape} = broadcastTo(c) {shape=[n, m], axes=[1]}
  e: ${shape} = exp(x)
  s: ${dtype}[n] = sum(e) {axes=[1]}
  es: ${shape} = broadcastTo(s) {shape=[n, m], axes=[0]}
  ${chain.join("\n  ")}
  y: ${result} = ${contract}
} -> (y)`;
          computed += measure(checkLevels(parseFunc(text), sizes), sizes).computed;
          all++;
        },
      ),
      { numRuns: 40, seed: 11 },
    );
    expect(computed).toBe(all); // each is packed once
  });
});
