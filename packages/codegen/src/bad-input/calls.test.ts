/**
 * Calls of generated functions that are wrong: what the app's developer reads, from the real generated code.
 *
 * Invariant: a message names the function, the path of the input, what was expected and what came; nothing is written
 * before all is checked. NaN is data.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { type GeneratedModule, importText } from "../emit/ts/testing/build-module.js";
import { realProject } from "./testing/real-project.js";

const model = `import { add, bool, crossEntropy, f32, f64, fn, gather, i32, matmul, max, mean, mul, sub, sum, tree, valueAndGrad, where } from "tapeless";

const params = { w: f32([3, 2]), b: f32([2]) };

export const scores = fn({ params, x: f32(["batch", 3]) }, ({ params: { w, b }, x }) => add(matmul(x, w), b));

export const loss = fn({ ...scores.input, label: i32(["batch"]) }, ({ label, ...rest }) =>
  mean(crossEntropy(scores(rest), label)));

export const lossAndGrad = valueAndGrad(loss, "params");

export const step = fn({ ...loss.input, lr: f32([]) }, ({ lr, ...batch }) => {
  const { value, grad } = lossAndGrad(batch);
  return { value, params: tree.map((p, g) => sub(p, mul(lr, g)), batch.params, grad) };
}, { donate: ["params"] });

export const rows = fn({ table: f32([5, 2]), at: i32(["n"]) }, ({ table, at }) => gather(table, at));
export const row = fn({ table: f32([5, 2]), at: i32([]) }, ({ table, at }) => gather(table, at));
export const mixed = fn({ x: f64([3]), mask: bool([3]), layers: [f32([2]), f32([3])] }, ({ x, mask, layers: [a, b] }) =>
  ({ y: where(mask, x, 0), s: mul(sum(a), sum(b)) }));
export const product = fn({ a: f32(["n", "m"]), x: f32(["m"]) }, ({ a, x }) => matmul(a, x));
export const trace = fn({ a: f32(["n", "n"]) }, ({ a }) => sum(a));
export const most = fn({ a: f32(["n", "m"]), x: f32(["n"]) }, ({ a, x }) => add(max(a, 1), x));
export const odd = fn({ "a-b": f32([2]), class: f32([]), input: f32([2]), out: f32([2]), Math: f32([2]), release: f32([2]) }, (i) =>
  add(mul(i["a-b"], i.class), i.input, i.out, i.Math, i.release));
export const swap = fn({ a: f32(["n"]), b: f32(["n"]) }, ({ a, b }) => ({ a: mul(b, 2), b: add(a, 1) }), { donate: ["a", "b"] });
`;

let generated: GeneratedModule = {};

beforeAll(async () => {
  const project = realProject({ "a.model.ts": model });
  try {
    expect(await project.cli("build")).toMatchObject({ code: 0, err: "" });
    generated = await importText(project.read("a.gen.ts"));
  } finally {
    project.remove();
  }
});

const call = (name: string, input: unknown, out?: unknown): unknown => generated[name]?.(input, out);

const floats = (length: number, value = 0.5): Float32Array => new Float32Array(length).fill(value);
const params = () => ({ w: floats(6), b: floats(2) });
const batch = (change: object = {}) => ({
  params: params(),
  x: floats(12),
  label: new Int32Array([0, 1, 0, 1]),
  ...change,
});

const memory = new ArrayBuffer(256);
/** Some of one piece of memory, counted in floats. */
const part = (from: number, length: number): Float32Array => new Float32Array(memory, 4 * from, length);
const grads = (change: object = {}) => ({ value: 0, grad: { ...params(), ...change } });

interface BadCall {
  readonly name: string;
  readonly call: () => unknown;
  readonly says: string;
}

/** The call throws the error, and leaves the memory that it was given as it was. */
function check({ call: run, says }: BadCall): void {
  const before = new Uint8Array(memory).slice();
  expect(run).toThrow(expect.objectContaining({ message: says }));
  expect(new Uint8Array(memory)).toEqual(before);
}

