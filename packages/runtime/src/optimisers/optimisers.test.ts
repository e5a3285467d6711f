/**
 * Optimisers by hand: the steps of the papers on small numbers, the generated rules against the formulas bit for bit,
 * descent on a quadratic, and what does not fit refused before anything is written.
 */
import { describe, expect, test } from "vitest";
import { adam, type SgdOptions, sgd } from "./index.js";
import { adamF64, momentumF64, nesterovF64, plainF64 } from "./rules.gen.js";

const list = (values: ArrayLike<number>): readonly number[] => Array.from(values);

describe("hand-computed steps", () => {
  // g = 0.5 twice, from 1, with lr 0.1. m: 0.05, 0.095; v: 0.00025, 0.00049975. Corrected both times: m̂ = 0.5,
  // v̂ = 0.25, so each step is 0.1·0.5/(0.5 + 1e-8), that is 0.1 less 2e-9.
  test("Adam", () => {
    const params = { x: Float64Array.of(1) };
    const optimizer = adam({ lr: 0.1 });
    const state = optimizer.init(params);
    optimizer.step(params, { x: Float64Array.of(0.5) }, state);
    expect(params.x[0]).toBeCloseTo(0.900000002, 14);
    expect([state.m.x[0], state.v.x[0], state.step]).toEqual([
      expect.closeTo(0.05, 15),
      expect.closeTo(0.00025, 15),
      1,
    ]);
    optimizer.step(params, { x: Float64Array.of(0.5) }, state);
    expect(params.x[0]).toBeCloseTo(0.800000004, 13);
    expect([state.m.x[0], state.v.x[0]]).toEqual([expect.closeTo(0.095, 15), expect.closeTo(0.00049975, 15)]);
  });

  // Loshchilov & Hutter: first x ← (1 − 0.1·0.5) x = 1.9, then the step of Adam, which knows nothing of it.
  test("AdamW", () => {
    const params = { x: Float64Array.of(2) };
    const optimizer = adam({ lr: 0.1, weightDecay: 0.5 });
    optimizer.step(params, { x: Float64Array.of(0.5) }, optimizer.init(params));
    expect(params.x[0]).toBeCloseTo(1.900000002 - 0.1, 14);
  });

  // From 1 with g = 0.5 and then 0.25, lr 0.1 (exact in decimals):
  // plain: 0.95, 0.925; with λ = 0.1 the first g is 0.6: 0.94;
  // μ = 0.5: u = 0.5, x = 0.95; u = 0.5, x = 0.9;
  // Nesterov: u = 0.5, d = 0.75, x = 0.925; u = 0.5, d = 0.5, x = 0.875.
  test.each([
    { name: "plain", options: {}, expected: [0.95, 0.925] },
    { name: "weight decay", options: { weightDecay: 0.1 }, expected: [0.94, 0.9056] },
    { name: "momentum", options: { momentum: 0.5 }, expected: [0.95, 0.9] },
    { name: "Nesterov", options: { momentum: 0.5, nesterov: true }, expected: [0.925, 0.875] },
  ])("SGD: $name", ({ options, expected }) => {
    const params = { x: Float64Array.of(1) };
    const { momentum, nesterov = false, weightDecay = 0 }: Partial<SgdOptions> = options;
    const steps: number[] = [];
    const take = (step: (grad: { x: Float64Array }) => void): void =>
      [0.5, 0.25].forEach((g) => {
        step({ x: Float64Array.of(g) });
        steps.push(params.x[0] ?? Number.NaN);
      });
    if (momentum === undefined) {
      const plain = sgd({ lr: 0.1, weightDecay });
      const state = plain.init(params);
      take((grad) => plain.step(params, grad, state));
    } else {
      const heavy = sgd({ lr: 0.1, momentum, nesterov, weightDecay });
      const state = heavy.init(params);
      take((grad) => heavy.step(params, grad, state));
    }
    steps.forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i] ?? Number.NaN, 15);
    });
  });
});

