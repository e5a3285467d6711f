/**
 * First derivatives of elementwise ops at the ends of what doubles are: within 4 units in the last place of closed forms in
 * exact arithmetic, and infinite only where these are beyond the doubles. Second derivatives: never NaN.
 */
import * as tapeless from "@tapeless/types";
import { f64, fn, grad, sum, type Tensor } from "@tapeless/types";
import { describe, expect, test } from "vitest";
import {
  density,
  distribution,
  exact,
  exponential,
  type Fixed,
  lengthTo,
  one,
  over,
  pi,
  rootOf,
  times,
  ulpsApart,
} from "./testing/exact/fixed.js";
import { references } from "./testing/exact/functions.js";
import { resultsOf } from "./testing/programs-of-users.js";

type Vector = Tensor<[number], "f64">;

const sizes = [5e-324, 1e-310, 2 ** -1022, 1e-200, 1e-160, 1e-100, 1e-20, 1e-8, 0.3, 0.75, 1.5, 7, 30, 600].concat([
  1e8, 1e20, 1e100, 1e154, 1e200, 1e300, 1.7e308,
]);
const everywhere = [...sizes, 0, ...sizes.map((x) => -x)];

const size = (x: Fixed): Fixed => (x < 0n ? -x : x);
const square = (x: Fixed): Fixed => times(x, x);

interface Slope {
  readonly op: (x: Vector) => Vector;
  readonly of: (x: Fixed) => Fixed;
  readonly within?: (x: number) => boolean;
}

const slopes: Readonly<Record<string, Slope>> = {
  acos: { op: tapeless.acos, of: (x) => -over(one, rootOf(one - square(x))), within: (x) => Math.abs(x) < 1 },
  acosh: { op: tapeless.acosh, of: (x) => over(one, rootOf(square(x) - one)), within: (x) => x > 1 },
  asin: { op: tapeless.asin, of: (x) => over(one, rootOf(one - square(x))), within: (x) => Math.abs(x) < 1 },
  asinh: { op: tapeless.asinh, of: (x) => over(one, lengthTo(x, one)) },
  atan: { op: tapeless.atan, of: (x) => over(one, one + square(x)) },
  atanh: { op: tapeless.atanh, of: (x) => over(one, one - square(x)), within: (x) => Math.abs(x) < 1 },
  cosh: { op: tapeless.cosh, of: (x) => (exponential(x) - exponential(-x)) / 2n },
  erf: { op: tapeless.erf, of: (x) => over(2n * exponential(-square(x)), rootOf(pi)), within: (x) => Math.abs(x) < 26 },
  exp: { op: tapeless.exp, of: exponential },
  expm1: { op: tapeless.expm1, of: exponential },
  gelu: { op: tapeless.gelu, of: (x) => distribution(x) + times(x, density(x)) },
  log: { op: tapeless.log, of: (x) => over(one, x), within: (x) => x > 0 },
  log1p: { op: tapeless.log1p, of: (x) => over(one, one + x), within: (x) => x > -1 },
  mish: { op: tapeless.mish, of: (x) => references.mishSlope.of(x, 0n) },
  sigmoid: { op: tapeless.sigmoid, of: (x) => references.sigmoidSlope.of(x, 0n) },
  silu: { op: tapeless.silu, of: (x) => references.siluSlope.of(x, 0n) },
  sinh: { op: tapeless.sinh, of: (x) => (exponential(x) + exponential(-x)) / 2n },
  softplus: { op: tapeless.softplus, of: (x) => over(one, one + exponential(-x)) },
  softsign: { op: tapeless.softsign, of: (x) => over(one, square(one + size(x))) },
  sqrt: { op: tapeless.sqrt, of: (x) => over(one, 2n * rootOf(x)), within: (x) => x > 0 },
  tanh: { op: tapeless.tanh, of: (x) => over(4n * one, square(exponential(x) + exponential(-x))) },
};

