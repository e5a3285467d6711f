/** Which samples count, and what is told of them. */
import { describe, expect, test } from "vitest";
import { leastQuiet, quantile, quietOf, type Sample, summarize } from "./statistics.js";

const sample = (ms: number, before = 1, after = 1): Sample => ({ ms, before, after });
const many = (count: number, ms: number, probe: number): Sample[] =>
  Array.from({ length: count }, () => sample(ms, probe, probe));

describe("quantile", () => {
  test.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 2, 3], 0.5, 2.5],
    [[5], 0.1, 5],
  ])("of %j at %d", (values, part, expected) => {
    expect(quantile(values, part)).toBe(expected);
  });

  test("of nothing is none", () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("samples that count", () => {
  test("are those with a fast probe on both sides", () => {
    const fast = many(10, 5, 1);
    const [slowBefore, slowAfter] = [sample(9, 1.5, 1), sample(9, 1, 1.5)];
    expect(quietOf([slowBefore, ...fast, slowAfter])).toEqual(fast);
  });

  test("the probe may be an eighth slower than at its best", () => {
    const samples = [...many(10, 5, 1), sample(6, 1.12, 1), sample(7, 1.14, 1)];
    expect(quietOf(samples).map(({ ms }) => ms)).toEqual([...new Array<number>(10).fill(5), 6]);
  });

  test("one probe that was impossibly fast does not leave the others without", () => {
    expect(quietOf([...many(60, 5, 1), sample(5, 0.5, 1)])).toHaveLength(61);
  });
});

describe("summary", () => {
  test("the median of what counts, whatever the disturbed ones are", () => {
    const summary = summarize([...many(9, 5, 1), ...many(9, 50, 3)]);
    expect(summary).toEqual({ median: 5, fast: 5, quiet: 9, samples: 18, disturbed: false });
  });

  test("with too few that count it says so and takes the faster half", () => {
    const samples = [sample(4, 1, 9), sample(5, 9, 1), sample(6, 1, 9), sample(7, 9, 1), sample(8, 9, 9)];
    const summary = summarize(samples);
    expect(summary.quiet).toBeLessThan(leastQuiet);
    expect(summary).toMatchObject({ disturbed: true, median: 5, samples: 5 });
  });
});
