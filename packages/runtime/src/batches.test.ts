import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batches } from "./batches.js";
import { key } from "./random/index.js";

const data = {
  x: Float32Array.from({ length: 20 }, (_, i) => i),
  more: [Int32Array.from({ length: 10 }, (_, i) => i), Uint8Array.from({ length: 30 }, (_, i) => i)],
} as const;

const copy = (b: { x: Float32Array; more: readonly [Int32Array, Uint8Array] }) => [
  [...b.x],
  [...b.more[0]],
  [...b.more[1]],
];

describe("batches", () => {
  test("are rows in order, the last one shorter", () => {
    const cut = batches(data, { size: 4, rows: 10 });
    expect(cut.length).toBe(3);
    expect([...cut].length).toBe(3);
    const seen = Array.from(cut, copy);
    expect(seen[0]).toEqual([
      [0, 1, 2, 3, 4, 5, 6, 7],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    ]);
    expect(seen[2]).toEqual([
      [16, 17, 18, 19],
      [8, 9],
      [24, 25, 26, 27, 28, 29],
    ]);
  });

  test("leave the rest out on request", () => {
    const cut = batches(data, { size: 4, rows: 10, dropLast: true });
    expect([cut.length, Array.from(cut, copy).length]).toEqual([2, 2]);
  });

  test("reuse their buffers and do not touch the data", () => {
    const buffers = new Set(Array.from(batches(data, { size: 5, rows: 10, key: key(0) }), ({ x }) => x.buffer));
    expect(buffers.size).toBe(1);
    expect(buffers.has(data.x.buffer)).toBe(false);
    expect([...data.x]).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test("shuffled, show each row once, whole, in an order of key and epoch", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(1000), fc.nat(50), (size, seed, epoch) => {
        const options = { size, rows: 10, key: key(seed) };
        const once = Array.from(batches(data, options).epoch(epoch), copy);
        expect(Array.from(batches(data, options).epoch(epoch), copy)).toEqual(once);
        const rows = once.flatMap(([, label = []]) => label);
        expect([...rows].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(once.flatMap(([x = []]) => x)).toEqual(rows.flatMap((row) => [2 * row, 2 * row + 1]));
        expect(once.flatMap(([, , y = []]) => y)).toEqual(rows.flatMap((row) => [3 * row, 3 * row + 1, 3 * row + 2]));
      }),
    );
  });

  test("walk the next epoch at each loop", () => {
    const options = { size: 10, rows: 10, key: key(1) };
    const cut = batches(data, options);
    const [first, second] = [Array.from(cut, copy), Array.from(cut, copy)];
    expect(first).not.toEqual(second);
    expect(first).toEqual(Array.from(batches(data, options).epoch(0), copy));
    expect(second).toEqual(Array.from(batches(data, options).epoch(1), copy));
    expect(Array.from(batches(data, { ...options, shuffle: false }), copy)[0]?.[1]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  test.each<[string, () => unknown, string]>([
    ["no size", () => batches(data, { size: 0, rows: 10 }), "batches: expected a whole number ≥ 1 as size, got 0"],
    ["no rows", () => batches(data, { size: 1, rows: 2.5 }), "batches: expected a whole number ≥ 1 as rows, got 2.5"],
    [
      "rows that do not fit",
      () => batches(data, { size: 1, rows: 20 }),
      "batches: more[0] has 10 elements, expected a multiple of the 20 rows",
    ],
    ["what is no array", () => batches({ x: 3 }, { size: 1, rows: 1 }), "batches: x is 3, expected a typed array"],
    [
      "shuffling without a key",
      () => batches(data, { size: 1, rows: 10, shuffle: true }),
      "batches: to shuffle, pass a key",
    ],
  ])("refuse %s", (_name, make, message) => {
    expect(make).toThrow(message);
  });
});
