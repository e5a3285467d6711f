/**
 * What the gradient of a loop keeps of each step, over loops of several kinds: the arrays and bytes that the maths asks for
 * and no more, one buffer for the cotangent of weights, slices and not tables written.
 *
 * Invariant: counted in the buffers and kernels of the compiled function; the figures are derived, above each model.
 */
import {
  add,
  cast,
  cond,
  div,
  dynamicSlice,
  dynamicUpdateSlice,
  exp,
  f32,
  f64,
  fn,
  fori,
  gather,
  grad,
  i32,
  jvp,
  less,
  lstmCell,
  matmul,
  mul,
  reshape,
  scan,
  sin,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  where,
  whileLoop,
  zeros,
} from "@tapeless/types";
import { divideSize, evalFunc, productSize, showSize } from "@tapeless/types/compiler";
import { describe, expect, test } from "vitest";
import { elementBytes } from "../ir/kernel/bytes.js";
import type { Buffer } from "../ir/kernel/nodes.js";
import { programOf } from "../op-tests/testing/programs-of-users.js";
import { drawArgs } from "../op-tests/testing/whole-programs.js";
import { checkLevels } from "../passes/testing/check-levels.js";
import { storesPerStep } from "../passes/testing/traffic.js";
import { compileFunction, tensorPasses } from "../pipeline/compile-function.js";

/** Sizes that nothing else has, so that an array with a row for each step is known by its shape. */
const steps = 37;
const width = 5;
const rows = 41;

type Vector<D extends "f32" | "f64" = "f64"> = Tensor<[typeof width], D>;

// ---- models of n steps; each takes w and h and is differentiated by both

/** `h' = tanh a`, `a = W h + x`, so dW = (1 - h'²) ct ⊗ h: the state before, and the slope; in f64 that is made of a. */
const recurrent = (n: number) =>
  fn({ w: f64([width, width]), h: f64([width]), xs: f64([n, width]) }, ({ w, h, xs }) => {
    const [last] = scan((state, x) => [tanh(add(matmul(state, w), x)) as Vector, null] as const, h, xs);
    return sum(last);
  });

/** In f32 the slope is 1 - h'², and h' is stacked anyway where the loop gives all its states. */
const states = (n: number) =>
  fn({ w: f32([width, width]), h: f32([width]), xs: f32([n, width]) }, ({ w, h, xs }) => {
    const [, all] = scan(
      (state, x) => {
        const next = tanh(add(matmul(state, w), x)) as Vector<"f32">;
        return [next, next] as const;
      },
      h,
      xs,
    );
    return sum(square(all));
  });

/** Types are those of f64: the programs are alike but for that. */
const singles = f32 as unknown as typeof f64;

/**
 * `c' = f c + i g`, `h' = o tanh c'`: the factors of the three products are f, c, i, g, o, tanh c', and h of the four matrix
 * products. In f32 all slopes are made of these: seven vectors. In f64 five slopes more, which are made of the sums.
 */
const lstm = (make: typeof f64) => (n: number) =>
  fn(
    { w: make([4 * width, width]), h: make([width]), wx: make([4 * width, width]), xs: make([n, width]) },
    ({ w, h, wx, xs }) => {
      const [last] = scan((state, x) => [lstmCell(x, state, { wx, wh: w }), null] as const, { h, c: h }, xs);
      return sum(last.h);
    },
  );

/**
 * Runge-Kutta of `y' = tanh(W y)`. Four points for the cotangent of W, four slopes. In f32 a slope is 1 - k², and the
 * points are y, y + δ k₁ …: y, k₁, k₂, k₃, and of the fourth its slope.
 */
const rungeKutta = (make: typeof f64) => (n: number) =>
  fn({ w: make([width, width]), h: make([width]) }, ({ w, h }) => {
    const slope = (y: typeof h) => tanh(matmul(y, w));
    const [last] = scan(
      (y) => {
        const k1 = slope(y);
        const k2 = slope(add(y, mul(0.05, k1)));
        const k3 = slope(add(y, mul(0.05, k2)));
        const k4 = slope(add(y, mul(0.1, k3)));
        const rise = add(add(k1, mul(2, k2)), add(mul(2, k3), k4));
        return [add(y, mul(0.1 / 6, rise)), null] as const;
      },
      h,
      null,
      { length: n },
    );
    return sum(last);
  });

