/**
 * Random numbers inside a model: bit for bit those of the runtime, also under `vmap`, in a loop and in gradients.
 *
 * Invariant: what is expected is drawn by `tapeless/runtime`, which is tested against Random123, JAX and statistics.
 */
import { compileModule } from "@tapeless/codegen";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import {
  add,
  dropout,
  f32,
  f64,
  fn,
  foldIn,
  grad,
  i32,
  mul,
  randomBernoulli,
  randomNormal,
  randomUniform,
  reshape,
  scan,
  splitKey,
  sum,
  vmap,
} from "./index.js";
import { random } from "./runtime.js";

const key = random.key(42);
const words = Int32Array.from(key);

/** The function as it runs in an app. */
async function generated(f: unknown): Promise<(input: unknown) => unknown> {
  const { text } = compileModule({ file: "t.model.ts", exports: [{ name: "f", fn: f }], localNames: [] });
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, verbatimModuleSyntax: true };
  const { outputText } = ts.transpileModule(text, { compilerOptions });
  const module: { readonly f: (input: unknown) => unknown } = await import(
    `data:text/javascript;base64,${Buffer.from(outputText).toString("base64")}`
  );
  return module.f;
}

const keyed = { key: i32([2]) };

describe("a key gives the numbers that the runtime draws", () => {
  const draws = [
    ["uniform f32", fn(keyed, (x) => randomUniform(x.key, [40, 3])), random.uniform(key, [120])],
    [
      "uniform f64",
      fn(keyed, (x) => randomUniform(x.key, [40, 3], { dtype: "f64" })),
      random.uniform(key, [120], { dtype: "f64" }),
    ],
    [
      "uniform between bounds",
      fn(keyed, (x) => randomUniform(x.key, [64], { min: -0.1, max: 2.7 })),
      random.uniform(key, [64], { min: -0.1, max: 2.7 }),
    ],
    ["normal f32", fn(keyed, (x) => randomNormal(x.key, [500])), random.normal(key, [500])],
    [
      "normal f64",
      fn(keyed, (x) => randomNormal(x.key, [500], { dtype: "f64", mean: 0.3, std: 2.5 })),
      random.normal(key, [500], { dtype: "f64", mean: 0.3, std: 2.5 }),
    ],
  ] as const;

  test.each(draws)("%s", async (_, f, want) => {
    const run = await generated(f);
    expect(run({ key: words })).toEqual(want);
  });

  test("keys of keys", async () => {
    const f = fn({ ...keyed, step: i32([]) }, (x) => ({
      split: splitKey(x.key, 3),
      folded: foldIn(x.key, 7),
      large: foldIn(x.key, 2 ** 32 - 1),
      counted: foldIn(x.key, x.step),
    }));
    const run = await generated(f);
    expect(run({ key: words, step: 7 })).toEqual({
      split: random.split(key, 3).map((each) => Int32Array.from(each)),
      folded: Int32Array.from(random.foldIn(key, 7)),
      large: Int32Array.from(random.foldIn(key, 2 ** 32 - 1)),
      counted: Int32Array.from(random.foldIn(key, 7)),
    });
  });

  test("of a shape with names", async () => {
    const f = fn({ ...keyed, x: f32(["n", 3]) }, ({ key, x }) => add(mul(0, x), randomUniform(key, x.shape)));
    const run = await generated(f);
    expect(run({ key: words, x: new Float32Array(15) })).toEqual(random.uniform(key, [15]));
  });
});

