/**
 * Functions in float precision: at every size that floats have, at the seams of their tables, and at the edges.
 *
 * What they are judged by: `Math`, whose functions are within a unit in the last place of a double or little more, and for
 * some points the digits that arithmetic with 50 digits gave.
 */
import { describe, expect, test } from "vitest";
import { kernelBuilder, kernelBuilder as s, scalarBuilder } from "./builder.js";
import { evaluateScalar } from "./evaluate.js";
import type { ScalarExpr } from "./expr.js";
import { functions } from "./functions/index.js";
import { evaluateBuiltin } from "./meaning.js";
import { tables, termsOf } from "./tables.js";

/** The distance of a float from the next one; subnormal ones are as far apart as the least normal ones. */
const spacing = (x: number): number => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -126) - 23);

/** How far a result is from what it should be once it is stored, in units in the last place of a float. */
function floatUlps(got: number, want: number): number {
  const [stored, nearest] = [Math.fround(got), Math.fround(want)];
  if (Object.is(stored, nearest)) return Math.min(0.5, Math.abs(stored - want) / spacing(want) || 0);
  return Number.isFinite(nearest) ? Math.abs(stored - want) / spacing(want) : Number.POSITIVE_INFINITY;
}

/** Floats of all exponents; where functions bend, from 2^-30 to 2^8, with significands over their whole range. */
const few = [0, 1, 2 ** 22 + 12345, 2 ** 23 - 1];
const many = [...few, ...Array.from({ length: 26 }, (_, k) => (k * 7919 * 43) % 2 ** 23)];
const sizes = Array.from({ length: 254 }, (_, k) => k - 126).flatMap((exponent) =>
  (exponent >= -30 && exponent <= 8 ? many : few).map((each) => (1 + each * 2 ** -23) * 2 ** exponent),
);
const subnormal = [1, 2, 3, 1000, 2 ** 22, 2 ** 23 - 1].map((each) => each * 2 ** -149);
/** Where one term of the table gives way to the next, on both sides, and where the tables end. */
const seams = Array.from({ length: 4080 }, (_, k) => k)
  .filter((k) => k < 300 || k % 17 === 0)
  .flatMap((k) => [k + 0.5, -k - 0.5])
  .flatMap((place) => [place * (Math.LN2 / 32) - 2 ** -30, place * (Math.LN2 / 32) + 2 ** -30]);
const ends = [9.01, 10, 20, 44, 87.3, 87.9999, 88, 88.03, 88.72283, 88.73, 103.27, 103.97, 104, 708, 745, 800];
const floats = [...sizes, ...subnormal, ...ends]
  .flatMap((x) => [x, -x])
  .concat(seams)
  .map(Math.fround);

const x: ScalarExpr = { kind: "Ref", name: "x", dtype: "f32" };
const evaluated = (expr: ScalarExpr, at: number): number =>
  evaluateScalar(expr, {
    sizes: {},
    load: () => ({ value: Number.NaN, bound: 0 }),
    scalar: () => ({ value: at, bound: 0 }),
  }).value;

const logistic = (at: number): number => 1 / (1 + Math.exp(-at));
const distribution = (at: number): number => evaluateBuiltin("normalCdf", "f64", [at]);
const softplus = (at: number): number => Math.max(at, 0) + Math.log1p(Math.exp(-Math.abs(at)));