/**
 * Mean and sum of squares so far (Welford): `μ' = μ + (x - μ)/k`, `s' = s + (x - μ)(x - μ')`. The cotangents of the product take
 * its two factors. x is read again, so the mean is as good as the first. Neither k nor 1/k is kept, for they count steps.
 */
const statistics = (n: number) =>
  fn({ w: f64([rows, width]), h: f64([width]) }, ({ w, h }) => {
    const { spread, mean } = fori(
      0,
      n,
      (i, { mean, spread }) => {
        const x = reshape(dynamicSlice(w, [add(i, 1), 0], [1, width]), [width]);
        const rest = sub(x, mean);
        const next = add(mean, div(rest, cast(add(i, 1), "f64")));
        return { mean: next, spread: add(spread, mul(rest, sub(x, next))) };
      },
      { mean: h, spread: square(h) },
    );
    return sum(div(mean, add(1, square(spread))));
  });

/** `c' = sin(c) w[k + 1]`: sin and cos of c; the row is read again, by an index that is found again. */
const table = (n: number) =>
  fn({ w: f64([rows, width]), h: f64([width]) }, ({ w, h }) =>
    sum(fori(0, n, (i, c) => mul(sin(c), reshape(dynamicSlice(w, [add(i, 1), 0], [1, width]), [width])), h)),
  );

/** The same by numbers that the loop goes along, one bound for the rows. */
const lookups = (n: number) =>
  fn({ w: f64([rows, width]), h: f64([width]), ks: i32([n]) }, ({ w, h, ks }) => {
    const [last] = scan((c, k) => [mul(sin(c), gather(w, add(k, 1))) as Vector, null] as const, h, ks);
    return sum(last);
  });

/** A choice by the step, elementwise: the mask is made of the step's number, and of sin and its slope both are kept. */
const masked = (n: number) =>
  fn({ w: f64([3, width]), h: f64([width]) }, ({ w, h }) => {
    const scale = sum(w, 0);
    return sum(fori(0, n, (i, c) => where(less(mul(i, 2), n), mul(sin(c), scale), c), h));
  });

/** `c' = sin(c) w[2 k + 3]`, k counted by the loop itself. */
const tableByTest = (n: number) =>
  fn({ w: f64([2 * rows, width]), h: f64([width]) }, ({ w, h }) => {
    const last = whileLoop(
      ({ k }) => less(k, 2 * n),
      ({ k, c }) => ({
        k: add(k, 2),
        c: mul(sin(c), reshape(dynamicSlice(w, [add(k, 3), 0], [1, width]), [width])) as Vector,
      }),
      { k: zeros([], "i32"), c: h },
    );
    return sum(last.c);
  });

const recurrentByTest = (n: number) =>
  fn({ w: f64([width, width]), h: f64([width]) }, ({ w, h }) => {
    const last = whileLoop(
      ({ k }) => less(k, n),
      ({ k, h: state }) => ({ k: add(k, 1), h: tanh(matmul(state, w)) as Vector }),
      { k: zeros([], "i32"), h },
    );
    return sum(last.h);
  });

/** The weights are made of others by what is dear: that is no matter of a step, and the rest is as it was. */
const invariant = (n: number) =>
  fn({ w: f64([width, width]), h: f64([width]) }, ({ w, h }) => {
    const [last] = scan(
      (state) => [tanh(matmul(state, exp(mul(0.01, matmul(w, w))))) as Vector, null] as const,
      h,
      null,
      { length: n },
    );
    return sum(last);
  });

