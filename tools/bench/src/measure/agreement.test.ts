/** Digests find what is wrong: one element, an exchange, a sign, NaN; and not the last digits. */
import { describe, expect, test } from "vitest";
import { difference, digestAll, distanceOf } from "./agreement.js";

const values = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i + 1));
const changed = (change: (copy: Float64Array) => void): Float64Array => {
  const copy = values.slice();
  change(copy);
  return copy;
};

const differenceOf = (other: Float64Array, loss = 3): number =>
  difference(digestAll(loss, [other, values]), digestAll(3, [values, values]));

describe("digests", () => {
  test("of the same arrays agree", () => {
    expect(differenceOf(values)).toBe(0);
  });

  test("of arrays that differ by a rounding agree nearly", () => {
    expect(differenceOf(values.map((value) => value * (1 + 1e-9)))).toBeLessThan(1e-8);
  });

  test.each([
    ["one element is wrong", (copy: Float64Array) => copy.set([9], 500), 1e-3],
    [
      "two elements are exchanged",
      (copy: Float64Array) => copy.set([values[7] ?? 0, values[4] ?? 0].reverse(), 4),
      1e-6,
    ],
    ["a sign is wrong", (copy: Float64Array) => copy.set([-(values[3] ?? 0)], 3), 1e-6],
    ["all signs are wrong", (copy: Float64Array) => copy.set(values.map((value) => -value)), 1e-3],
    ["the order is reversed", (copy: Float64Array) => copy.reverse(), 1e-6],
  ])("%s: they do not", (_what, change, least) => {
    expect(differenceOf(changed(change))).toBeGreaterThan(least);
  });

  test("a wrong loss, another count and NaN do not agree", () => {
    expect(differenceOf(values, 3.1)).toBeGreaterThan(0.01);
    expect(difference(digestAll(3, [values]), digestAll(3, [values, values]))).toBe(Number.POSITIVE_INFINITY);
    expect(differenceOf(changed((copy) => copy.set([Number.NaN], 1)))).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("distance", () => {
  test("is in parts of the largest element", () => {
    expect(distanceOf([100, 1.5], [100, 1])).toBe(0.005);
    expect(distanceOf([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(distanceOf([Number.NaN], [1])).toBe(Number.POSITIVE_INFINITY);
  });
});
