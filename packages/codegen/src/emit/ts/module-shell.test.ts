/** Whole modules: they compute what eval does, bit for bit, refuse what they must, and compile under the strictest options. */
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { evalProgram, type LoopInputs, verifyProgram } from "../../ir/loop/index.js";
import { randomInputs, randomPrograms } from "../../ir/loop/testing/arbitrary.js";
import { unroll } from "../../passes/unroll/index.js";
import { type EmitFunction, emitModule, hashOf, inspectModule } from "./index.js";
import { diagnose, emit, type GeneratedModule, importText, leaf, tree } from "./testing/build-module.js";
import {
  descent,
  double,
  everyFunction,
  form,
  formF32,
  looped,
  matmul,
  recur,
  rows,
  sumTanh,
} from "./testing/functions.js";

const text = emit(...everyFunction);
let generated: GeneratedModule;
beforeAll(async () => {
  generated = await importText(text);
});

const f32 = (...values: readonly number[]): Float32Array => Float32Array.from(values);
const f64 = (...values: readonly number[]): Float64Array => Float64Array.from(values);
const i32 = (...values: readonly number[]): Int32Array => Int32Array.from(values);
const ramp = (length: number): readonly number[] => Array.from({ length }, (_, i) => Math.sin(i * 1.7) * 3);

/** What eval gives with f32 storage rounded, as the module does. */
function expected(
  fn: EmitFunction,
  inputs: LoopInputs,
): { readonly arrays: Record<string, readonly number[]>; readonly numbers: Record<string, number> } {
  const { buffers, results } = evalProgram(verifyProgram(fn.program), inputs, "rounded");
  return {
    arrays: Object.fromEntries(
      Object.entries(buffers).map(([name, elements]) => [name, elements.map(({ value }) => value)]),
    ),
    numbers: Object.fromEntries(Object.entries(results).map(([name, { value }]) => [name, value])),
  };
}

const call = (name: string, ...args: readonly unknown[]): Record<string, ArrayLike<number> & number> => {
  const fn = generated[name];
  if (fn === undefined) throw new Error(`no ${name}`);
  return fn(args[0], args[1]);
};
const list = (values: ArrayLike<number> | undefined): readonly number[] => Array.from(values ?? []);

describe("values, bit for bit as eval", () => {
  test.each([form, looped])("$name in f64", (fn) => {
    const [x, m] = [f64(...ramp(3)), f64(...ramp(9))];
    const { arrays, numbers } = expected(fn, { buffers: { x, m } });
    const result = call(fn.name, { x, m });
    expect(result.value).toBe(numbers.loss);
    expect(list(result.grad)).toEqual(arrays.g);
  });
  test("straight line in f32", () => {
    const [x, m] = [f32(...ramp(3)), f32(...ramp(9))];
    const { arrays, numbers } = expected(formF32, { buffers: { x, m } });
    const result = call("formF32", { x, m });
    expect([result.value, list(result.grad)]).toEqual([numbers.loss, arrays.g]);
  });
  test.each([0, 4, 12])("four accumulators over n = %i", (n) => {
    const [x, y] = [f32(...ramp(n)), f32(...ramp(n).map((value) => value / 2))];
    const { arrays, numbers } = expected(sumTanh, { sizes: { n }, scalars: { scale: 0.5 }, buffers: { x, y } });
    const result = call("sumTanh", { x, y, scale: 0.5 });
    expect([result[0], list(result[1])]).toEqual([numbers.loss, arrays.products]);
  });
  test("tiled product with packed panels", () => {
    const [a, b] = [f32(...ramp(20)), f32(...ramp(30))];
    expect(list(call("matmul", { a, b }) as unknown as Float32Array)).toEqual(
      expected(matmul, { buffers: { a, b } }).arrays.c,
    );
  });
  test("named batch, i32 and bool, arena that grows", () => {
    for (const batch of [2, 5, 1]) {
      const x = f32(...ramp(3 * batch));
      const label = i32(...ramp(batch).map((_, i) => i % 3));
      const { arrays, numbers } = expected(rows, { sizes: { batch }, buffers: { x, label } });
      const { spread, big, count } = call("rows", { data: { x }, label });
      expect([list(spread), list(big), count]).toEqual([arrays.spread, arrays.big, numbers.count]);
    }
  });
  test("repeated steps", () => {
    const [start, w] = [f64(0.3, -0.7), f64(...ramp(4))];
    expect(list(call("recur", { start, w }) as unknown as Float64Array)).toEqual(
      expected(recur, { buffers: { start, w } }).arrays.last,
    );
  });
  test("donated memory is taken over", () => {
    const p = f32(1, 2, 3, 4);
    const inputs = { p, g: f32(...ramp(4)), lr: 0.1, t: 2147483647 };
    const { arrays, numbers } = expected(descent, {
      scalars: { lr: 0.1, t: inputs.t },
      buffers: { p: list(p), g: inputs.g },
    });
    const out = { p, t: 0 };
    expect(call("descent", inputs, out)).toBe(out);
    expect([list(p), out.t]).toEqual([arrays.next, numbers.count]);
  });
  test("random programs, unrolled or not", async () => {
    const samples = fc.sample(fc.tuple(randomPrograms, randomInputs), { numRuns: 16, seed: 7 });
    const functions = samples.flatMap(([random], i) => [
      randomFunction(`loops${i}`, random),
      randomFunction(`straight${i}`, unroll(random)),
    ]);
    expect(diagnose(emit(...functions.filter((_, at) => at % 2 === 1)))).toEqual([]);
    const module = await importText(emit(...functions));
    functions.forEach((fn, at) => {
      const inputs = samples[at >> 1]?.[1] ?? { buffers: {} };
      const result: Record<string, ArrayLike<number>> = module[fn.name]?.(inputs.buffers) ?? {};
      const { arrays, numbers } = expected(fn, inputs);
      for (const name of ["o", "p", "q"]) expect(plus(list(result[name])), fn.name).toEqual(plus(arrays[name] ?? []));
      expect([result.first, result.second], fn.name).toEqual([numbers.first, numbers.second]);
    });
  });
});