/** A choice that reads a row at a number of the step: what it hands over is sin and cos, in slots of both branches. */
const chosen = (n: number) =>
  fn({ w: f64([rows, width]), h: f64([width]) }, ({ w, h }) =>
    sum(
      fori(
        0,
        n,
        (i, c) =>
          cond(
            less(i, 2),
            () => mul(sin(c), reshape(dynamicSlice(w, [add(i, 1), 0], [1, width]), [width])) as Vector,
            () => c,
          ),
        h,
      ),
    ),
  );

// ---- counts

const vector = (dtype: "f32" | "f64", count: number): readonly string[] =>
  Array.from({ length: count }, () => `${dtype}[${width}]`);

/** What is kept of each step. */
const models: Readonly<Record<string, readonly [model: (n: number) => unknown, kept: readonly string[]]>> = {
  "a recurrent net: the state before, the slope": [recurrent, vector("f64", 2)],
  "a recurrent net that gives its states: they, their cotangents, and the states before": [states, vector("f32", 3)],
  "an LSTM in f32: four gates, two states, tanh of one": [lstm(singles), vector("f32", 7)],
  "an LSTM in f64: these, and five slopes": [lstm(f64), vector("f64", 12)],
  "Runge-Kutta in f64: four points, four slopes": [rungeKutta(f64), vector("f64", 8)],
  "Runge-Kutta in f32: the state, four directions": [rungeKutta(singles), vector("f32", 5)],
  "running statistics: two factors": [statistics, vector("f64", 2)],
  "a table read at a number of the step: sin and cos": [table, vector("f64", 2)],
  "a table read at numbers: sin and cos": [lookups, vector("f64", 2)],
  "a mask of the number of the step: sin and cos": [masked, vector("f64", 2)],
  "a table read in a loop with a test: sin and cos": [tableByTest, vector("f64", 2)],
  "a recurrent net in a loop with a test: the state before, the slope": [recurrentByTest, vector("f64", 2)],
  "weights that are made of others: the state before, the slope": [invariant, vector("f64", 2)],
  "a choice that reads a table: sin and cos": [chosen, vector("f64", 2)],
};

const gradientOf = (model: unknown) => grad(model as ReturnType<typeof recurrent>, ["w", "h"]); // all of them have these
const compiled = (model: unknown) => compileFunction(programOf(gradientOf(model)));

/** Bytes and type of what each step adds to a buffer that has room for all of them. */
function rowOf({ dtype, shape, space }: Buffer): { readonly type: string; readonly bytes: number } | undefined {
  const isStack = space === "heap" || (space === "arena" && shape[0] === steps);
  const row = shape.slice(1);
  return isStack
    ? { type: `${dtype}[${row.map(showSize)}]`, bytes: Number(productSize(row)) * elementBytes[dtype] }
    : undefined;
}