/** The bounds that docs/precision.md states. */
describe("at every size of floats", () => {
  test.each([
    { name: "exp", relative: 1.1e-10, expr: s.exp(x), want: Math.exp },
    { name: "expm1", relative: 2.5e-11, expr: s.expm1(x), want: Math.expm1 },
    { name: "tanh", relative: 2.5e-11, expr: s.tanh(x), want: Math.tanh },
    { name: "sigmoid", relative: 1.1e-10, expr: s.div(1, s.add(1, s.exp(s.neg(x)))), want: logistic },
    { name: "log1p", relative: 1.2e-10, expr: s.log1p(x), want: Math.log1p },
    {
      name: "softplus",
      relative: 2e-10,
      expr: s.add(s.max(x, 0), s.log1p(s.exp(s.neg(s.abs(x))))),
      want: softplus,
    },
    { name: "normalCdf", relative: 2e-10, expr: s.normalCdf(x), want: distribution },
  ])("$name: within $relative, and 0.51 units in the last place once stored", ({ expr, want, relative }) => {
    let [far, apart] = [
      { at: 0, ulps: 0 },
      { at: 0, error: 0 },
    ];
    for (const at of floats) {
      const [got, exact] = [evaluated(expr, at), want(at)];
      const ulps = floatUlps(got, exact);
      if (!(ulps <= far.ulps)) far = { at, ulps };
      const error = Math.abs(got / exact - 1);
      if (Math.abs(exact) >= 2 ** -126 && !(error <= apart.error) && got !== exact) apart = { at, error };
    }
    expect(far.ulps, `at ${far.at}`).toBeLessThanOrEqual(0.51);
    expect(apart.error, `at ${apart.at}`).toBeLessThanOrEqual(relative);
  });
});

// By arithmetic with 50 digits.
const digits = {
  expf: [
    [5, 148.4131591025766],
    [-0.5, 0.6065306597126334],
    [-20, 2.061153622438558e-9],
    [40, 2.3538526683702e17],
    [-87, 1.6458114310822737e-38],
  ],
  expm1f: [
    [0.5, 0.6487212707001282],
    [-0.5, -0.3934693402873666],
    [-20, -0.9999999979388463],
    [2 ** -100, 2 ** -100],
    [2 ** -12, 0.0002441704297478549],
  ],
  log1pf: [
    [0.5, 0.4054651081081644],
    [-0.5, -Math.LN2],
    [1, Math.LN2],
    [-0.25, -0.2876820724517809],
    [2 ** -100, 2 ** -100],
  ],
  tanhf: [
    [0.5, 0.46211715726000974],
    [-1, -0.7615941559557649],
    [3, 0.9950547536867305],
    [10, 0.9999999958776927],
    [2 ** -100, 2 ** -100],
    [2 ** -6, 0.015623728558408866],
  ],
} as const;

describe("within what they state, of digits from elsewhere", () => {
  const rows = Object.entries(digits).flatMap(([name, table]) =>
    table.map(([at, want]) => ({ name: name as keyof typeof digits, at, want })),
  );
  test.each(rows)("$name($at)", ({ name, at, want }) => {
    const apart = Math.abs(evaluateBuiltin(name, "f64", [at]) - want) / Math.abs(want);
    expect(apart).toBeLessThan(functions[name].ulps * 2 ** -53);
  });
});

describe("edges, to the bit", () => {
  const inf = Number.POSITIVE_INFINITY;
  test.each([
    ["expf", "infinity", inf, inf],
    ["expf", "-infinity", -inf, 0],
    ["expf", "no number", Number.NaN, Number.NaN],
    ["expf", "zero", 0, 1],
    ["expf", "-zero", -0, 1],
    ["expf", "overflow of doubles", 1e9, inf],
    ["expf", "underflow of doubles", -1e9, 0],
    ["expm1f", "infinity", inf, inf],
    ["expm1f", "-infinity", -inf, -1],
    ["expm1f", "no number", Number.NaN, Number.NaN],
    ["expm1f", "zero", 0, 0],
    ["expm1f", "-zero", -0, -0],
    ["expm1f", "far on the left", -1e9, -1],
    ["log1pf", "infinity", inf, inf],
    ["log1pf", "no number", Number.NaN, Number.NaN],
    ["log1pf", "zero", 0, 0],
    ["log1pf", "-zero", -0, -0],
    ["log1pf", "-1", -1, -inf],
    ["log1pf", "below -1", -2, Number.NaN],
    ["tanhf", "infinity", inf, 1],
    ["tanhf", "-infinity", -inf, -1],
    ["tanhf", "no number", Number.NaN, Number.NaN],
    ["tanhf", "zero", 0, 0],
    ["tanhf", "-zero", -0, -0],
    ["tanhf", "the largest float", 3.4028234663852886e38, 1],
    ["tanhf", "the least float", 2 ** -149, 2 ** -149],
    ["tanhf", "the least float, negative", -(2 ** -149), -(2 ** -149)],
  ] as const)("%s: %s", (name, _, at, want) => {
    expect(evaluateBuiltin(name, "f64", [at])).toBe(want);
  });

  test.each([
    ["the least normal float", -87.3365447505531],
    ["a subnormal float", -95],
    ["the least float", -103.278929903432],
    ["half of it rounds to nothing", -103.98],
    ["the largest float", 88.72283172607422],
    ["more than the largest float", 88.73],
  ])("exp stores %s", (_, at) => {
    expect(Math.fround(evaluateBuiltin("expf", "f64", [at]))).toBe(Math.fround(Math.exp(at)));
  });
});

