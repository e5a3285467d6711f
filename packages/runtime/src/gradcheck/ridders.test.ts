import { describe, expect, test } from "vitest";
import { derivative, kinkAt, type Line, numerics } from "./ridders.js";

const lineOf = (f: (x: number) => number, x: number): Line => ({
  valueAt: (t) => f(x + t),
  moved: (t) => x + t - x,
  size: Math.abs(x),
});

/** Name, function, derivative, points. */
const smooth: readonly [string, (x: number) => number, (x: number) => number, readonly number[]][] = [
  ["x²", (x) => x * x, (x) => 2 * x, [0, 1e-9, 0.3, -7, 1e6]],
  ["exp", Math.exp, Math.exp, [-30, 0, 2, 20]],
  ["log", Math.log, (x) => 1 / x, [1e-12, 1e-3, 0.5, 1e8]],
  ["sqrt", Math.sqrt, (x) => 0.5 / Math.sqrt(x), [1e-10, 1e-3, 1, 1e6]],
  ["sin(1000x)", (x) => Math.sin(1000 * x), (x) => 1000 * Math.cos(1000 * x), [0, 0.1, 1]],
  ["tanh", Math.tanh, (x) => 1 / Math.cosh(x) ** 2, [0, 2, -5]],
  ["1/x", (x) => 1 / x, (x) => -1 / x ** 2, [1e-6, -0.01, 3]],
  ["1e12 + x", (x) => 1e12 + x, () => 1, [0, 1]],
  ["relu near its corner", (x) => Math.max(0, x), (x) => (x > 0 ? 1 : 0), [1e-5, -1e-5, 3e-3]],
];

describe("derivative", () => {
  test.each(smooth)("of %s is within its own error estimate", (_name, f, df, points) => {
    for (const x of points) {
      const { value, error } = derivative(lineOf(f, x), numerics.f64);
      expect(Math.abs(value - df(x)), `at ${x}: ${value} ± ${error} for ${df(x)}`).toBeLessThanOrEqual(
        20 * error + 1e-9 * Math.abs(df(x)),
      );
    }
  });

  test("of a function that is nowhere finite is not known", () => {
    expect(
      derivative(
        lineOf(() => Number.NaN, 1),
        numerics.f64,
      ),
    ).toEqual({ value: Number.NaN, error: Infinity });
  });
});

describe("kinkAt", () => {
  test("finds corners, and no others", () => {
    expect(kinkAt(lineOf(Math.abs, 0), numerics.f64)).toMatchObject({ left: -1, right: 1 });
    expect(
      kinkAt(
        lineOf((x) => Math.max(0, x), 0),
        numerics.f64,
      ),
    ).toMatchObject({ left: 0, right: 1 });
    expect(
      kinkAt(
        lineOf((x) => 1e6 + Math.abs(x), 0),
        numerics.f32,
      ),
    ).toBeUndefined();
    for (const [, f, , points] of smooth.slice(0, 6)) {
      for (const x of points.filter((at) => Math.abs(at) > 0.2))
        expect(kinkAt(lineOf(f, x), numerics.f64)).toBeUndefined();
    }
  });
});