const inputs: readonly BadCall[] = [
  {
    name: "no input at all",
    call: () => call("scores", undefined),
    says: "scores: input x must be a Float32Array of length 3·batch ([batch, 3]), got nothing",
  },
  {
    name: "a missing input",
    call: () => call("loss", batch({ x: undefined })),
    says: "loss: input x must be a Float32Array of length 12 ([batch, 3] with batch = 4), got nothing",
  },
  {
    name: "a missing branch",
    call: () => call("loss", batch({ params: undefined })),
    says: "loss: input params.w must be a Float32Array of length 6 ([3, 2]), got nothing",
  },
  {
    name: "a missing leaf",
    call: () => call("loss", batch({ params: { w: floats(6) } })),
    says: "loss: input params.b must be a Float32Array of length 2 ([2]), got nothing",
  },
  {
    name: "a missing element of a tuple",
    call: () => call("mixed", { x: new Float64Array(3), mask: new Uint8Array(3), layers: [floats(2)] }),
    says: "mixed: input layers[1] must be a Float32Array of length 3 ([3]), got nothing",
  },
  {
    name: "a plain array",
    call: () => call("loss", batch({ x: [1, 2, 3] })),
    says: "loss: input x must be a Float32Array of length 12 ([batch, 3] with batch = 4), got an Array of length 3",
  },
  {
    name: "another kind of array",
    call: () => call("loss", batch({ x: new Float64Array(12) })),
    says: "loss: input x must be a Float32Array of length 12 ([batch, 3] with batch = 4), got a Float64Array of length 12",
  },
  {
    name: "unsigned labels",
    call: () => call("loss", batch({ label: new Uint32Array(4) })),
    says: "loss: input label must be an Int32Array of length batch ([batch]), got a Uint32Array of length 4",
  },
  {
    name: "signed truth values",
    call: () => call("mixed", { x: new Float64Array(3), mask: new Int8Array(3), layers: [floats(2), floats(3)] }),
    says: "mixed: input mask must be a Uint8Array of length 3 ([3]), got an Int8Array of length 3",
  },
  {
    name: "a number for an array",
    call: () => call("loss", batch({ x: 3 })),
    says: "loss: input x must be a Float32Array of length 12 ([batch, 3] with batch = 4), got 3",
  },
  {
    name: "a wrong length",
    call: () => call("loss", batch({ params: { w: floats(5), b: floats(2) } })),
    says: "loss: input params.w must be a Float32Array of length 6 ([3, 2]), got a Float32Array of length 5",
  },
  {
    name: "a length that is no whole number of rows",
    call: () => call("scores", { params: params(), x: floats(13) }),
    says: "scores: input x must be a Float32Array of length 3·batch ([batch, 3]), got a Float32Array of length 13",
  },
  {
    name: "a named dimension that disagrees",
    call: () => call("loss", batch({ x: floats(15) })),
    says: "loss: input x must be a Float32Array of length 12 ([batch, 3] with batch = 4), got a Float32Array of length 15",
  },
  {
    name: "a named dimension that another one does not divide",
    call: () => call("product", { a: floats(7), x: floats(2) }),
    says: "product: input a must be a Float32Array of length m·n ([n, m] with m = 2), got a Float32Array of length 7",
  },
  {
    name: "a square that is none",
    call: () => call("trace", { a: floats(7) }),
    says: "trace: input a must be a Float32Array of length n·n ([n, n]), got a Float32Array of length 7",
  },
  {
    name: "a scalar that is missing",
    call: () => call("step", batch()),
    says: "step: input lr must be a number, got nothing",
  },
  {
    name: "a scalar that is a text",
    call: () => call("step", batch({ lr: "0.1" })),
    says: "step: input lr must be a number, got a string",
  },
  {
    name: "a scalar that is an array",
    call: () => call("step", batch({ lr: floats(1) })),
    says: "step: input lr must be a number, got a Float32Array of length 1",
  },
  {
    name: "an integer that is none",
    call: () => call("row", { table: floats(10), at: 1.5 }),
    says: "row: input at must be an integer of 32 bits, got 1.5",
  },
  {
    name: "a name with a sign in it",
    call: () => call("odd", { class: 1 }),
    says: "odd: input a-b must be a Float32Array of length 2 ([2]), got nothing",
  },
];

const indices: readonly BadCall[] = [
  {
    name: "a label that is too large",
    call: () => call("loss", batch({ label: new Int32Array([0, 1, 2, 1]) })),
    says: "loss: input label[2] is 2, must be in 0 … 1",
  },
  {
    name: "a negative label, in a gradient",
    call: () => call("lossAndGrad", batch({ label: new Int32Array([0, 1, 0, -1]) })),
    says: "lossAndGrad: input label[3] is -1, must be in 0 … 1",
  },
  {
    name: "a row that is not there",
    call: () => call("rows", { table: floats(10), at: new Int32Array([4, 5]) }),
    says: "rows: input at[1] is 5, must be in 0 … 4",
  },
  {
    name: "a negative row",
    call: () => call("rows", { table: floats(10), at: new Int32Array([-1]) }),
    says: "rows: input at[0] is -1, must be in 0 … 4",
  },
  {
    name: "a single row that is not there",
    call: () => call("row", { table: floats(10), at: 5 }),
    says: "row: input at is 5, must be in 0 … 4",
  },
  {
    name: "the largest of nothing",
    call: () => call("most", { a: floats(0), x: floats(2) }),
    says: "most: max needs at least one element, but m is 0",
  },
];

