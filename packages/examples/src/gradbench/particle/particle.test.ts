/** particle: the published answer, and the flight and its derivative in w by hand. */
import { expect, test } from "vitest";
import { descend } from "../testing/by-hand.js";
import { answerOf, check } from "../testing/check.js";
import { slopes } from "../testing/slopes.js";
import * as generated from "./particle.gen.js";
import { particle } from "./particle.js";

/** A number and its derivative in w. */
type Dual = readonly [number, number];

const plus = (a: Dual, b: Dual): Dual => [a[0] + b[0], a[1] + b[1]];
const minus = (a: Dual, b: Dual): Dual => [a[0] - b[0], a[1] - b[1]];
const times = (a: Dual, b: Dual): Dual => [a[0] * b[0], a[1] * b[0] + a[0] * b[1]];
const over = (a: Dual, b: Dual): Dual => [a[0] / b[0], (a[1] - (a[0] / b[0]) * b[1]) / b[0]];
const root = (a: Dual): Dual => [Math.sqrt(a[0]), a[1] / (2 * Math.sqrt(a[0]))];
const constant = (value: number): Dual => [value, 0];

/** The square of where the particle meets the axis, and its derivative in w; -∇ 1/‖x - c‖ = (x - c)/‖x - c‖³ by hand. */
function missed(w: number): Dual {
  const charges = [
    [constant(10), [10 - w, -1] as Dual],
    [constant(10), constant(0)],
  ] as const;
  const step = constant(0.1);
  let [x, y, u, v] = [constant(0), constant(8), constant(0.75), constant(0)];
  for (;;) {
    let [a, b] = [constant(0), constant(0)];
    for (const [cx, cy] of charges) {
      const [dx, dy] = [minus(x, cx), minus(y, cy)];
      const squared = plus(times(dx, dx), times(dy, dy));
      const cube = times(squared, root(squared));
      [a, b] = [plus(a, over(dx, cube)), plus(b, over(dy, cube))];
    }
    [x, y] = [plus(x, times(step, u)), plus(y, times(step, v))];
    if (y[0] <= 0) break;
    [u, v] = [plus(u, times(step, a)), plus(v, times(step, b))];
  }
  const back = over(minus(constant(0), y), v);
  const met = plus(x, times(back, u));
  return times(met, met);
}

const goal = {
  value: ([w = 0]: readonly number[]) => missed(w)[0],
  gradient: ([w = 0]: readonly number[]) => [missed(w)[1]],
};

const byHand = (w: number): number => descend(goal, [w]).x[0] ?? Number.NaN;
const inEveryMode = (output: number) => ({ ff: output, fr: output, rf: output, rr: output });

const starts = [0, 0.1, -0.25, 0.5, 0.2071918746486116];

check(particle, [
  {
    from: "GradBench's own answer for 0",
    input: { w: 0 },
    outputs: inEveryMode(0.2071918746486116),
    within: 1e-12,
  },
  ...starts.map((w) => ({
    from: `the flight by hand, from ${w}`,
    input: { w },
    outputs: inEveryMode(byHand(w)),
    within: 1e-12,
  })),
]);

test("the derivative by hand is the slope", () => {
  const [column = []] = slopes(([w = 0]) => [missed(w)[0]], [0.3], 1e-3);
  expect(Math.abs((column[0] ?? 0) / missed(0.3)[1] - 1)).toBeLessThan(1e-9);
});

test("the landing found is the origin", () => {
  const found = answerOf(particle, "ff", { w: 0 }) as number;
  expect(Math.sqrt(missed(found)[0])).toBeLessThan(1e-4);
});

test("the descent differentiates the flight in the mode of its name: reverse mode alone keeps what the steps need", () => {
  const keeps = (f: unknown): boolean => String(f).includes("grown(");
  const { ff, fr, rf, rr } = generated;
  expect([ff, fr, rf, rr].map(keeps)).toEqual([false, false, true, true]);
});
