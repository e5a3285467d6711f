/** Optimisers in a graph: their formulas on small numbers, over trees and dtypes, and the constants they refuse. */
import { describe, expect, test } from "vitest";
import { evalFunc, exactTensor, isFn, traceFn } from "../compiler.js";
import { adam, add, f32, f64, fn, mul, sgd, sum, valueAndGrad } from "../index.js";

/** Values of a function's results for values of its inputs, leaf by leaf. */
function run(f: unknown, ...values: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (!isFn(f)) throw new Error("no fn");
  const { func } = traceFn(f, "f");
  const args = func.params.map(({ shape, dtype }, k) => exactTensor(shape.map(Number), dtype, values[k] ?? []));
  return evalFunc(func, args).map(({ value }) => Array.from(value));
}

const x = f64([2]);
const grad = x;
const lr = f64([]);

const near = (values: readonly number[]): readonly unknown[] => values.map((value) => expect.closeTo(value, 13));

describe("adam", () => {
  const state = adam.state(x);

  test("declares two trees like the parameters, and a count", () => {
    const params = { w: f32([3, 2]), b: [f64([]), f32(["n"])] as const };
    expect(adam.state(params)).toMatchObject({ m: params, v: params, step: { shape: [], dtype: "i32" } });
  });

  test("steps as in Kingma & Ba", () => {
    const f = fn({ params: x, grad, state, lr }, (at) => adam.update(at));
    // t = 3: m = 0.9·0.2 + 0.1·0.5 = 0.23; v = 0.999·0.04 + 0.001·0.25 = 0.04021.
    const [params = [], m = [], v = [], step] = run(f, [1, -1], [0.5, 0], [0.2, 0], [0.04, 0], [2], [0.1]);
    const moved = 1 - (0.1 * (0.23 / (1 - 0.9 ** 3))) / (Math.sqrt(0.04021 / (1 - 0.999 ** 3)) + 1e-8);
    expect(params).toEqual(near([moved, -1]));
    expect([m, v]).toEqual([near([0.23, 0]), near([0.04021, 0])]);
    expect(step).toEqual([3]);
  });

  test("decays weights apart from the gradient", () => {
    const decaying = adam({ weightDecay: 0.5 });
    const f = fn({ params: x, grad, state, lr }, (at) => decaying.update(at));
    const [params] = run(f, [2, -2], [0, 0], [0, 0], [0, 0], [0], [0.1]);
    expect(params).toEqual(near([1.9, -1.9]));
  });

  test("takes lr as a number, and as a scalar of the other dtype", () => {
    const fixed = fn({ params: x, grad, state }, (at) => adam.update({ ...at, lr: 0.1 }));
    const single = fn({ params: x, grad, state, lr: f32([]) }, (at) => adam.update(at));
    const inputs = [[1, 1], [0.5, -3], [0, 0], [0, 0], [0]];
    expect(run(fixed, ...inputs)[0]).toEqual(near([0.900000002, 1.1 - 0.1e-8 / 3]));
    expect(run(single, ...inputs, [0.1])).toEqual(run(fixed, ...inputs));
  });

  test("constants may be scalars of the graph", () => {
    const told = fn({ params: x, grad, state, lr, beta1: f64([]) }, ({ beta1, ...at }) => adam({ beta1 }).update(at));
    const fixed = fn({ params: x, grad, state, lr }, (at) => adam({ beta1: 0.7 }).update(at));
    const inputs = [[1, 1], [0.5, -3], [0.1, 0], [0.2, 0], [4], [0.1]];
    expect(run(told, ...inputs, [0.7])).toEqual(run(fixed, ...inputs));
  });

  test.each([
    [{ beta1: 1 }, "adam: beta1 must be from 0 up to, but not, 1, got 1"],
    [{ beta2: -0.1 }, "adam: beta2 must be from 0 up to, but not, 1, got -0.1"],
    [{ epsilon: Number.NaN }, "adam: epsilon must be 0 or more, got NaN"],
    [{ weightDecay: -1 }, "adam: weightDecay must be 0 or more, got -1"],
  ])("refuses %j", (options, message) => {
    expect(() => adam(options)).toThrow(message);
  });
});

describe("sgd", () => {
  test.each([
    ["plain", {}, [0.95, 2]],
    ["weight decay", { weightDecay: 0.1 }, [0.94, 1.98]],
  ])("%s", (_name, options, expected) => {
    const f = fn({ params: x, grad, lr }, (at) => ({ params: sgd(options).update({ ...at, state: {} }).params }));
    expect(run(f, [1, 2], [0.5, 0], [0.1])).toEqual([near(expected)]);
  });

  test.each([
    ["momentum", { momentum: 0.5 }, [0.93, 2]],
    ["Nesterov", { momentum: 0.5, nesterov: true }, [0.915, 2]],
  ])("%s", (_name, options, expected) => {
    const optimiser = sgd(options);
    const f = fn({ params: x, grad, state: optimiser.state(x), lr }, (at) => optimiser.update(at));
    expect(run(f, [1, 2], [0.5, 0], [0.4, 0], [0.1])).toEqual([near(expected), near([0.7, 0])]); // u = 0.5·0.4 + 0.5
  });

  test("nesterov needs momentum", () => {
    const options = { nesterov: true } as { weightDecay?: number }; // cast: the types refuse it as well
    expect(() => sgd(options)).toThrow("sgd: nesterov needs momentum, as in sgd({ momentum: 0.9, nesterov: true })");
  });
});

test("a whole step types and traces, for nested parameters and both dtypes", () => {
  const params = { layers: [{ w: f32([2]) }, { w: f32([2]) }] as const, scale: f32([]) };
  const loss = fn({ params, x: f32([2]) }, ({ params: { layers, scale }, x }) => {
    const h = mul(mul(layers[0].w, x), layers[1].w);
    return mul(scale, sum(add(h, x)));
  });
  const lossAndGrad = valueAndGrad(loss, "params");
  const step = fn(
    { ...loss.input, state: adam.state(params), lr: f32([]) },
    ({ state, lr, ...batch }) => {
      const { value, grad } = lossAndGrad(batch);
      return { value, ...adam.update({ params: batch.params, grad, state, lr }) };
    },
    { donate: ["params", "state"] },
  );
  expect(step.output).toMatchObject({ value: f32([]), params, state: adam.state(params) });
});