describe("distributions", () => {
  const count = 20_000;

  test("truth values come with their probability", async () => {
    const run = await generated(fn({ ...keyed, p: f64([]) }, (x) => randomBernoulli(x.key, x.p, [count])));
    const drawn = (p: number) => run({ key: words, p }) as Uint8Array; // of bools
    for (const p of [0.1, 0.5, 0.93]) {
      const share = drawn(p).reduce((total, each) => total + each, 0) / count;
      expect(Math.abs(share - p)).toBeLessThan(6 * Math.sqrt((p * (1 - p)) / count));
    }
    expect(drawn(0)).toEqual(new Uint8Array(count));
    expect(drawn(1)).toEqual(new Uint8Array(count).fill(1));
  });

  test("dropout scales what it keeps, and so does its gradient", async () => {
    const f = fn({ ...keyed, x: f64([count]) }, ({ x, key }) => sum(dropout(x, key, 0.25)));
    const [value, slope] = [await generated(f), await generated(grad(f, "x"))];
    const input = { key: words, x: new Float64Array(count).fill(1) };
    const gradient = slope(input) as Float64Array; // of an f64 input
    expect(new Set(gradient)).toEqual(new Set([0, 1 / 0.75]));
    const share = gradient.filter((each) => each === 0).length / count;
    expect(Math.abs(share - 0.25)).toBeLessThan(6 * Math.sqrt((0.25 * 0.75) / count));
    expect(value(input)).toBeCloseTo(
      gradient.reduce((total, each) => total + each, 0),
      8,
    );
  });

  test("dropout of rate 0 keeps everything, of rate 1 nothing; a rate may be known later", async () => {
    const x = Float64Array.of(1, Number.POSITIVE_INFINITY, -3);
    const later = await generated(
      fn({ ...keyed, x: f64([3]), rate: f64([]) }, ({ x, key, rate }) => dropout(x, key, rate)),
    );
    for (const rate of [0, 0.25, 0.5, 1]) {
      const told = await generated(fn({ ...keyed, x: f64([3]) }, ({ x, key }) => dropout(x, key, rate)));
      const got = told({ key: words, x });
      if (rate === 0) expect(got).toEqual(x);
      if (rate === 1) expect(got).toEqual(new Float64Array(3));
      expect(later({ key: words, x, rate })).toEqual(got);
    }
  });
});

describe("transformations", () => {
  test("a draw is differentiated in the parameters of its distribution", async () => {
    const f = fn({ ...keyed, mean: f64([]), std: f64([3]) }, ({ mean, std, key }) =>
      sum(randomNormal(key, [2, 3], { dtype: "f64", mean, std })),
    );
    const z = random.normal(key, [6], { dtype: "f64" });
    const slope = await generated(grad(f, ["mean", "std"]));
    expect(slope({ key: words, mean: 1, std: Float64Array.of(1, 2, 3) })).toEqual({
      mean: 6,
      std: Float64Array.from([0, 1, 2], (k) => (z[k] ?? 0) + (z[k + 3] ?? 0)),
    });
    const bounds = fn({ ...keyed, min: f64([]), max: f64([]) }, ({ min, max, key }) =>
      sum(randomUniform(key, [1], { dtype: "f64", min, max })),
    );
    const [u = 0] = random.uniform(key, [1], { dtype: "f64" });
    const ofBounds = await generated(grad(bounds, ["min", "max"]));
    expect(ofBounds({ key: words, min: 1, max: 2 })).toEqual({ min: 1 - u, max: u });
  });

  test("under vmap each key gives its own draw", async () => {
    const run = await generated(
      vmap(
        fn(keyed, (x) => randomUniform(x.key, [2, 2], { dtype: "f64" })),
        3,
      ),
    );
    const keys = random.split(key, 3);
    const want = keys.flatMap((each) => [...random.uniform(each, [4], { dtype: "f64" })]);
    expect(run({ key: Int32Array.from(keys.flat()) })).toEqual(Float64Array.from(want));
  });

  test("in a loop a key is folded with the step", async () => {
    const f = fn({ ...keyed, steps: i32([4]), start: f64([]) }, ({ key, steps, start }) => {
      const [last, drawn] = scan(
        ({ total }, step) => {
          const x = reshape(randomNormal(foldIn(key, step), [1], { dtype: "f64" }), []);
          return [{ total: add(total, x) }, x];
        },
        { total: start },
        steps,
      );
      return { last: last.total, drawn };
    });
    const want = [0, 1, 2, 3].map((step) => random.normal(random.foldIn(key, step), [1], { dtype: "f64" })[0] ?? 0);
    const run = await generated(f);
    expect(run({ key: words, steps: Int32Array.of(0, 1, 2, 3), start: 0 })).toEqual({
      last: want.reduce((total, each) => total + each, 0),
      drawn: Float64Array.from(want),
    });
  });
});