const outputs: readonly BadCall[] = [
  {
    name: "an out without a leaf",
    call: () => call("lossAndGrad", batch(), { value: 0, grad: { w: floats(6) } }),
    says: "lossAndGrad: out grad.b must be a Float32Array of length 2 ([2]), got nothing",
  },
  {
    name: "an out without a branch",
    call: () => call("lossAndGrad", batch(), { value: 0 }),
    says: "lossAndGrad: out grad.w must be a Float32Array of length 6 ([3, 2]), got nothing",
  },
  {
    name: "an out of the wrong length",
    call: () => call("lossAndGrad", batch(), grads({ b: floats(3) })),
    says: "lossAndGrad: out grad.b must be a Float32Array of length 2 ([2]), got a Float32Array of length 3",
  },
  {
    name: "an out of the wrong kind",
    call: () => call("lossAndGrad", batch(), grads({ b: new Float64Array(2) })),
    says: "lossAndGrad: out grad.b must be a Float32Array of length 2 ([2]), got a Float64Array of length 2",
  },
  {
    name: "a lone out of the wrong length",
    call: () => call("rows", { table: floats(10), at: new Int32Array([1]) }, floats(3)),
    says: "rows: out must be a Float32Array of length 2 ([n, 2] with n = 1), got a Float32Array of length 3",
  },
  {
    name: "an output that is an input",
    call: () => call("lossAndGrad", batch({ params: { w: part(0, 6), b: floats(2) } }), grads({ w: part(0, 6) })),
    says: "lossAndGrad: out grad.w overlaps input params.w",
  },
  {
    name: "an output that overlaps an input in part",
    call: () => call("lossAndGrad", batch({ x: part(5, 12) }), grads({ w: part(0, 6) })),
    says: "lossAndGrad: out grad.w overlaps input x",
  },
  {
    name: "outputs that overlap each other",
    call: () => call("lossAndGrad", batch(), grads({ w: part(0, 6), b: part(5, 2) })),
    says: "lossAndGrad: out grad.w overlaps out grad.b",
  },
  {
    name: "an output that overlaps a donated input in part",
    call: () =>
      call("step", batch({ lr: 0.1, params: { w: part(0, 6), b: floats(2) } }), {
        value: 0,
        params: { ...params(), w: part(1, 6) },
      }),
    says: "step: out params.w overlaps donated input params.w in part",
  },
  {
    name: "an output on an input that is not donated",
    call: () => call("step", batch({ lr: 0.1, x: part(0, 12) }), { value: 0, params: { ...params(), w: part(0, 6) } }),
    says: "step: out params.w overlaps input x",
  },
];

describe.each([
  ["input", inputs],
  ["indices", indices],
  ["out", outputs],
])("%s", (_, rows) => {
  test.each(rows)("$name", check);

  test.each(rows)("$name: again, for what was checked once is remembered", check);
});

describe("what is no mistake", () => {
  test("NaN and Infinity are data", () => {
    expect(call("loss", batch({ x: floats(12, Number.NaN) }))).toBe(Number.NaN);
    expect(call("step", batch({ lr: Number.NaN }))).toMatchObject({ value: expect.closeTo(Math.LN2) });
    expect(
      call("mixed", {
        x: Float64Array.of(1, Infinity, NaN),
        mask: Uint8Array.of(0, 1, 0),
        layers: [floats(2), floats(3)],
      }),
    ).toEqual({
      y: Float64Array.of(0, Infinity, 0),
      s: 1.5,
    });
  });

  test("inputs with the names of JavaScript's own", () => {
    const two = floats(2, 2);
    expect(call("odd", { "a-b": two, class: 3, input: two, out: two, Math: two, release: two })).toEqual(floats(2, 14));
  });

  test("an empty batch", () => {
    expect(call("scores", { params: params(), x: floats(0) })).toEqual(floats(0));
    expect(call("rows", { table: floats(10), at: new Int32Array(0) })).toEqual(floats(0));
  });

  test("outputs side by side in one memory, next to an input", () => {
    const out = grads({ w: part(0, 6), b: part(6, 2) });
    expect(call("lossAndGrad", batch({ x: part(8, 12) }), out)).toBe(out);
  });

  test("inputs that share memory", () => {
    expect(call("product", { a: part(0, 4), x: part(0, 2) })).toHaveLength(2);
  });

  const arrays = () => ({ a: floats(100, 1), b: floats(100, 5) });
  type Pair = ReturnType<typeof arrays>;

  test.each<[string, (input: Pair) => Pair]>([
    ["fresh arrays", arrays],
    ["each in its place", ({ a, b }) => ({ a, b })],
    ["each in the place of the other", ({ a, b }) => ({ a: b, b: a })],
    ["one in the place of the other", ({ b }) => ({ a: b, b: floats(100) })],
  ])("donated inputs: %s", (_, place) => {
    const input = arrays();
    expect(call("swap", input, place(input))).toEqual({ a: floats(100, 10), b: floats(100, 2) });
  });

  test("a refused call does not make the next one pass unchecked", () => {
    const input = batch({ params: { w: part(0, 6), b: floats(2) } });
    const out = grads({ w: part(0, 6) });
    for (let i = 0; i < 3; i++) expect(() => call("lossAndGrad", input, out)).toThrow("overlaps input params.w");
  });
});
