/** KernelIR in itself: text both ways, what verify refuses, what eval means. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuse } from "../../passes/fuse/fuse.js";
import { randomFunc } from "../../passes/testing/random-func.js";
import { countKernels, evalKernels, type KernelProgram, kernelLanguage, verifyKernels } from "./index.js";

const parse = (text: string): KernelProgram => {
  const node = kernelLanguage.parse("Program", text);
  if (node.kind !== "KernelProgram") throw new Error("not a program");
  return node;
};

const program = (body: string, buffers = ""): string => `program p sizes(n) buffers {
  x: input f32[n, 3]
  c: input f64[]
  y: output f32[n]
  t: arena f64[n]
  ${buffers}
} steps { ${body} }`;

const rowSums = `kernel k(i: n, j: 3) "y = Σ x" spans("m.ts:1:2") { let a = mul(x[i, j]:f32, 2:f32):f32 }
  writes { sum y[i] keep false = a:f32 }`;

describe("text", () => {
  it("parses what it prints, for random programs", () => {
    const choice = fc.tuple(fc.nat(9), fc.nat(30), fc.nat(60));
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 12 }), (choices) => {
        const made = fuse(randomFunc(choices, 3));
        expect(kernelLanguage.equal(parse(kernelLanguage.print(made)), made)).toBe(true);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it("reads repeats and views", () => {
    const text = program(
      `repeat r to n { kernel k(i: 3) "" spans() {} writes { set v[i] keep false = x[r, i]:f32 } }`,
      "z: output f32[n, 3]\n  v: view f32[3] of z at 3*r",
    );
    expect(countKernels(verifyKernels(parse(text)))).toMatchObject({ kernels: 1, repeats: 1, views: 1 });
  });
});

/** r = row sums of x, and what `epilogue` makes of them. */
const withEpilogue = (epilogue: string): string =>
  program(
    `kernel k(i: n, j: 3) "" spans() {} writes { sum r[i] keep false = x[i, j]:f32 } then ${epilogue}`,
    "r: arena f32[n]",
  );

/** y = differences of t's rows along j, each from the one before in the sweep. */
const swept = (direction: string, delays = "d: f32 before a e: f32 before d", more = ""): string =>
  program(
    `kernel k(i: n, j: 3) "" spans() { let a = x[i, j]:f32
      let b = add(mul(10:f32, d:f32):f32, e:f32):f32 }
      writes { set z[i, j] keep false = sub(a:f32, b:f32):f32
      ${more} } sweep ${direction} { ${delays} }`,
    "z: output f32[n, 3]",
  ).replace("y: output f32[n]", "");

/** y = c below 1, 2c at 1, 3c above, by a selector. */
const chosen = (selector: string, branches = 3): string => {
  const branch = (factor: number): string =>
    `branch { kernel k${factor}(i: n) "" spans() {} writes { set y[i] keep false = mul(toF32(c[]:f64):f32, ${factor}:f32):f32 } }`;
  return program(
    `choose ${selector} { ${Array.from({ length: branches }, (_, k) => branch(k + 1)).join(" ")} }`,
    "k: input i32[]\n  p: input bool[]",
  );
};

