import { describe, expect, test } from "vitest";
import { key } from "../random/index.js";
import { fansOf } from "./fan.js";
import { init } from "./init.js";
import * as initializers from "./initializers.js";

const spec = {
  hidden: { w: { kind: "tensor", dtype: "f32", shape: [300, 200] }, b: { kind: "tensor", dtype: "f32", shape: [200] } },
  layers: [
    { w: { kind: "tensor", dtype: "f64", shape: [200, "n"] } },
    { w: { kind: "tensor", dtype: "f64", shape: [200, "n"] } },
  ],
  scale: { kind: "tensor", dtype: "f64", shape: [] },
  steps: { kind: "tensor", dtype: "i32", shape: [] },
} as const;
const sizes = { n: 100 };

describe("fansOf", () => {
  test.each([
    [[], undefined, 1, 1],
    [[7], undefined, 7, 7],
    [[784, 128], undefined, 784, 128],
    [[128, 784], "oi", 784, 128],
    [[64, 3, 5, 5], undefined, 75, 1600],
    [[5, 5, 3, 64], "io", 75, 1600],
    [[8, 4, 3], undefined, 12, 24],
  ] as const)("of %j in layout %s", (shape, layout, fanIn, fanOut) => {
    expect(fansOf(shape, layout)).toEqual({ fanIn, fanOut });
  });
});

/**
 * Mean 0 and the given variance, within six standard errors of a sample of n: of the mean sqrt(v/n), of the variance
 * v sqrt((kurtosis - 1)/n), where the kurtosis is 9/5 (uniform) or 3 (normal).
 */
function expectMoments(xs: Float32Array | Float64Array, variance: number, kurtosis: number): void {
  const n = xs.length;
  let [sum, squares] = [0, 0];
  for (const x of xs) {
    sum += x;
    squares += x * x;
  }
  expect(Math.abs(sum / n)).toBeLessThan(6 * Math.sqrt(variance / n));
  expect(Math.abs(squares / n - variance)).toBeLessThan(6 * variance * Math.sqrt((kurtosis - 1) / n));
}

describe("initializers", () => {
  const matrix = { kind: "tensor", dtype: "f32", shape: [300, 200] } as const;
  const kernel = { kind: "tensor", dtype: "f64", shape: [64, 32, 3, 3] } as const;
  const { glorotNormal, glorotUniform, heNormal, heUniform, normal, uniform } = initializers;
  test.each([
    ["glorotUniform", glorotUniform(), 2 / 500, 2 / (9 * 96), 9 / 5],
    ["glorotNormal", glorotNormal(), 2 / 500, 2 / (9 * 96), 3],
    ["heUniform", heUniform(), 2 / 300, 2 / (9 * 32), 9 / 5],
    ["heNormal", heNormal(), 2 / 300, 2 / (9 * 32), 3],
    ["heNormal, fan out", heNormal({ mode: "out" }), 2 / 200, 2 / (9 * 64), 3],
    ["uniform", uniform(-0.3, 0.3), 0.03, 0.03, 9 / 5],
    ["normal", normal(0.1), 0.01, 0.01, 3],
  ] as const)("%s has its mean and variance", (_name, how, ofMatrix, ofKernel, kurtosis) => {
    expectMoments(init(matrix, key(1), how), ofMatrix, kurtosis);
    expectMoments(init(kernel, key(2), how), ofKernel, kurtosis);
  });

  test("uniform ones stay within their bounds, and reach them", () => {
    const bound = Math.sqrt(6 / 500);
    const xs = init(matrix, key(3));
    expect(Math.max(...xs)).toBeLessThanOrEqual(Math.fround(bound));
    expect(Math.max(...xs)).toBeGreaterThan(0.999 * bound);
    expect(Math.min(...xs)).toBeLessThan(-0.999 * bound);
  });

  test("constants", () => {
    const two = { kind: "tensor", dtype: "f64", shape: [2] } as const;
    expect(init(two, key(0), initializers.ones)).toEqual(Float64Array.of(1, 1));
    expect(init(two, key(0), initializers.constant(0.5))).toEqual(Float64Array.of(0.5, 0.5));
  });
});

describe("init", () => {
  test("sets matrices by Glorot and the rest to zero", () => {
    const params = init(spec, key(0), undefined, { sizes });
    expectMoments(params.hidden.w, 2 / 500, 9 / 5);
    expectMoments(params.layers[0].w, 2 / 300, 9 / 5);
    expect(params.hidden.b).toEqual(new Float32Array(200));
    expect([params.scale, params.steps]).toEqual([0, 0]);
    expect(params.layers[0].w).not.toEqual(params.layers[1].w);
  });

  test("depends on key, path and shape alone", () => {
    const all = init(spec, key(5), undefined, { sizes });
    expect(init(spec, key(5), undefined, { sizes })).toEqual(all);
    expect(init(spec, key(6), undefined, { sizes })).not.toEqual(all);
    const fewer = { more: spec.hidden.w, hidden: { w: spec.hidden.w } } as const;
    expect(init(fewer, key(5)).hidden.w).toEqual(all.hidden.w);
    expect(init(fewer, key(5)).more).not.toEqual(all.hidden.w);
  });

  test("takes one initialiser, a tree, or a function", () => {
    const { constant, ones } = initializers;
    expect(init(spec.hidden, key(0), ones).b).toEqual(new Float32Array(200).fill(1));
    const told = init(spec, key(0), { layers: [ones, { w: constant(2) }], scale: constant(3) }, { sizes });
    expect([told.layers[0].w[0], told.layers[1].w[0], told.scale, told.hidden.b[0]]).toEqual([1, 2, 3, 0]);
    const seen: string[] = [];
    const chosen = init(spec.hidden, key(0), (path, { shape }) => {
      seen.push(path.join("/"));
      return shape.length === 1 ? ones : undefined;
    });
    expect(seen).toEqual(["w", "b"]);
    expect(chosen.b[0]).toBe(1);
    expectMoments(chosen.w, 2 / 500, 9 / 5);
  });

  test("an initialiser of one's own", () => {
    const eye: initializers.Initializer = {
      kind: "initializer",
      name: "eye",
      fill: (out, [rows = 0, columns = 0]) => {
        for (let i = 0; i < Math.min(rows, columns); i++) out[i * columns + i] = 1;
      },
    };
    expect(init({ kind: "tensor", dtype: "f64", shape: [2, 3] }, key(0), eye)).toEqual(
      Float64Array.of(1, 0, 0, 0, 1, 0),
    );
  });

  test.each<[string, () => unknown, string]>([
    [
      "a size that is not given",
      () => init(spec, key(0)),
      'init: layers[0].w: f64[200, n]: no size given for dimension "n": pass it as { sizes: { n: … } }',
    ],
    [
      "whole numbers set at random",
      () => init(spec.steps, key(0), initializers.normal()),
      "init: input: normal cannot fill i32[]; only zeros can",
    ],
    [
      "a name that the spec does not have",
      // Cast: the types refuse it as well.
      () => init(spec.hidden, key(0), { bias: initializers.ones } as object),
      "init: an initialiser is given for bias, which the spec does not have",
    ],
    [
      "an initialiser that was not made",
      // Cast: the types refuse it as well.
      () => init(spec.hidden, key(0), { w: initializers.heNormal } as object),
      "init: w: expected an initialiser, got function",
    ],
  ])("refuses %s", (_name, make, message) => {
    expect(make).toThrow(message);
  });
});