describe("what is made of them keeps its slope", () => {
  // 1 - tanh² and σ(1 - σ) have few digits left where the value is nearly 1; what is left must be right.
  test.each([1, 4, 9, 12, 15])("at %d", (at) => {
    const t = evaluateBuiltin("tanhf", "f64", [at]);
    const one = 1 / (1 + evaluateBuiltin("expf", "f64", [-at]));
    const [cosh, rest] = [Math.cosh(at), Math.exp(-at)];
    const room = 1e-10 + 2 ** -51 * cosh * cosh;
    expect(Math.abs((1 - t * t) * cosh * cosh - 1)).toBeLessThan(room);
    expect(Math.abs((one * (1 - one) * (1 + rest) ** 2) / rest - 1)).toBeLessThan(1e-10 + 2 ** -51 / rest);
  });
});

test("grows with its operand across the seams, as floats see it", () => {
  const sorted = Float64Array.from(seams).sort();
  for (const name of ["expf", "expm1f", "tanhf"] as const) {
    let last = Number.NEGATIVE_INFINITY;
    for (const at of sorted) {
      const value = Math.fround(evaluateBuiltin(name, "f64", [at]));
      expect(value, `${name}(${at})`).toBeGreaterThanOrEqual(last);
      last = value;
    }
  }
});

test("stand for the functions of Math in kernels, of f32 values", () => {
  const names = ["exp", "expm1", "log1p", "tanh"] as const;
  const written = (builder: typeof scalarBuilder, operand: ScalarExpr) =>
    names.map((name) => {
      const expr = builder[name](operand);
      return expr.kind === "Call" ? [expr.fn, expr.dtype] : [];
    });
  expect(written(kernelBuilder, x)).toEqual(names.map((name) => [`${name}f`, "f32"]));
  const y: ScalarExpr = { kind: "Ref", name: "y", dtype: "f64" };
  expect(written(kernelBuilder, y)).toEqual(names.map((name) => [name, "f64"]));
  expect(written(scalarBuilder, x)).toEqual(names.map((name) => [name, "f32"]));
});

test("are within the bound that evaluation gives of what they stand for", () => {
  const at = (expr: ScalarExpr, value: number) =>
    evaluateScalar(expr, {
      sizes: {},
      load: () => ({ value: Number.NaN, bound: 0 }),
      scalar: () => ({ value, bound: 0 }),
    });
  for (const name of ["exp", "expm1", "log1p", "tanh", "normalCdf"] as const)
    for (let value = -9; value < 9; value += 1 / 7) {
      const [exact, form] = [at(scalarBuilder[name](x), value), at(kernelBuilder[name](x), value)];
      if (Number.isNaN(exact.value)) expect(form.value).toBeNaN();
      else expect(Math.abs(form.value - exact.value), `${name}(${value})`).toBeLessThanOrEqual(exact.bound);
    }
});

test("the table has the powers of two: whole ones to 13 digits, 1 to the bit", () => {
  const { reach } = tables.floatPowers;
  const terms = termsOf(tables.floatPowers);
  expect(terms[reach]).toBe(1);
  for (let k = -127; k <= 127; k++) expect(Math.abs((terms[reach + 32 * k] ?? 0) / 2 ** k - 1)).toBeLessThan(1e-12);
});
