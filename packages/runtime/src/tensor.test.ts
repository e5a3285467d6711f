import { describe, expect, test } from "vitest";
import * as tensor from "./tensor.js";

describe("constructors", () => {
  test("give zeros, a constant, nested or flat data, and functions of the index", () => {
    expect(tensor.f32([2, 3])).toEqual(new Float32Array(6));
    expect(tensor.f64([3], 0.1)).toEqual(Float64Array.of(0.1, 0.1, 0.1));
    expect(
      tensor.f32(
        [2, 3],
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ),
    ).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
    expect(tensor.f32([2, 2], [1, 2, 3, 4])).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(tensor.i32([2, 2, 2], ([i, j, k]) => 100 * i + 10 * j + k)).toEqual(
      Int32Array.of(0, 1, 10, 11, 100, 101, 110, 111),
    );
    expect(tensor.bool([3], [true, 0, 1])).toEqual(Uint8Array.of(1, 0, 1));
    expect(tensor.f64([2], [Number.NaN, -Infinity])).toEqual(Float64Array.of(Number.NaN, -Infinity));
  });

  test("copy typed arrays", () => {
    const source = Float64Array.of(0.1, 0.2);
    const made = tensor.f32([2], source);
    source[0] = 9;
    expect(made).toEqual(Float32Array.of(0.1, 0.2));
  });

  test("give numbers for scalars, as storage rounds them", () => {
    expect([tensor.f32([]), tensor.f32([], 0.1), tensor.f64([], 0.1), tensor.f64([], () => 7)]).toEqual([
      0,
      Math.fround(0.1),
      0.1,
      7,
    ]);
  });

  test("know empty shapes", () => {
    expect(tensor.f32([2, 0], [[], []])).toEqual(new Float32Array(0));
    expect(tensor.f32([0], [])).toEqual(new Float32Array(0));
  });

  test.each<[string, () => unknown, string]>([
    [
      "a short row",
      () => tensor.f32([2, 2], [[1, 2], [3]]),
      "tensor.f32: shape [2, 2]: expected a list of 2 at [1], got a list of 1",
    ],
    [
      "too few rows",
      () => tensor.f32([3, 2], [[1, 2]]),
      "tensor.f32: shape [3, 2]: expected a list of 3 at the top, got a list of 1",
    ],
    ["too deep", () => tensor.f32([1], [[1]]), "tensor.f32: shape [1]: expected a number at [0], got a list of 1"],
    [
      "a number among rows",
      () => tensor.f32([2, 1], [[1], 2]),
      "tensor.f32: shape [2, 1]: expected a list of 1 at [1], got 2",
    ],
    ["a flat list", () => tensor.f64([2, 2], [1, 2, 3]), "tensor.f64: shape [2, 2]: expected 4 elements, got 3"],
    ["a typed array", () => tensor.f64([2], new Float32Array(3)), "tensor.f64: shape [2]: expected 2 elements, got 3"],
    [
      "a fraction",
      () => tensor.i32([2], [1, 1.5]),
      "tensor.i32: shape [2]: expected a 32-bit whole number at [1], got 1.5",
    ],
    [
      "a large number",
      () => tensor.i32([1], 2 ** 31),
      "tensor.i32: shape [1]: expected a 32-bit whole number at [0], got 2147483648",
    ],
    ["no truth value", () => tensor.bool([1], 2), "tensor.bool: shape [1]: expected true, false, 0 or 1 at [0], got 2"],
    // Casts: what a caller without types may pass.
    [
      "text",
      () => tensor.f32([1], ["1"] as unknown as number[]),
      'tensor.f32: shape [1]: expected a number at [0], got "1"',
    ],
    ["a size", () => tensor.f32([2, -1]), "tensor.f32: shape [2, -1]: expected whole sizes ≥ 0, got -1"],
  ])("refuse %s", (_name, make, message) => {
    expect(make).toThrow(message);
  });
});

describe("zeros", () => {
  const spec = {
    w: { kind: "tensor", dtype: "f64", shape: ["n", "2*n+1"] },
    list: [
      { kind: "tensor", dtype: "bool", shape: [2] },
      { kind: "tensor", dtype: "f32", shape: [] },
    ],
  } as const;

  test("fit a spec", () => {
    expect(tensor.zeros(spec, { sizes: { n: 2 } })).toEqual({ w: new Float64Array(10), list: [new Uint8Array(2), 0] });
  });

  test("miss a size", () => {
    expect(() => tensor.zeros(spec)).toThrow(
      'tensor.zeros: w: f64[n, 2*n+1]: no size given for dimension "n": pass it as { sizes: { n: … } }',
    );
  });

  test("are like another tree", () => {
    const values = { a: Float32Array.of(1, 2), b: [3, Int32Array.of(4)] as const };
    expect(tensor.zerosLike(values)).toEqual({ a: new Float32Array(2), b: [0, new Int32Array(1)] });
    expect(values.a[0]).toBe(1);
    expect(() => tensor.zerosLike({ a: "x" })).toThrow(
      'tensor.zerosLike: a is "x", expected a typed array or a number',
    );
  });
});