describe("verify", () => {
  const refused: readonly { readonly name: string; readonly text: string; readonly message: string }[] = [
    {
      name: "an input that is written",
      text: program(`kernel k(i: n, j: 3) "" spans() {} writes { set x[i, j] keep false = 0:f32 }`),
      message: "kernel 'k': the input 'x' is written",
    },
    {
      name: "a set without one of the axes",
      text: program(`kernel k(i: n, j: 3) "" spans() {} writes { set y[i] keep false = x[i, j]:f32 }`),
      message: "kernel 'k': a 'set' write to 'y' without axis 'j' in its index",
    },
    {
      name: "too few indices",
      text: program(`kernel k(i: n) "" spans() {} writes { set y[i] keep false = x[i]:f32 }`),
      message: "kernel 'k': load of 'x': 1 indices for 2 axes",
    },
    {
      name: "an unknown index",
      text: program(`kernel k(i: n) "" spans() {} writes { set y[i] keep false = x[i, q]:f32 }`),
      message: "kernel 'k': load of 'x': 'q' in the index q is not defined",
    },
    {
      name: "a let used before it is there",
      text: program(`kernel k(i: n) "" spans() {} writes { set y[i] keep false = a:f32 }`),
      message: "kernel 'k': 'a' is used before it is computed",
    },
    {
      name: "a write that another iteration reads",
      text: program(`kernel k(i: n) "" spans() {} writes { set t[i] keep false = t[0]:f64 }`),
      message: "kernel 't' ",
    },
    {
      name: "a value of another dtype",
      text: program(`kernel k(i: n) "" spans() {} writes { set t[i] keep false = x[i, 0]:f32 }`),
      message: "kernel 'k': write to 't' of a f32 value",
    },
    {
      name: "a view of a view",
      text: program(rowSums, "v: view f64[n] of t at 0\n  w: view f64[n] of v at 0"),
      message: "kernel 'w': a view of 'v', which is a view itself",
    },
    {
      name: "an unknown size",
      text: program(rowSums, "v: arena f64[m]"),
      message: "kernel 'v': shape: the size 'm' is not known",
    },
    {
      name: "a choice of three by a bool",
      text: chosen("p[]:bool"),
      message: "kernel 'choose': a bool selector of 3 branches",
    },
    {
      name: "a choice by a float",
      text: chosen("c[]:f64", 2),
      message: "kernel 'choose': a f64 selector of 2 branches",
    },
    {
      name: "a choice of nothing",
      text: chosen("k[]:i32", 0),
      message: "kernel 'choose': a i32 selector of 0 branches",
    },
    {
      name: "an epilogue that reads another sum",
      text: withEpilogue("{} writes { set y[i] keep false = r[0]:f32 }"),
      message: "kernel 'k': the epilogue reads 'r' elsewhere than at its own element",
    },
    {
      name: "an epilogue that writes what the sums are made of",
      text: withEpilogue("{} writes { set r[i] keep false = 1:f32 }"),
      message: "kernel 'k': 'r' is used by the kernel and written by its epilogue",
    },
    {
      name: "an epilogue over a reduced axis",
      text: withEpilogue("{} writes { set y[i] keep false = x[i, j]:f32 }"),
      message: "kernel 'k': load of 'x': 'j' in the index j is not defined",
    },
    {
      name: "an epilogue of what is set",
      text: program(
        `kernel k(i: n) "" spans() {} writes { set t[i] keep false = 1:f64 } then {} writes { set y[i] keep false = 2:f32 }`,
      ),
      message: "kernel 'k': an epilogue of no reduction",
    },
    {
      name: "a delay of what is not there",
      text: swept("up", "d: f32 before q e: f32 before d"),
      message: "kernel 'k': 'd' is a delay of 'q', which is no f32",
    },
    {
      name: "a delay before the one that it is of",
      text: swept("up", "e: f32 before d d: f32 before a"),
      message: "kernel 'k': 'e' is a delay of 'd', which is no f32",
    },
    {
      name: "a delay of another dtype",
      text: swept("up", "d: f64 before a e: f64 before d"),
      message: "kernel 'k': 'd' is a delay of 'a', which is no f64",
    },
    {
      name: "a sweep that reads what it overwrote",
      text: swept("down", undefined, "set z1[i, j] keep false = z1[i, j+1]:f32").replace(
        "{\n  x:",
        "{\n  z1: arena f32[n, 4]\n  x:",
      ),
      message: "kernel 'k': 'z1' is read elsewhere than where it is written",
    },
    {
      name: "two kernels of one name",
      text: program(`${rowSums} ${rowSums}`),
      message: "kernel 'k': the name is taken by another kernel",
    },
  ];

  it.each(refused)("refuses $name", ({ text, message }) => {
    const wanted = message.startsWith("kernel 't'")
      ? "kernel 'k': 't' is read elsewhere than where it is written"
      : message;
    expect(() => verifyKernels(parse(text))).toThrow(wanted);
  });

  it("says that it is a bug", () => {
    const first = refused[0]?.text ?? "";
    expect(() => verifyKernels(parse(first))).toThrow(expect.objectContaining({ class: "bug" }) as Error);
  });
});