describe("slopes at the ends of the doubles", () => {
  const cases = Object.entries(slopes).map(([name, slope]) => ({ name, ...slope }));
  test.each(cases)("$name", ({ op, of, within = () => true }) => {
    const points = everywhere.filter(within);
    const total = fn({ x: f64([points.length]) }, ({ x }) => sum(op(x)));
    const slope = fn({ x: f64([points.length]) }, ({ x }) => sum(grad(total)({ x })));
    const [first = []] = resultsOf(grad(total), [points]);
    const [second = []] = resultsOf(grad(slope), [points]);
    points.forEach((x, at) => {
      const got = first[at] ?? Number.NaN;
      expect(Math.abs(ulpsApart(got, of(exact(x)))), `${got} at ${x}`).toBeLessThanOrEqual(4);
      expect(second[at], `the second derivative at ${x}`).not.toBeNaN();
    });
  });
});

describe("slopes of functions of the plane at the ends of the doubles", () => {
  const lengths = sizes.filter((x) => x < 1e308); // the length of two more is none of the doubles
  const pairs = lengths.flatMap((x) => lengths.map((y) => [x, y] as const));
  const input = { x: f64([pairs.length]), y: f64([pairs.length]) };
  const given = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];

  test("hypot and atan2", () => {
    const length = fn(input, ({ x, y }) => sum(tapeless.hypot(x, y)));
    const angle = fn(input, ({ x, y }) => sum(tapeless.atan2(x, y)));
    const [ofLength = []] = resultsOf(grad(length, "x"), given);
    const [ofAngle = []] = resultsOf(grad(angle, "x"), given);
    pairs.forEach(([x, y], at) => {
      const [a, b] = [exact(x), exact(y)];
      const cosine = over(a, lengthTo(a, b));
      expect(Math.abs(ulpsApart(ofLength[at] ?? 0, cosine)), `hypot at ${x}, ${y}`).toBeLessThanOrEqual(4);
      const slope = (b << 2560n) / (a * a + b * b);
      if (slope < exact(1e-290)) return; // cosines may be subnormal on the way
      expect(Math.abs(ulpsApart(ofAngle[at] ?? 0, slope)), `atan2 at ${x}, ${y}`).toBeLessThanOrEqual(4);
    });
  });

  // Of subnormal operands all but a few second derivatives are beyond the doubles.
  const around = pairs
    .filter(([x, y]) => Math.max(x, y) > 1e-300)
    .flatMap(([x, y]) => [[x, y] as const, [-x, y] as const])
    .concat([[0, 1e-160] as const, [1e-160, 0] as const]);

  /** The products are of lengths 2^1280 times as large, the quotient of four of them is so once. */
  const overFourth = (product: bigint, [x, y]: readonly [Fixed, Fixed]): Fixed =>
    (product << 3840n) / (x * x + y * y) ** 2n;

  test.each([
    ["x", "x", (x: Fixed, y: Fixed) => -2n * x * y],
    ["x", "y", (x: Fixed, y: Fixed) => x * x - y * y],
    ["y", "y", (x: Fixed, y: Fixed) => 2n * x * y],
  ] as const)("second derivatives of atan2 in %s and %s", (first, second, product) => {
    const plane = { x: f64([around.length]), y: f64([around.length]) };
    const angle = fn(plane, ({ x, y }) => sum(tapeless.atan2(x, y)));
    const slope = fn(plane, ({ x, y }) => sum(grad(angle, first)({ x, y })));
    const [got = []] = resultsOf(grad(slope, second), [around.map(([x]) => x), around.map(([, y]) => y)]);
    around.forEach(([x, y], at) => {
      const [a, b] = [exact(x), exact(y)];
      const want = overFourth(product(a, b), [a, b]);
      if (want !== 0n && size(want) < exact(1e-290)) return; // or subnormal on the way
      expect(Math.abs(ulpsApart(got[at] ?? 0, want)), `${got[at]} at ${x}, ${y}`).toBeLessThanOrEqual(16);
    });
  });
});
