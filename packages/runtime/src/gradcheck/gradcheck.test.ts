import { describe, expect, test } from "vitest";
import * as random from "../random/index.js";
import { gradCheck } from "./gradcheck.js";

type Floats = Float32Array | Float64Array;

const like = <T extends Floats>(x: T, length = x.length): T =>
  (x instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as T; // cast: its own kind

/** Ways in which a gradient can be wrong. */
type Bug = "sign" | "no bias" | "no relu mask" | "half" | "one element" | "transposed";

interface Mlp<T extends Floats> {
  readonly params: { readonly w: T; readonly b: T; readonly v: T; readonly c: number };
  readonly x: T;
  readonly label: Int32Array;
}

const sizes = { rows: 8, inputs: 12, hidden: 10 };

/** mean((relu(x w + b) v + c - label)²), by hand; intermediate results are stored in the arrays' own precision. */
function mlp<T extends Floats>({ params: { w, b, v, c }, x, label }: Mlp<T>, bug?: Bug) {
  const { rows, inputs, hidden } = sizes;
  const grad = { w: like(w), b: like(b), v: like(v), c: 0 };
  const h = like(w, rows * hidden);
  let value = 0;
  for (let r = 0; r < rows; r++) {
    let y = c;
    for (let j = 0; j < hidden; j++) {
      let sum = b[j]!;
      for (let i = 0; i < inputs; i++) sum += x[r * inputs + i]! * w[i * hidden + j]!;
      h[r * hidden + j] = Math.max(0, sum);
      y += h[r * hidden + j]! * v[j]!;
    }
    value += (y - label[r]!) ** 2 / rows;
    const dy = (2 * (y - label[r]!)) / rows;
    grad.c += bug === "sign" ? -dy : dy;
    for (let j = 0; j < hidden; j++) {
      grad.v[j]! += dy * h[r * hidden + j]! * (bug === "half" ? 0.5 : 1);
      const dh = h[r * hidden + j]! > 0 || bug === "no relu mask" ? dy * v[j]! : 0;
      if (bug !== "no bias") grad.b[j]! += dh;
      for (let i = 0; i < inputs; i++) grad.w[i * hidden + j]! += dh * x[r * inputs + i]!;
    }
  }
  if (bug === "one element") grad.w[5]! += 0.05 * Math.max(...grad.w);
  if (bug === "transposed") {
    const right = grad.w.slice();
    for (let i = 0; i < inputs; i++) for (let j = 0; j < hidden; j++) grad.w[j * inputs + i] = right[i * hidden + j]!;
  }
  return { value, grad };
}

function mlpInput<D extends "f32" | "f64">(dtype: D) {
  const { rows, inputs, hidden } = sizes;
  const [k0, k1, k2, k3] = random.split(random.key(7), 4);
  return {
    params: {
      w: random.normal(k0, [inputs * hidden], { dtype, std: 0.4 }),
      b: random.normal(k1, [hidden], { dtype, std: 0.1 }),
      v: random.normal(k2, [hidden], { dtype }),
      c: 0.1,
    },
    x: random.normal(k3, [rows * inputs], { dtype }),
    label: Int32Array.from({ length: rows }, (_, r) => (r % 3) - 1),
  };
}

const bugs: readonly Bug[] = ["sign", "no bias", "no relu mask", "half", "one element", "transposed"];

describe("gradCheck of a network", () => {
  for (const dtype of ["f32", "f64"] as const) {
    const input = mlpInput(dtype);
    const check = (bug?: Bug, seed = 0) =>
      gradCheck((x: Mlp<Floats>) => mlp(x, bug), input, "params", { key: random.key(seed), samples: 200 });

    test(`passes in ${dtype}, whatever the seed`, () => {
      for (let seed = 0; seed < 10; seed++) {
        const report = check(undefined, seed);
        expect(report.passed, String(report)).toBe(true);
        expect(report.precision).toBe(dtype);
        const vague = report.comparisons.filter(({ verdict }) => verdict !== "ok").length;
        // In f32 a corner of relu is sometimes too close for the steps that its noise allows.
        expect(vague).toBeLessThanOrEqual(dtype === "f32" ? 0.2 * report.comparisons.length : 0);
      }
    });

    test.each(bugs)(`finds in ${dtype}: %s`, (bug) => {
      const report = check(bug);
      expect(report.passed, String(report)).toBe(false);
      expect(report.worst.verdict).toBe("wrong");
    });

    // One wrong element of 120 is not in every small sample, and one direction tells it only if it is large.
    test.each(bugs.filter((bug) => bug !== "one element"))(`finds in ${dtype} with few samples: %s`, (bug) => {
      for (let seed = 0; seed < 5; seed++) {
        const report = gradCheck((x: Mlp<Floats>) => mlp(x, bug), input, "params", {
          samples: 3,
          key: random.key(seed),
        });
        expect(report.passed, `seed ${seed}: ${report}`).toBe(false);
      }
    });
  }

  test("names the worst element", () => {
    const report = gradCheck((x: Mlp<Floats>) => mlp(x, "one element"), mlpInput("f64"), "params", { samples: 200 });
    const wrong = report.comparisons.filter(({ verdict, kind }) => verdict === "wrong" && kind === "element");
    expect(wrong.map(({ path, index }) => [path, index])).toEqual([["params.w", 5]]);
    expect(report.worst.error).toBeGreaterThan(report.worst.allowed);
    expect(String(report)).toMatch(
      /^gradient check FAILED: 141 of 141 elements and 4 directions, f64, relative tolerance 0.000001\n {2}wrong params\.w\[5\]: got .*\n/,
    );
  });
});

describe("gradCheck of scalar functions", () => {
  type Scalar = [name: string, f: (x: number) => number, df: (x: number) => number, x: number];
  const right: Scalar[] = [
    ["log close to 0", Math.log, (x) => 1 / x, 1e-9],
    ["1/x close to 0", (x) => 1 / x, (x) => -1 / (x * x), -1e-4],
    ["a large argument", (x) => x ** 3, (x) => 3 * x * x, 1e7],
    ["a large value", (x) => 1e9 + Math.sin(x), Math.cos, 1],
    ["a small value", (x) => 1e-200 * Math.exp(x), (x) => 1e-200 * Math.exp(x), 2],
    ["a fast wave", (x) => Math.sin(3000 * x), (x) => 3000 * Math.cos(3000 * x), 0.7],
    ["a saturated sigmoid", (x) => 1 / (1 + Math.exp(-x)), (x) => Math.exp(-x) / (1 + Math.exp(-x)) ** 2, 12],
    ["a corner nearby", (x) => Math.max(0, x), () => 1, 1e-7],
    ["a constant", () => 3, () => 0, 1],
  ];
  const run = (f: (x: number) => number, df: (x: number) => number, x: number, dtype: "f32" | "f64" = "f64") =>
    gradCheck({ value: (input: { x: number }) => f(input.x), grad: (input) => df(input.x) }, { x }, "x", {
      precision: dtype,
    });

  test.each(right)("passes: %s", (_name, f, df, x) => {
    const report = run(f, df, x);
    expect(report.passed, String(report)).toBe(true);
    expect(report.comparisons).toHaveLength(1);
  });

  test.each(right.filter(([, , df, x]) => df(x) !== 0))("a sign or a factor away fails: %s", (_name, f, df, x) => {
    for (const wrong of [-1, 0, 1.001, 2, Number.NaN, Infinity]) {
      const report = run(f, (at) => wrong * df(at), x);
      expect(report.passed, `times ${wrong}: ${report}`).toBe(false);
    }
  });

  test("at a corner any slope between those of the two sides is right, but alone proves nothing", () => {
    const relu = (x: number): number => Math.max(0, x);
    expect(run(relu, () => 0, 0).comparisons[0]?.verdict).toBe("kink");
    expect(run(relu, () => 0.5, 0).comparisons[0]?.verdict).toBe("ok");
    expect(run(relu, () => 1.2, 0).comparisons[0]?.verdict).toBe("wrong");
    expect(run(relu, () => 0, 0).passed).toBe(false);
  });

  test("where noise drowns the derivative, it says so", () => {
    const report = run(
      (x) => 1e6 + x * 1e-3,
      () => 1e-3,
      0.5,
      "f32",
    );
    expect(report.comparisons[0]?.verdict).toBe("unclear");
    expect(String(report)).toContain("nothing could be compared reliably");
    expect(report.passed).toBe(false);
  });
});

describe("gradCheck", () => {
  const squares = ({ x, y }: { x: Float64Array; y: { z: Float64Array } }) => ({
    value: x.reduce((sum, each) => sum + each * each, 0) + y.z.reduce((sum, each) => sum + 3 * each, 0),
    grad: { x: x.map((each) => 2 * each), y: { z: y.z.map(() => 3) } },
  });
  const input = { x: Float64Array.of(1, -2, 1e-9, 1e5, -0), y: { z: Float64Array.of(4) } };

  test("takes the gradient of everything, of one input, of several, and of the only one", () => {
    const paths = (report: ReturnType<typeof gradCheck>) => [
      report.passed,
      ...new Set(report.comparisons.map(({ path }) => path)),
    ];
    expect(paths(gradCheck(squares, input))).toEqual([true, "x", "y.z", "all"]);
    expect(paths(gradCheck(squares, input, ["y", "x"]))).toEqual([true, "y.z", "x", "all"]);
    const only = { value: (at: typeof input) => squares(at).value, grad: (at: typeof input) => squares(at).grad.y };
    expect(paths(gradCheck(only, input, "y"))).toEqual([true, "y.z"]);
    const one = ({ x }: { x: Float64Array }) => ({
      value: [x[0]! ** 2, "aux"] as const,
      grad: Float64Array.of(2 * x[0]!),
    });
    expect(paths(gradCheck(one, { x: Float64Array.of(3) }))).toEqual([true, "x"]);
  });

  test("leaves integers out", () => {
    const f = ({ i, x }: { i: Int32Array; x: number }) => ({
      value: i[0]! * x,
      grad: { i: new Int32Array(1), x: i[0]! },
    });
    expect(gradCheck(f, { i: Int32Array.of(3), x: 2 }).comparisons.map(({ path, index }) => [path, index])).toEqual([
      ["x", -1],
    ]);
  });

  test("gives the same report for the same key", () => {
    const x = random.normal(random.key(1), [500], { dtype: "f64" });
    const run = (seed: number) =>
      gradCheck(squares, { x, y: { z: x } }, undefined, { samples: 5, key: random.key(seed) });
    expect(run(1).comparisons).toEqual(run(1).comparisons);
    expect(run(1).comparisons.map(({ index }) => index)).not.toEqual(run(2).comparisons.map(({ index }) => index));
    expect(run(1).comparisons.filter(({ kind }) => kind === "element")).toHaveLength(10);
  });

  test("does not write the input, and copies a gradient that its function will overwrite", () => {
    const before = input.x.slice();
    const out = new Float64Array(5);
    const f = ({ x }: { x: Float64Array }) => {
      for (let i = 0; i < 5; i++) out[i] = 2 * x[i]!;
      return { value: x.reduce((sum, each) => sum + each * each, 0), grad: out };
    };
    expect(gradCheck(f, { x: input.x }, "x").passed).toBe(true);
    expect(input.x).toEqual(before);
  });

  test.each<[string, () => unknown, string]>([
    [
      "a value that is not finite",
      () => gradCheck(() => ({ value: Number.NaN, grad: 0 }), { x: 1 }),
      "gradCheck: the value at the input is NaN; choose another point",
    ],
    [
      "a value that is no number",
      // Cast: what a caller without types may pass.
      () => gradCheck(() => ({ value: new Float64Array(1) as unknown as number, grad: 0 }), { x: 1 }),
      "gradCheck: expected a number as value, got",
    ],
    [
      "a gradient of another length",
      () =>
        gradCheck(
          (_: { x: Float64Array }) => ({ value: 1, grad: new Float64Array(2) }),
          { x: new Float64Array(3) },
          "x",
        ),
      "gradCheck: x is Float64Array of 3, but its gradient Float64Array of 2",
    ],
    [
      "a gradient of another form",
      () => gradCheck(() => ({ value: 1, grad: { x: 1 } }), { x: 1, y: 2 }),
      'gradCheck: the gradient has not the form of the whole input { x, y }; say what it is for, as in gradCheck(f, input, "x")',
    ],
    [
      "a function that writes its input",
      () =>
        gradCheck(
          ({ s, x }: { s: Float64Array; x: number }) => {
            s[0]! += 1;
            return { value: x, grad: 1 };
          },
          { s: new Float64Array(1), x: 1 },
          "x",
        ),
      "gradCheck: s was written by the function",
    ],
    [
      "nothing to check",
      () =>
        gradCheck(
          (_: { x: Float64Array }) => ({ value: 1, grad: new Float64Array(0) }),
          { x: new Float64Array(0) },
          "x",
        ),
      "gradCheck: there is no float element to check",
    ],
  ])("refuses %s", (_name, run, message) => {
    expect(run).toThrow(message);
  });
});