describe.each(Object.entries(models))("%s", (_title, [model, kept]) => {
  const { planned, tensor } = compiled(model(steps));
  const { buffers, steps: kernels } = planned.program;

  test("is kept of a step, and nothing else", () => {
    const found = buffers.flatMap((buffer) => rowOf(buffer) ?? []);
    expect(found.map(({ type }) => type)).toEqual(kept);
    const each = kept[0]?.startsWith("f32") ? 4 : 8;
    expect(found.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(kept.length * width * each);
  });

  test("the cotangent of the weights is added up where it goes: one buffer, no stack", () => {
    const shape = tensor.params[0]?.shape ?? [];
    const own = buffers.filter((buffer) => buffer.shape.join() === shape.join());
    expect(own.filter(({ space }) => space === "output")).toHaveLength(1);
    const all = productSize([steps, ...shape]);
    for (const buffer of buffers) expect(divideSize(productSize(buffer.shape), all), buffer.name).toBeUndefined();
  });

  test("one loop each way", () => {
    expect(kernels.filter(({ kind }) => kind === "Repeat" || kind === "While")).toHaveLength(2);
  });
});

/** Forward mode keeps nothing: along any direction its derivative is the gradient's product with that. */
function checkDuality(model: unknown): void {
  const tangent = programOf(jvp(model as ReturnType<typeof recurrent>, ["w", "h"])); // all models have these
  const args = drawArgs(tangent, 3);
  const gradient = programOf(gradientOf(model));
  const grads = evalFunc(gradient, args.slice(0, gradient.params.length)).flatMap(({ value }) => [...value]);
  const direction = args.slice(gradient.params.length).flatMap(({ value }) => [...value]);
  const wanted = evalFunc(tangent, args).at(-1)?.value[0] ?? Number.NaN;
  const found = grads.reduce((total, each, k) => total + each * (direction[k] ?? Number.NaN), 0);
  expect(Math.abs(found - wanted)).toBeLessThanOrEqual(1e-10 * (1 + Math.abs(wanted)));
  checkLevels(tensorPasses.run(gradient));
}

describe("the numbers are right, at every level", () => {
  test.each(Object.entries(models).filter(([, [, kept]]) => kept[0]?.startsWith("f64")))("%s", (_title, [model]) => {
    checkDuality(model(3));
  });

  test.each([
    ["an LSTM", lstm],
    ["Runge-Kutta", rungeKutta],
  ])("%s in f32 has the gradient that it has in f64", (_title, model) => {
    const [single, double] = [programOf(gradientOf(model(singles)(3))), programOf(gradientOf(model(f64)(3)))];
    checkLevels(tensorPasses.run(single));
    const args = drawArgs(single, 3);
    const wanted = evalFunc(
      double,
      args.map((arg) => ({ ...arg, dtype: "f64" as const })),
    );
    evalFunc(single, args).forEach(({ value }, k) =>
      value.forEach((x, i) => expect(x).toBeCloseTo(wanted[k]?.value[i] ?? Number.NaN, 5)),
    );
  });
});

// ---- slices

/**
 * Elimination: step k divides row k by its pivot and takes it from the rows below. The derivative of `u = r/p` takes u and
 * p, that of `r' = r - m u` takes u and, for each of the rows, m.
 */
const elimination = (n: number, columns: number) =>
  fn({ w: f64([n, columns]), h: f64([1]) }, ({ w, h }) => {
    const last = fori(
      0,
      n,
      (k, a) => {
        const row = dynamicSlice(a, [k, 0], [1, columns]);
        const unit = div(row, dynamicSlice(row, [0, k], [1, 1]));
        return fori(
          0,
          n,
          (i, c) => {
            const other = dynamicSlice(c, [i, 0], [1, columns]);
            const factor = where(less(k, i), dynamicSlice(other, [0, k], [1, 1]), 0);
            return dynamicUpdateSlice(c, sub(other, mul(unit, factor)), [i, 0]);
          },
          a,
        );
      },
      w,
    );
    return mul(sum(square(last)), sum(h));
  });

describe("elimination", () => {
  const [n, columns] = [13, 17];
  const { planned } = compiled(elimination(n, columns));

  test("keeps of a step a row, its pivot and a number for each row", () => {
    const kept = planned.program.buffers.filter(
      ({ space, shape }) => space === "arena" && shape[0] === n && shape.join() !== `${n},${columns}`,
    );
    const bytes = kept.map(({ shape, dtype }) => Number(productSize(shape.slice(1))) * elementBytes[dtype]);
    expect(bytes.sort((a, b) => a - b)).toEqual([8, 8 * n, 8 * columns]);
  });

  test("a step moves its row, never the matrix", () => {
    // Forwards the row, aside and then in its place, and its factor. Backwards the row's cotangent is read aside and cleared,
    // what becomes of it is made aside and added; and the cotangent of the unit row. Besides a few numbers.
    const perStep = storesPerStep(planned.program.steps).map(({ stores }) => Number(stores));
    expect(perStep).toHaveLength(2);
    const [forwards, backwards] = perStep as [number, number]; // counted above
    expect(forwards).toBeLessThanOrEqual(2 * columns + 2);
    expect(backwards).toBeLessThanOrEqual(5 * columns + 5);
  });

  test("has the gradient that it should have", () => {
    checkDuality(elimination(3, 4));
  });
});