describe("eval", () => {
  it("sums with a bound", () => {
    const { y } = evalKernels(verifyKernels(parse(program(rowSums))), {
      sizes: { n: 2 },
      buffers: { x: [1, 2, 3, 4, 5, 6], c: [0] },
    });
    expect(y?.map((each) => each.value)).toEqual([12, 30]);
    expect(y?.every((each) => each.bound > 0 && each.bound < 1e-5)).toBe(true);
  });

  it.each([
    ["k[]:i32", 3, { k: -4 }, 5],
    ["k[]:i32", 3, { k: 0 }, 5],
    ["k[]:i32", 3, { k: 1 }, 10],
    ["k[]:i32", 3, { k: 2 }, 15],
    ["k[]:i32", 3, { k: 9 }, 15],
    ["p[]:bool", 2, { p: 0 }, 5],
    ["p[]:bool", 2, { p: 1 }, 10],
    ["less(c[]:f64, 6:f64):bool", 2, {}, 10],
  ] as const)("chooses by %s of %i branches, given %o", (selector, branches, given, want) => {
    const text = chosen(selector, branches);
    const made = verifyKernels(parse(text));
    expect(kernelLanguage.equal(parse(kernelLanguage.print(made)), made)).toBe(true);
    expect(countKernels(made)).toMatchObject({ chooses: 1, kernels: branches });
    const scalars = Object.fromEntries(
      Object.entries({ k: 0, p: 0, ...given }).map(([name, value]) => [name, [value]]),
    );
    const { y } = evalKernels(made, { sizes: { n: 2 }, buffers: { x: [1, 2, 3, 4, 5, 6], c: [5], ...scalars } });
    expect(y?.map((each) => each.value)).toEqual([want, want]);
  });

  it("runs an epilogue once for each sum, when it is complete", () => {
    const made = verifyKernels(
      parse(
        withEpilogue(
          "{ let a = mul(r[i]:f32, 10:f32):f32 } writes { set y[i] keep false = add(a:f32, x[i, 0]:f32):f32 }",
        ),
      ),
    );
    expect(kernelLanguage.equal(parse(kernelLanguage.print(made)), made)).toBe(true);
    expect(countKernels(made)).toMatchObject({ kernels: 1, lets: 1, writes: 2 });
    const { y } = evalKernels(made, { sizes: { n: 2 }, buffers: { x: [1, 2, 3, 4, 5, 6], c: [0] } });
    expect(y?.map((each) => each.value)).toEqual([61, 154]);
  });

  it.each([
    ["up", [1, 2 - 10, 3 - 20 - 1, 4, 5 - 40, 6 - 50 - 4]],
    ["down", [1 - 20 - 3, 2 - 30, 3, 4 - 50 - 6, 5 - 60, 6]],
  ] as const)("sweeps %s its last axis, from nothing in each row", (direction, want) => {
    const made = verifyKernels(parse(swept(direction)));
    expect(kernelLanguage.equal(parse(kernelLanguage.print(made)), made)).toBe(true);
    const { z } = evalKernels(made, { sizes: { n: 2 }, buffers: { x: [1, 2, 3, 4, 5, 6], c: [0] } });
    expect(z?.map((each) => each.value)).toEqual(want);
  });

  it("gives the identity for nothing", () => {
    const text = program(`kernel k(i: n, j: 0) "" spans() {} writes { max y[i] keep false = x[i, j]:f32 }`);
    const { y } = evalKernels(parse(text), { sizes: { n: 2 }, buffers: { x: [1, 2, 3, 4, 5, 6], c: [0] } });
    expect(y?.map((each) => each.value)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  it("refuses to read outside a buffer, what was not written, and outputs that are not written", () => {
    const run = (body: string) => () =>
      evalKernels(parse(program(body)), { sizes: { n: 2 }, buffers: { x: [1, 2, 3, 4, 5, 6], c: [0] } });
    expect(run(`kernel k(i: n) "" spans() {} writes { set y[i] keep false = x[i, i+2]:f32 }`)).toThrow(
      "index 3 of 'x' is outside axis 1 of size 3",
    );
    expect(run(`kernel k(i: n) "" spans() {} writes { set y[i] keep false = toF32(t[i]:f64):f32 }`)).toThrow(
      "'t' is read at [0] before it is written",
    );
    expect(run("")).toThrow("element 0 of the output 'y' is never written");
  });
});
