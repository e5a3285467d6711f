/** Loops with a test: what they compute at every level, and their derivatives in both modes and in each other. */
import {
  abs,
  add,
  cast,
  cos,
  div,
  equal,
  f32,
  f64,
  fn,
  fori,
  greater,
  i32,
  jvp,
  less,
  matmul,
  mul,
  notEqual,
  remainder,
  scan,
  shiftRight,
  sqrt,
  sub,
  sum,
  type Tensor,
  where,
  whileLoop,
} from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { type Data, resultsOf } from "../op-tests/testing/programs-of-users.js";
import { everyLevel } from "./testing/all-levels.js";

// ---- loops, and the same in JavaScript

/** Newton's iteration for √a, until it moves by less than `tolerance`. */
const newton = fn({ a: f64([]), tolerance: f64([]) }, ({ a, tolerance }) => {
  const { x } = whileLoop(
    ({ x, old }) => greater(abs(sub(x, old)), tolerance),
    ({ x }) => ({ x: mul(0.5, add(x, div(a, x))), old: x }),
    { x: a, old: mul(a, 0) },
  );
  return x;
});

const gcd = fn({ a: i32([]), b: i32([]) }, ({ a, b }) => {
  const [x] = whileLoop(
    ([, y]) => notEqual(y, 0),
    ([x, y]) => [y, remainder(x, y)],
    [a, b],
  );
  return x;
});

/** Steps of n -> n/2 or 3n+1 until 1. */
const collatz = fn({ n: i32([]) }, ({ n }) => {
  const last = whileLoop(
    ({ n }) => notEqual(n, 1),
    ({ n, steps }) => ({
      n: where(equal(remainder(n, 2), 0), shiftRight(n, 1), add(mul(n, 3), 1)),
      steps: add(steps, 1),
    }),
    { n, steps: mul(n, 0) },
  );
  return last.steps;
});

/** The eigenvalue of largest size, by the power iteration. */
const power = fn({ m: f64([3, 3]), start: f64([3]) }, ({ m, start }) => {
  const norm = (v: Tensor<[3], "f64">) => sqrt(sum(mul(v, v)));
  const { v } = whileLoop(
    ({ change }) => greater(change, 1e-13),
    ({ v }) => {
      const w = matmul(m, v);
      const next = div(w, norm(w));
      return { v: next, change: norm(sub(next, v)) };
    },
    { v: start, change: add(mul(sum(start), 0), 1) },
  );
  return { value: sum(mul(v, matmul(m, v))), v };
});

/** Carries that change places: assignment is parallel. */
const swapped = fn({ a: f64([2]), b: f64([2]), steps: i32([]) }, ({ a, b, steps }) =>
  whileLoop(
    ({ k }) => less(k, steps),
    ({ p, q, k }) => ({ p: q, q: p, k: add(k, 1) }),
    { p: a, q: b, k: mul(steps, 0) },
  ),
);

const fibonacci = fn({ below: f64([]) }, ({ below }) =>
  whileLoop(
    ([, b]) => less(b, below),
    ([a, b]) => [b, add(a, b)],
    [mul(below, 0), add(mul(below, 0), 1)],
  ),
);

/** A loop in a loop: halves x as long as it is above each of a list of limits. */
const nested = fn({ x: f64([]), n: i32([]) }, ({ x, n }) => {
  const last = whileLoop(
    ({ k }) => less(k, n),
    ({ x, k }) => ({
      x: mul(
        whileLoop(
          (y) => greater(y, 1),
          (y) => mul(y, 0.5),
          x,
        ),
        3,
      ),
      k: add(k, 1),
    }),
    { x, k: mul(n, 0) },
  );
  return last.x;
});

/** A loop in every step of a scan, and a scan in every step of a loop. */
const inScan = fn({ xs: f64([4]) }, ({ xs }) => {
  const [total, each] = scan(
    (total: Tensor<[], "f64">, x: Tensor<[], "f64">) => {
      const small = whileLoop(
        (y) => greater(abs(y), 1),
        (y) => mul(y, 0.5),
        x,
      );
      return [add(total, small), small];
    },
    mul(sum(xs), 0),
    xs,
  );
  return { total, each };
});
const ofScans = fn({ xs: f64([3]), x: f64([]) }, ({ xs, x }) =>
  whileLoop(
    (x) => less(x, 10),
    (x) => scan((s: Tensor<[], "f64">, y: Tensor<[], "f64">) => [add(mul(s, 1.5), abs(y)), null], x, xs)[0],
    x,
  ),
);

/** The index of the loop around stands in test and body: i times, x becomes 2 x + i. */
const inFori = fn({ x: f64([]) }, ({ x }) =>
  fori(
    1,
    4,
    (i, x) =>
      whileLoop(
        ({ k }) => less(k, i),
        ({ k, x }) => ({ k: add(k, 1), x: add(mul(x, 2), cast(i, "f64")) }),
        { k: mul(i, 0), x },
      ).x,
    x,
  ),
);

/** Test and body use tensors of the function around them, one of them both. */
const captures = fn({ x: f32([2]), limit: f32([]), factor: f32([2]) }, ({ x, limit, factor }) =>
  whileLoop(
    (x) => less(sum(mul(x, factor)), limit),
    (x) => add(mul(x, factor), limit),
    x,
  ),
);