describe("the generated rules are the formulas, bit for bit", () => {
  const params = Float64Array.of(1, -2, 0.3, 4e-9, -7e5);
  const grad = Float64Array.of(0.1, 3, -1e-7, 0, 55);
  const old = Float64Array.of(0.2, -0.3, 1e-8, 0, 1);

  test("Adam", () => {
    const v = Float64Array.of(0.01, 2, 1e-15, 0, 3);
    const [lr, beta1, beta2, epsilon, weightDecay, step] = [0.003, 0.8, 0.99, 1e-7, 0.01, 6] as const;
    const out = adamF64({ params, grad, state: { m: old, v, step }, lr, beta1, beta2, epsilon, weightDecay });
    const m1 = list(old).map((m, i) => beta1 * m + (1 - beta1) * (grad[i] ?? 0));
    const v1 = list(v).map((each, i) => beta2 * each + (1 - beta2) * ((grad[i] ?? 0) * (grad[i] ?? 0)));
    const [rate, spread] = [lr / (1 - beta1 ** 7), 1 / Math.sqrt(1 - beta2 ** 7)];
    const moved = list(params).map(
      (p, i) => (1 - lr * weightDecay) * p - (rate * (m1[i] ?? 0)) / (spread * Math.sqrt(v1[i] ?? 0) + epsilon),
    );
    expect([list(out.state.m), list(out.state.v), list(out.params), out.state.step]).toEqual([m1, v1, moved, 7]);
  });

  test("descent", () => {
    const constants = { lr: 0.03, weightDecay: 0.02, momentum: 0.7 };
    const slope = list(grad).map((g, i) => g + 0.02 * (params[i] ?? 0));
    const velocity = slope.map((g, i) => 0.7 * (old[i] ?? 0) + g);
    const along = (direction: readonly number[]) => list(params).map((p, i) => p - 0.03 * (direction[i] ?? 0));
    const input = { params, grad, state: { velocity: old }, ...constants };
    expect(list(plainF64({ params, grad, ...constants }).params)).toEqual(along(slope));
    expect(list(momentumF64(input).params)).toEqual(along(velocity));
    expect(list(momentumF64(input).state.velocity)).toEqual(velocity);
    expect(list(nesterovF64(input).params)).toEqual(along(velocity.map((u, i) => 0.7 * u + (slope[i] ?? 0))));
  });
});

describe("trees", () => {
  const start = () => ({ layers: [{ w: Float32Array.of(1, -2, 3) }, { w: Float64Array.of(0.5) }], scale: 2, none: {} });
  const target = [0.25, 0.25, 0.25];
  /** The gradient of half the squared distance to the target. */
  const gradient = ({ layers, scale, none }: ReturnType<typeof start>): ReturnType<typeof start> => ({
    layers: layers.map(({ w }) => ({ w: w.map((x, i) => x - (target[i] ?? 0)) })) as ReturnType<typeof start>["layers"], // cast: of the same form
    scale: scale - 1,
    none,
  });

  test.each([
    ["Adam", adam({ lr: 0.05 })],
    ["AdamW", adam({ lr: 0.05, weightDecay: 1e-9 })],
    ["plain descent", sgd({ lr: 0.1 })],
    ["momentum", sgd({ lr: 0.03, momentum: 0.8 })],
    ["Nesterov", sgd({ lr: 0.03, momentum: 0.8, nesterov: true })],
  ] as const)("%s comes down a quadratic of nested arrays and numbers", (_name, optimizer) => {
    const params = start();
    const arrays = params.layers.map(({ w }) => w);
    // Cast: of the optimisers here each takes the state that its own init gives.
    const { init, step } = optimizer as ReturnType<typeof adam>;
    const state = init(params);
    for (let i = 0; i < 600; i++) step(params, gradient(params), state);
    params.layers.forEach(({ w }, k) => {
      expect(w).toBe(arrays[k]);
      for (const x of w) expect(x).toBeCloseTo(0.25, 4);
    });
    expect(params.scale).toBeCloseTo(1, 4);
  });

  test("a step takes its own learning rate", () => {
    const params = { x: Float64Array.of(1) };
    const descent = sgd({ lr: 0.1 });
    descent.step(params, { x: Float64Array.of(1) }, descent.init(params), { lr: 0.5 });
    expect(params.x[0]).toBe(0.5);
  });

  test.each<[string, object, string]>([
    ["another form", { a: Float32Array.of(1, 2) }, "b"],
    [
      "another length",
      { a: Float32Array.of(1, 2), b: Float32Array.of(1, 2) },
      "adam: grad b is Float32Array of 2, expected Float32Array of 1",
    ],
    [
      "another kind",
      { a: Float32Array.of(1, 2), b: Float64Array.of(1) },
      "adam: grad b is Float64Array of 1, expected Float32Array of 1",
    ],
    [
      "a number for an array",
      { a: Float32Array.of(1, 2), b: 1 },
      "adam: grad b is a number, expected Float32Array of 1",
    ],
  ])("a gradient of %s is refused, and nothing is written", (_name, grad, message) => {
    const params = { a: Float32Array.of(5, 6), b: Float32Array.of(7) };
    const optimizer = adam();
    const state = optimizer.init(params);
    expect(() => optimizer.step(params, grad as typeof params, state)).toThrow(message); // cast: the types refuse it as well
    expect([list(params.a), list(params.b), list(state.m.a), state.step]).toEqual([[5, 6], [7], [0, 0], 0]);
  });

  test("integers are no parameters, and nesterov needs momentum", () => {
    expect(() => adam().init({ n: Int32Array.of(1) })).toThrow("adam: params n is Int32Array of 1, expected floats");
    // Cast: the types refuse it as well.
    expect(() => sgd({ lr: 1, nesterov: true } as { lr: number })).toThrow("sgd: nesterov needs momentum");
  });
});
