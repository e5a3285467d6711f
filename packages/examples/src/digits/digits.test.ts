/** The digits model learns from real images for every seed, and does not where its gradient is wrong. */
import { gradCheck, optimizers, random, tree } from "tapeless/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { loadDigits, pixels, type Split } from "./data.js";
import { logits, loss, lossAndGrad, predict, step } from "./digits.gen.js";
import { accuracy, initialParams, type Params, train } from "./training.js";

let digits: Split;

beforeAll(() => {
  digits = loadDigits();
});

/** A few images. */
const some = (rows: number) => ({
  x: digits.train.x.subarray(0, rows * pixels),
  label: digits.train.label.subarray(0, rows),
});

const settings = { epochs: 5, batch: 64, lr: 0.002 };

describe("data", () => {
  test("8,000 and 2,000 images, the same in every run, every digit in both", () => {
    const { train: first, test: second } = digits;
    expect([first.label.length, second.label.length]).toEqual([8000, 2000]);
    expect([first.x.length, second.x.length]).toEqual([8000 * pixels, 2000 * pixels]);
    for (const { label } of [first, second]) expect(new Set(label).size).toBe(10);
    expect(loadDigits().test.label).toEqual(second.label);
    expect(Array.from(first.label.subarray(0, 200)).join("")).not.toMatch(/(\d)\1{9}/); // not grouped by digit
  });
});

describe("training", () => {
  test.each([1, 2, 3])("seed %i reads 93% of the test images", { timeout: 120_000 }, (seed) => {
    const { params, losses } = train(digits.train, { ...settings, seed });
    expect(losses.length).toBe(5 * 125);
    expect(accuracy(params, digits.test)).toBeGreaterThanOrEqual(0.93);
  });

  test("the same seed gives the same bits, another one others", () => {
    const run = (seed: number) => train(some(256), { ...settings, epochs: 1, seed });
    expect(run(4)).toMatchObject({ params: run(4).params, losses: run(4).losses });
    expect(run(5).losses).not.toEqual(run(4).losses);
  });
});

describe("a wrong gradient", () => {
  const negated = (params: Params, grad: Params): Params => {
    const flip = (values: Float32Array): Float32Array => values.map((value) => -value);
    return { ...params, hidden: { w: flip(grad.hidden.w), b: flip(grad.hidden.b) }, out: grad.out };
  };

  test("with its sign flipped learns nothing", () => {
    const params = initialParams(random.key(1));
    const adam = optimizers.adam();
    const state = adam.init(params);
    for (let i = 0; i < 60; i++) {
      const at = (i * 64) % 8000;
      const x = digits.train.x.subarray(at * pixels, (at + 64) * pixels);
      const { grad } = lossAndGrad({ params, x, label: digits.train.label.subarray(at, at + 64) });
      const { hidden } = negated(params, grad);
      const flippedOut = { w: grad.out.w.map((value) => -value), b: grad.out.b.map((value) => -value) };
      adam.step(params, { hidden, out: flippedOut }, state);
    }
    expect(accuracy(params, digits.test)).toBeLessThan(0.3);
  });

  test("in one layer is found by the gradient check, and the generated one passes", { timeout: 60_000 }, () => {
    const params = initialParams(random.key(2));
    const input = { params, ...some(4) };
    const check = (grad: (at: typeof input) => Params) =>
      gradCheck({ value: loss, grad }, input, "params", { samples: 4 });
    expect(String(check((at) => lossAndGrad(at).grad))).toContain("gradient check passed");
    expect(check((at) => negated(params, lossAndGrad(at).grad)).passed).toBe(false);
  });
});

describe("functions of the model", () => {
  test("predict gives the class with the largest score", () => {
    const params = initialParams(random.key(3));
    const { x } = some(50);
    const scores = logits({ params, x });
    const largest = Array.from({ length: 50 }, (_, i) => {
      const row = Array.from(scores.subarray(i * 10, (i + 1) * 10));
      return row.indexOf(Math.max(...row));
    });
    expect(Array.from(predict({ params, x }))).toEqual(largest);
  });

  const start = () => {
    const params = initialParams(random.key(4));
    return { params, state: optimizers.adam().init(params) };
  };

  test("a step in place gives the bits of a step with fresh arrays", () => {
    const inPlace = start();
    let fresh = start();
    const out = { value: 0, ...inPlace };
    for (let i = 0; i < 3; i++) {
      const batch = some(32 + i);
      const result = step({ ...fresh, ...batch, lr: 0.01 });
      step({ ...inPlace, ...batch, lr: 0.01 }, out);
      expect(out.value).toBe(result.value);
      fresh = { params: result.params, state: result.state };
    }
    expect(inPlace).toEqual(fresh);
  });

  // In a step the gradient of a weight is not rounded to f32 before Adam has it; by hand it is: by 2^-24 of itself. An
  // update is lr · m / √v, so it changes by a few parts in 2^24 of 0.01, and what a parameter is rounded to by 2^-24.
  test("a step is gradient and Adam by hand, but for what is rounded on the way", () => {
    const [inPlace, byHand] = [start(), start()];
    const out = { value: 0, ...inPlace };
    for (let i = 0; i < 3; i++) {
      const batch = some(32 + i);
      step({ ...inPlace, ...batch, lr: 0.01 }, out);
      const { value, grad } = lossAndGrad({ params: byHand.params, ...batch });
      optimizers.adam().step(byHand.params, grad, byHand.state, { lr: 0.01 });
      expect(Math.abs(out.value / value - 1)).toBeLessThan(1e-6);
    }
    tree.zip(inPlace.params, byHand.params, (one, other) => {
      one.forEach((x, k) => {
        expect(Math.abs(x - (other[k] ?? Number.NaN))).toBeLessThan(1e-7);
      });
    });
  });
});
