/** The neuron: its generated gradient is the one worked out on paper, and descent reaches the least-squares optimum. */
import { expect, test } from "vitest";
import { features, loadFlowers } from "./data.js";
import { fit } from "./fitting.js";
import { cost, costAndGrad } from "./neuron.gen.js";

const { x, y } = loadFlowers();
const n = y.length;
const width = features.length;

const row = (i: number): Float64Array => x.subarray(i * width, (i + 1) * width);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** With z = x·w + b and a = max(0, z): dC/dw = 2/N Σ_{z > 0} (a − y) xᵀ, dC/db the same with 1 for x. */
function onPaper(w: Float64Array, b: number): { value: number; w: number[]; b: number } {
  const sum = { value: 0, w: new Array<number>(width).fill(0), b: 0 };
  for (let i = 0; i < n; i++) {
    const z = dot(row(i), w) + b;
    const difference = Math.max(0, z) - (y[i] ?? 0);
    sum.value += difference ** 2 / n;
    if (z <= 0) continue;
    sum.b += (2 / n) * difference;
    for (let j = 0; j < width; j++) sum.w[j] = (sum.w[j] ?? 0) + (2 / n) * difference * (row(i)[j] ?? 0);
  }
  return sum;
}

test.each([
  { w: [0, 0, 0], b: 1, active: "all" },
  { w: [0.3, -0.2, 0.9], b: 0.1, active: "some" },
  { w: [-1, 2, -0.5], b: -0.4, active: "some" },
  { w: [0, 0, 0], b: -1, active: "none" },
])("the gradient at w = $w, b = $b, where $active of the flowers are active", ({ w, b, active }) => {
  const params = { w: Float64Array.from(w), b };
  const positive = Array.from({ length: n }, (_, i) => dot(row(i), params.w) + b > 0).filter(Boolean).length;
  expect(active).toBe(positive === n ? "all" : positive === 0 ? "none" : "some");
  const { value, grad } = costAndGrad({ params, x, y });
  const expected = onPaper(params.w, b);
  expect(value).toBeCloseTo(expected.value, 12);
  expect(cost({ params, x, y })).toBe(value);
  expect(grad.b).toBeCloseTo(expected.b, 12);
  for (let j = 0; j < width; j++) expect(grad.w[j]).toBeCloseTo(expected.w[j] ?? Number.NaN, 12);
});

/** The least mean square of a line through the data: normal equations, by elimination (they are well conditioned). */
function leastSquares(): number {
  const rows = Array.from({ length: n }, (_, i) => [...row(i), 1]);
  const size = width + 1;
  const table = Array.from({ length: size }, (_, r) => [
    ...Array.from({ length: size }, (_, c) => rows.reduce((sum, each) => sum + (each[r] ?? 0) * (each[c] ?? 0), 0)),
    rows.reduce((sum, each, i) => sum + (each[r] ?? 0) * (y[i] ?? 0), 0),
  ]);
  for (let pivot = 0; pivot < size; pivot++) {
    const [from = []] = [table[pivot]];
    table.forEach((to, r) => {
      const factor = r === pivot ? 0 : (to[pivot] ?? 0) / (from[pivot] ?? 1);
      table[r] = to.map((value, c) => value - factor * (from[c] ?? 0));
    });
  }
  const solution = table.map((each, r) => (each[size] ?? 0) / (each[r] ?? 1));
  return rows.reduce((sum, each, i) => sum + (dot(each, solution) - (y[i] ?? 0)) ** 2 / n, 0);
}

test("descent comes near the least-squares optimum, which the relu can only improve on", () => {
  const { costs } = fit({ x, y });
  const [before = 0, after = Number.NaN] = [costs[0], costs.at(-1)];
  const best = leastSquares();
  expect(before).toBeGreaterThan(10 * best);
  expect(after).toBeLessThan(1.0001 * best);
  expect(after).toBeGreaterThan(0.9 * best);
  costs.slice(1).forEach((value, i) => {
    expect(value).toBeLessThanOrEqual((costs[i] ?? 0) + 1e-12);
  });
});