const plus = (values: readonly number[]): readonly number[] => values.map((value) => value + 0);

const randomFunction = (name: string, program: EmitFunction["program"]): EmitFunction => ({
  name,
  program,
  donate: [],
  indexChecks: [],
  sizeChecks: [],
  input: tree({
    x: leaf("x", "f64", 6),
    y: leaf("y", "f32", 6),
    k: leaf("k", "i32", 6),
    b: leaf("b", "bool", 6),
    named: leaf("named", "f32", "n"),
  }),
  output: tree({
    o: leaf("o", "f64", 6),
    p: leaf("p", "f32", 6),
    q: leaf("q", "bool", 6),
    first: leaf("first", "f64"),
    second: leaf("second", "i32"),
  }),
});

describe("out", () => {
  test("is written and returned, scalars in place; inputs stay", () => {
    const [x, m] = [f64(...ramp(3)), f64(...ramp(9))];
    const kept = list(m);
    const fresh = call("form", { x, m });
    const out = { value: 0, grad: new Float64Array(3) };
    const { grad } = out;
    expect(call("form", { x, m }, out)).toBe(out);
    expect(out.grad).toBe(grad);
    expect(out).toEqual(fresh);
    expect(list(m)).toEqual(kept);
  });
  test("release lets go and the next call works", () => {
    const inputs = { data: { x: f32(...ramp(6)) }, label: i32(0, 1) };
    const before = call("rows", inputs);
    call("release");
    expect(call("rows", inputs)).toEqual(before);
  });
});

