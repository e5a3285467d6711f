/** The measure that every GradBench test stands on sees what is wrong. */
import { expect, test } from "vitest";
import { deviation } from "./deviation.js";

test.each([
  [1, 1, 0],
  [1e-3, 3e-3, 2e-3],
  [100, 300, 0.5],
  [{ a: [1, 2], b: 3 }, { b: 3, a: [1, 2.5] }, 0.5 / 4.5],
  [[1, 2], [1, 2, 3], Number.POSITIVE_INFINITY],
  [[1, 2, 3], [1, 2], Number.POSITIVE_INFINITY],
  [{ a: 1 }, { b: 1 }, Number.POSITIVE_INFINITY],
  [[1], { 0: 1 }, Number.POSITIVE_INFINITY],
  [Number.NaN, 1, Number.POSITIVE_INFINITY],
  [1, "1", Number.POSITIVE_INFINITY],
  [null, 0, Number.POSITIVE_INFINITY],
] as const)("%j and %j", (actual, expected, far) => {
  expect(deviation(actual, expected)).toBeCloseTo(far, 15);
});