function collatzSteps(start: number): number {
  let [n, steps] = [start, 0];
  for (; n !== 1; steps++) n = n % 2 === 0 ? n / 2 : 3 * n + 1;
  return steps;
}

const gcdOf = (a: number, b: number): number => (b === 0 ? a : gcdOf(b, a % b));

interface Row {
  readonly title: string;
  readonly f: unknown;
  readonly data: readonly Data[];
  readonly want: readonly (readonly number[])[];
  readonly error?: number;
}

const rows: readonly Row[] = [
  { title: "Newton's square root", f: newton, data: [2, 1e-12], want: [[Math.SQRT2]], error: 1e-15 },
  { title: "the same of a large number", f: newton, data: [1e10, 1e-9], want: [[1e5]], error: 1e-15 },
  { title: "no step", f: newton, data: [0, 1], want: [[0]] },
  ...[
    [12, 18],
    [17, 5],
    [0, 7],
    [1071, 462],
  ].map(([a = 0, b = 0]) => ({ title: `gcd of ${a} and ${b}`, f: gcd, data: [a, b], want: [[gcdOf(a, b)]] })),
  ...[1, 7, 27, 97].map((n) => ({ title: `Collatz of ${n}`, f: collatz, data: [n], want: [[collatzSteps(n)]] })),
  {
    title: "the power iteration",
    f: power,
    data: [
      [2, 1, 0, 1, 2, 1, 0, 1, 2],
      [1, 1, 1],
    ],
    want: [[2 + Math.SQRT2], [0.5, Math.SQRT1_2, 0.5]],
    error: 1e-12,
  },
  { title: "carries that change places, once", f: swapped, data: [[1, 2], [3, 4], 1], want: [[3, 4], [1, 2], [1]] },
  { title: "and back", f: swapped, data: [[1, 2], [3, 4], 4], want: [[1, 2], [3, 4], [4]] },
  { title: "and not at all", f: swapped, data: [[1, 2], [3, 4], 0], want: [[1, 2], [3, 4], [0]] },
  { title: "Fibonacci numbers", f: fibonacci, data: [100], want: [[89], [144]] },
  { title: "a loop in a loop", f: nested, data: [20, 3], want: [[1.0546875 * 2]] },
  {
    title: "a loop in a scan",
    f: inScan,
    data: [[3, 0.5, -5, 1]],
    want: [[1.625 - 1.25 + 0.25 + 0.25 + 0.75], [0.75, 0.5, -0.625, 1]],
  },
  { title: "a scan in a loop", f: ofScans, data: [[1, -2, 1], 1], want: [[38.734375]] },
  // 5 -> 11 | -> 24 -> 50 | -> 103 -> 209 -> 421
  { title: "the index of a loop over whole numbers", f: inFori, data: [5], want: [[421]] },
  { title: "captured tensors", f: captures, data: [[1, 1], 6, [0.5, 1.5]], want: [[6.5, 7.5]] },
];

describe("values, at every level and in generated code", () => {
  test.each(rows)("$title", async ({ f, data, want, error = 0 }) => {
    const { results } = await everyLevel(f, data);
    for (const got of [results, resultsOf(f, data)]) {
      expect(got.length).toBe(want.length);
      want.forEach((values, k) => {
        values.forEach((value, i) => {
          expect(Math.abs((got[k]?.[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(error * Math.abs(value));
        });
      });
    }
  });
});

/** cos x = x. */
const fixedPoint = fn({ a: f64([]) }, ({ a }) => {
  const { x } = whileLoop(
    ({ x, old }) => greater(abs(sub(x, old)), 1e-15),
    ({ x }) => ({ x: cos(mul(a, x)), old: x }),
    { x: add(mul(a, 0), 1), old: mul(a, 0) },
  );
  return x;
});

describe("forward mode", () => {
  test("of Newton's iteration is that of the square root", async () => {
    const { results } = await everyLevel(jvp(newton, "a"), [2, 1e-12, 1]);
    expect(results.flat()).toEqual([expect.closeTo(Math.SQRT2, 15), expect.closeTo(0.5 / Math.SQRT2, 14)]);
  });

  test("of a fixed point is that of the implicit function", async () => {
    const a = 0.9;
    const { results } = await everyLevel(jvp(fixedPoint), [a, 1]);
    const [[x = Number.NaN] = [], [dx = Number.NaN] = []] = results;
    // x = cos(a x): dx = -sin(a x) (x da + a dx)
    const s = Math.sin(a * x);
    expect(dx).toBeCloseTo((-s * x) / (1 + a * s), 13);
  });

  test("leaves integers alone", async () => {
    const f = fn({ x: f64([]), n: i32([]) }, ({ x, n }) => {
      const last = whileLoop(
        ({ k }) => less(k, n),
        ({ y, k }) => ({ y: mul(y, x), k: add(k, 1) }),
        { y: x, k: cast(mul(x, 0), "i32") },
      );
      return last.y;
    });
    const { results } = await everyLevel(jvp(f, "x"), [3, 3, 1]);
    expect(results.flat()).toEqual([81, 108]);
  });
});
