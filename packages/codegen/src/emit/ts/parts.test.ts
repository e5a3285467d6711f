/** What inputs and outputs have in common is said once in a module, and each use of it is refused under its own name. */
import { f32, fn, matmul, mean, mul, sub, tanh, valueAndGrad } from "@tapeless/types";
import { beforeAll, expect, test } from "vitest";
import { compileModule } from "../../pipeline/compile-module.js";
import { compilable } from "../../pipeline/testing/large-models.js";
import { diagnose, type GeneratedModule, importText } from "./testing/build-module.js";

const layer = { w: f32([3, 3]), b: f32([3]) };
const layers = [layer, layer, layer];
const inputs = { layers, x: f32(["n", 3]) };

const loss = fn(inputs, ({ layers, x }) => mean(layers.reduce((h, { w, b }) => tanh(sub(matmul(h, w), b)), x)));
const both = valueAndGrad(loss, "layers");

/** One step downhill, in place. */
const step = fn(
  inputs,
  (input) => {
    const { value, grad } = both(input);
    const layers = input.layers.map(({ w, b }, k) => ({
      w: sub(w, mul(0.1, grad[k]?.w ?? w)),
      b: sub(b, mul(0.1, grad[k]?.b ?? b)),
    }));
    return { value, layers };
  },
  { donate: ["layers"] },
);

const module = (exports: Readonly<Record<string, unknown>>): string =>
  compileModule({
    file: "layers.model.ts",
    localNames: [],
    exports: Object.entries(exports).map(([name, each]) => ({ name, fn: compilable(each) })),
  }).text;

const text = module({ loss, both, step });
let generated: GeneratedModule;
beforeAll(async () => {
  generated = await importText(text);
});

const layerOf = (start: number) => ({
  w: Float32Array.from({ length: 9 }, (_, i) => Math.sin(start + i)),
  b: Float32Array.from({ length: 3 }, (_, i) => Math.cos(start + i)),
});
const good = () => ({ layers: [0, 1, 2].map(layerOf), x: Float32Array.from({ length: 6 }, (_, i) => i / 6) });

test("a part has one type, one spec and one function for each thing done with it", () => {
  expect(text.match(/F32<\[3, 3\]>/g)).toHaveLength(1);
  expect(text.match(/shape: \[3, 3\]/g)).toHaveLength(1);
  expect(text.match(/new Float32Array\(9\)/g)).toHaveLength(1);
  expect(text).toContain("readonly layers: readonly [LayersItem, LayersItem, LayersItem]");
  for (const verb of ["check", "new", "remember"]) expect(text.match(`function ${verb}LayersItem\\(`)).toHaveLength(1);
  expect(diagnose(text)).toEqual([]);
});

test("parts of one use, or of few arrays, stay where they are", () => {
  const small = module({ mean: fn({ a: layer, x: f32([3]) }, ({ a, x }) => mean(sub(matmul(x, a.w), a.b))) });
  expect(small).not.toContain("type A ");
  expect(small).toContain("const b = input?.a?.b;");
});

test("the spec is that of the inputs, and its functions make arrays of its lengths", () => {
  const spec = generated.bothInput as unknown as { layers: (typeof layers)[number][] };
  expect(spec.layers.map(({ w, b }) => [w, b])).toEqual(
    layers.map(() => [
      { kind: "tensor", dtype: "f32", shape: [3, 3] },
      { kind: "tensor", dtype: "f32", shape: [3] },
    ]),
  );
  const { grad } = generated.both?.(good()) ?? { grad: [] };
  expect(grad.map(({ w, b }: ReturnType<typeof layerOf>) => [w.length, b.length])).toEqual([
    [9, 3],
    [9, 3],
    [9, 3],
  ]);
});

test("what is written in place is what comes fresh", () => {
  const fresh = generated.both?.(good()) as unknown as { value: number; grad: ReturnType<typeof layerOf>[] };
  const out = { value: 0, grad: [7, 8, 9].map(layerOf) };
  const given = out.grad.map(({ w }) => w);
  expect(generated.both?.(good(), out)).toBe(out);
  expect(out).toEqual(fresh);
  expect(out.grad.every(({ w }, k) => w === given[k])).toBe(true);
});

const wrong = (length: number) => ({ ...layerOf(0), b: new Float32Array(length) });
type Layers = readonly (Partial<ReturnType<typeof layerOf>> | undefined)[];
const refusals: readonly (readonly [message: string, layers: Layers | undefined])[] = [
  [
    "layers[1].b must be a Float32Array of length 3 ([3]), got a Float32Array of length 4",
    [layerOf(0), wrong(4), layerOf(2)],
  ],
  ["layers[2].w must be a Float32Array of length 9 ([3, 3]), got nothing", [layerOf(0), layerOf(1)]],
  ["layers[0].w must be a Float32Array of length 9 ([3, 3]), got nothing", undefined],
  ["layers[2].b must be a Float32Array of length 3 ([3]), got nothing", [layerOf(0), layerOf(1), { w: layerOf(2).w }]],
];

test.each(refusals.map(([message, layers]) => ({ message, layers })))("refused: $message", ({ message, layers }) => {
  expect(() => generated.loss?.({ ...good(), layers })).toThrow(`loss: input ${message}`);
  const out = layers === undefined ? { value: 0 } : { value: 0, grad: layers };
  expect(() => generated.both?.(good(), out)).toThrow(`both: out ${message.replace("layers", "grad")}`);
});

test("overlaps are told by the places of both arrays", () => {
  const grad = [7, 8, 9].map(layerOf);
  const [first, second, third] = grad;
  const input = good();
  const shared = { value: 0, grad: [first, second, { w: first?.w, b: third?.b }] };
  expect(() => generated.both?.(input, shared)).toThrow("both: out grad[0].w overlaps out grad[2].w");
  const taken = { value: 0, grad: [first, { w: input.layers[1]?.w, b: second?.b }, third] };
  expect(() => generated.both?.(input, taken)).toThrow("both: out grad[1].w overlaps input layers[1].w");
  const memory = new Float32Array(12);
  const donated = { ...input, layers: [{ ...layerOf(0), w: memory.subarray(0, 9) }, layerOf(1), layerOf(2)] };
  const out = { value: 0, layers: [{ ...layerOf(0), w: memory.subarray(1, 10) }, layerOf(1), layerOf(2)] };
  expect(() => generated.step?.(donated, out)).toThrow(
    "step: out layers[0].w overlaps donated input layers[0].w in part",
  );
  expect(() => generated.step?.(input, { value: 0, layers: input.layers })).not.toThrow();
});