describe("the boundary refuses", () => {
  const good = { x: f64(1, 2, 3), m: f64(...ramp(9)) };
  const data = { x: f32(...ramp(6)) };
  const memory = new Float64Array(12);
  type Refused = readonly [message: string, name: string, input: unknown, out?: unknown];
  const refused: readonly Refused[] = [
    ["form: input x must be a Float64Array of length 3 ([3]), got nothing", "form", { m: good.m }],
    ["form: input x must be a Float64Array of length 3 ([3]), got nothing", "form", undefined],
    [
      "form: input m must be a Float64Array of length 9 ([3, 3]), got a Float64Array of length 8",
      "form",
      { ...good, m: new Float64Array(8) },
    ],
    [
      "form: input m must be a Float64Array of length 9 ([3, 3]), got a Float32Array of length 9",
      "form",
      { ...good, m: new Float32Array(9) },
    ],
    [
      "form: input m must be a Float64Array of length 9 ([3, 3]), got an Array of length 9",
      "form",
      { ...good, m: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    ],
    ["form: input m must be a Float64Array of length 9 ([3, 3]), got null", "form", { ...good, m: null }],
    [
      "rows: input data.x must be a Float32Array of length 6 ([batch, 3] with batch = 2), got a Float32Array of length 7",
      "rows",
      { data: { x: new Float32Array(7) }, label: i32(0, 1) },
    ],
    [
      "rows: input data.x must be a Float32Array of length 6 ([batch, 3] with batch = 2), got nothing",
      "rows",
      { label: i32(0, 1) },
    ],
    ["rows: input label[1] is 3, must be in 0 … 2", "rows", { data, label: i32(0, 3) }],
    ["rows: input label[0] is -1, must be in 0 … 2", "rows", { data, label: i32(-1, 0) }],
    [
      "sumTanh: input y must be a Float32Array of length 4 ([n] with n = 4), got a Float32Array of length 5",
      "sumTanh",
      { x: new Float32Array(4), y: new Float32Array(5), scale: 1 },
    ],
    [
      "sumTanh: input scale must be a number, got a string",
      "sumTanh",
      { x: new Float32Array(4), y: new Float32Array(4), scale: "1" },
    ],
    [
      "descent: input t must be an integer of 32 bits, got 0.5",
      "descent",
      { p: f32(1, 2, 3, 4), g: f32(1, 2, 3, 4), lr: 1, t: 0.5 },
    ],
    [
      "form: out grad must be a Float64Array of length 3 ([3]), got a Float64Array of length 2",
      "form",
      good,
      { value: 0, grad: new Float64Array(2) },
    ],
    ["form: out grad must be a Float64Array of length 3 ([3]), got nothing", "form", good, {}],
    [
      "form: out grad overlaps input x",
      "form",
      { ...good, x: memory.subarray(0, 3) },
      { value: 0, grad: memory.subarray(2, 5) },
    ],
    [
      "matmul: out must be a Float32Array of length 24 ([4, 6]), got an Int32Array of length 24",
      "matmul",
      { a: f32(...ramp(20)), b: f32(...ramp(30)) },
      new Int32Array(24),
    ],
  ];
  test.each(refused.map((each) => ({ each, message: each[0] })))(
    "$message",
    ({ each: [message, name, input, out] }) => {
      expect(() => call(name, input, out)).toThrow(new RegExp(`^${message.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")}$`));
    },
  );
  test("parts of donated memory, and two outputs on the same memory", () => {
    const shared = new Float32Array(6);
    const inputs = { p: shared.subarray(0, 4), g: f32(1, 2, 3, 4), lr: 1, t: 1 };
    expect(() => call("descent", inputs, { p: shared.subarray(1, 5), t: 0 })).toThrow(
      "descent: out p overlaps donated input p in part",
    );
    expect(() => call("descent", inputs, { p: inputs.g, t: 0 })).toThrow("descent: out p overlaps input g");
    expect(() => call("descent", inputs, { p: inputs.p, t: 0 })).not.toThrow();
    const bytes = new ArrayBuffer(16);
    const out = { spread: new Float32Array(bytes, 0, 2), big: new Uint8Array(bytes, 4, 2), count: 0 };
    expect(() => call("rows", { data, label: i32(0, 1) }, out)).toThrow("rows: out spread overlaps out big");
    expect(() => call("rows", { data, label: i32(0, 1) }, { ...out, big: new Uint8Array(bytes, 8, 2) })).not.toThrow();
  });
});

describe("dimensions", () => {
  const shaped = (...shapes: readonly (readonly (number | string)[])[]): EmitFunction => ({
    ...descent,
    name: "f",
    input: tree(Object.fromEntries(shapes.map((shape, i) => [`v${i}`, leaf(`v${i}`, "f32", ...shape)]))),
    output: leaf("o", "f32", "n"),
    donate: [],
    program: {
      ...descent.program,
      name: "f",
      sizes: ["n"],
      scalars: [],
      results: [],
      functions: [],
      steps: [],
      buffers: [
        ...shapes.map(
          (_, i) => ({ kind: "ProgramBuffer", name: `v${i}`, space: "input", dtype: "f32", size: 1 }) as const,
        ),
        { kind: "ProgramBuffer", name: "o", space: "output", dtype: "f32", size: 1 },
      ],
    },
  });
  const length = async (fn: EmitFunction, ...lengths: readonly number[]): Promise<number> => {
    const module = await importText(emit(fn));
    const result: Float32Array =
      module.f?.(Object.fromEntries(lengths.map((each, i) => [`v${i}`, new Float32Array(each)]))) ??
      new Float32Array(0);
    return result.length;
  };
  test("come from lengths by division, from squares by the root, from sums by difference", async () => {
    expect(await length(shaped(["n", 784]), 1568)).toBe(2);
    expect(await length(shaped([2, "2*n"]), 12)).toBe(3);
    expect(await length(shaped(["2*n+1"]), 7)).toBe(3);
    expect(await length(shaped(["n", "n"]), 16)).toBe(4);
    expect(await length(shaped(["n", "m"], ["m"]), 12, 4)).toBe(3);
    await expect(length(shaped(["n", 784]), 800)).rejects.toThrow(
      "f: input v0 must be a Float32Array of length 784·n ([n, 784]), got a Float32Array of length 800",
    );
    await expect(length(shaped(["2*n+1"]), 8)).rejects.toThrow(
      "of length 2·n + 1 ([2*n+1]), got a Float32Array of length 8",
    );
    await expect(length(shaped(["n", "n"]), 15)).rejects.toThrow("of length n·n ([n, n])");
    await expect(length(shaped(["n", "m"], ["m"]), 11, 4)).rejects.toThrow("of length m·n ([n, m] with m = 4)");
  });
  test("that no length tells are said by the caller: as few as it takes", async () => {
    const text = emit(shaped(["n", "m"], ["m", "k"]));
    expect(text).toContain("readonly sizes: { readonly m: number; readonly n?: number; readonly k?: number };");
    const { f } = await importText(text);
    const [v0, v1] = [new Float32Array(6), new Float32Array(4)];
    expect(f?.({ v0, v1, sizes: { m: 2 } })).toHaveLength(3);
    expect(f?.({ v0, v1, sizes: { m: 2, n: 3, k: 2 } })).toHaveLength(3);
    expect(() => f?.({ v0, v1, sizes: { m: 2, n: 4 } })).toThrow("f: input v0 must be a Float32Array of length m·n");
    expect(() => f?.({ v0, v1 })).toThrow("f: input sizes.m must be a whole number, 0 or more, got nothing");
    expect(() => f?.({ v0, v1, sizes: { m: 1.5 } })).toThrow("0 or more, got 1.5");
  });
  test("of arrays that are empty by another axis may be said, and must where a result has them", async () => {
    const { f } = await importText(emit(shaped(["n", "m"], ["m"])));
    const [v0, v1] = [new Float32Array(0), new Float32Array(0)];
    expect(() => f?.({ v0, v1 })).toThrow("f: input v0 does not tell n where m is 0; give sizes.n");
    expect(f?.({ v0, v1, sizes: { n: 5 } })).toHaveLength(5);
  });
  test("cannot be said where an input has that name", () => {
    const fn = shaped(["n", "m"]);
    const input = tree({ sizes: fn.input.kind === "object" ? (fn.input.entries[0]?.[1] ?? fn.input) : fn.input });
    expect(() => emit({ ...fn, input })).toThrow("f: no input tells the size of");
  });
});

describe("the text", () => {
  test("passes the strictest compiler, and so does its use", () => {
    expect(diagnose(text)).toEqual([]);
    const use = `
      import type { F64 } from "tapeless";
      import { form, formInput, type FormOutput, release, rows } from "./generated.js";
      declare const transposed: F64<[9]>;
      const first: FormOutput = form({ x: new Float64Array(3), m: new Float64Array(9) });
      const again: number = form({ x: first.grad, m: new Float64Array(9) }, first).value;
      const shape: readonly [3, 3] = formInput.m.shape;
      rows({ data: { x: new Float32Array(3) }, label: new Int32Array(1) }, { spread: new Float32Array(1), big: new Uint8Array(1), count: again });
      release();
      export { shape };
    `;
    expect(diagnose(text, use)).toEqual([]);
    expect(
      diagnose(text, use.replace("x: first.grad, m: new Float64Array(9)", "x: first.grad, m: transposed")),
    ).toHaveLength(1);
  });
  test("is the same each time, and its hash tells edits", () => {
    expect(emit(...everyFunction)).toBe(text);
    expect(text).toMatch(/^\/\/ Generated by tapeless from test\.model\.ts\. Do not edit\. sha256:[0-9a-f]{16}\n/);
    expect(inspectModule(text)).toBe("intact");
    expect(inspectModule(text.replace("const x = ", "const y = "))).toBe("edited");
    expect(inspectModule("export const x = 1;\n")).toBe("foreign");
    expect(hashOf(text.slice(text.indexOf("\n") + 1))).toBe(text.slice(0, text.indexOf("\n")).slice(-16));
  });
  test("holds equal kernels once, and helpers only where they are used", () => {
    expect(text.match(/function rowMax\w*\(/g)).toHaveLength(1);
    const alone = emit(recur);
    expect(alone).not.toContain("function wrongScalar");
    expect(alone).not.toContain("function checkIndices");
    expect(emit(form)).not.toContain("release");
  });
  test("has one blank line between statements, with an import and without one", () => {
    const alone = emit(double);
    expect(alone).not.toMatch(/^import/m);
    expect(text).toMatch(/^import/m);
    for (const module of [text, alone]) {
      expect(module).not.toMatch(/\n\n\n/);
      expect(module).not.toMatch(/\}\n(export|function|\/\*\*)/);
    }
  });
  test("uses no name twice and no reserved word", async () => {
    const clash: EmitFunction = {
      ...descent,
      name: "describe",
      input: tree({
        delete: leaf("p", "f32", 4),
        g: leaf("g", "f32", 4),
        lr: leaf("lr", "f32"),
        "a-b": leaf("t", "i32"),
      }),
    };
    const source = emit(clash);
    expect(diagnose(source)).toEqual([]);
    expect(source).toContain('input?.["a-b"]');
    expect(() => emit({ ...descent, name: "release" })).toThrow("cannot export 'release'");
  });
  test("stays small", () => {
    expect(gzipSync(emit(form)).length).toBeLessThan(1800);
  });
  test("many outputs are all told apart", async () => {
    const many = manyOutputs(5);
    const module = await importText(emit(many));
    const input = { x: f32(1) };
    const out = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`o${i}`, new Float32Array(1)]));
    expect(diagnose(emit(many))).toEqual([]);
    expect(() => module.many?.(input, out)).not.toThrow();
    expect(() => module.many?.(input, { ...out, o3: out.o1 })).toThrow("many: out o1 overlaps out o3");
    expect(() => module.many?.(input, { ...out, o3: input.x })).toThrow("many: out o3 overlaps input x");
  });
  test("reads like this", async () => {
    await expect(emitModule({ modelFile: "test.model.ts", functions: [form] })).toMatchFileSnapshot(
      "./golden/form.gen.txt",
    );
    await expect(emitModule({ modelFile: "test.model.ts", functions: [rows, matmul] })).toMatchFileSnapshot(
      "./golden/rows-and-matmul.gen.txt",
    );
  });
});

const manyOutputs = (count: number): EmitFunction => {
  const names = Array.from({ length: count }, (_, i) => `o${i}`);
  return {
    ...descent,
    name: "many",
    donate: [],
    input: tree({ x: leaf("x", "f32", 1) }),
    output: tree(Object.fromEntries(names.map((name) => [name, leaf(name, "f32", 1)]))),
    program: {
      ...descent.program,
      name: "many",
      scalars: [],
      results: [],
      functions: [],
      buffers: [
        { kind: "ProgramBuffer", name: "x", space: "input", dtype: "f32", size: 1 },
        ...names.map((name) => ({ kind: "ProgramBuffer", name, space: "output", dtype: "f32", size: 1 }) as const),
      ],
      steps: [
        {
          kind: "Inline",
          body: names.map(
            (buffer) =>
              ({
                kind: "Store",
                buffer,
                index: 0,
                value: { kind: "Load", buffer: "x", index: [0], dtype: "f32" },
              }) as const,
          ),
        },
      ],
    },
  };
};
