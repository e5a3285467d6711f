/** The projectile: flights against closed forms and another solver, gradients against differences, and what the fit finds. */
import { gradCheck, random } from "tapeless/runtime";
import { describe, expect, test } from "vitest";
import { draw, ticks } from "./drawing.js";
import { baseball, fit, type Launch, measure } from "./fitting.js";
import { cost, costAndGrad, flight, improved } from "./projectile.gen.js";

const gravity = 9.81;
const stepTime = 0.08;
const steps = 48;

const guess: Launch = { velocity: Float64Array.of(15, 30), drag: 0 };

const closeTo = (actual: ArrayLike<number>, expected: readonly number[], digits: number): void => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, digits);
};

describe("a flight", () => {
  test("without drag is the parabola x = v t, y = v t − g t²/2", () => {
    const velocity = Float64Array.of(20, 30);
    const parabola = Array.from({ length: steps }, (_, i) => (i + 1) * stepTime).flatMap((t) => [
      20 * t,
      30 * t - (gravity * t * t) / 2,
    ]);
    closeTo(flight({ launch: { velocity, drag: 0 } }), parabola, 11); // the method is exact for polynomials of degree 4
  });

  test("straight down approaches the speed √(g/k), by the closed form y = −ln(cosh(√(g k) t)) / k", () => {
    const drag = 0.05;
    const places = flight({ launch: { velocity: new Float64Array(2), drag } });
    const fallen = Array.from({ length: steps }, (_, i) => {
      const t = (i + 1) * stepTime;
      return [0, -Math.log(Math.cosh(Math.sqrt(gravity * drag) * t)) / drag];
    });
    closeTo(places, fallen.flat(), 5); // an error of order h⁴
  });

  test("with drag is that of ten thousand small steps of another method", () => {
    const { velocity, drag } = baseball;
    const parts = 200;
    const h = stepTime / parts;
    let [x, y, vx, vy] = [0, 0, velocity[0] ?? 0, velocity[1] ?? 0];
    const places: number[] = [];
    for (let i = 1; i <= steps * parts; i++) {
      // The midpoint method.
      const speed = Math.hypot(vx, vy);
      const mx = vx - (h / 2) * drag * speed * vx;
      const my = vy - (h / 2) * (gravity + drag * speed * vy);
      const middle = Math.hypot(mx, my);
      [x, y] = [x + h * mx, y + h * my];
      [vx, vy] = [vx - h * drag * middle * mx, vy - h * (gravity + drag * middle * my)];
      if (i % parts === 0) places.push(x, y);
    }
    closeTo(flight({ launch: baseball }), places, 4);
  });
});

describe("derivatives", () => {
  const measured = measure(baseball, 0.5, random.key(1));

  test("the gradient agrees with differences", () => {
    const value = (at: { launch: Launch; measured: Float64Array }) => cost(at);
    for (const launch of [guess, baseball, { velocity: Float64Array.of(30, 10), drag: 0.02 }]) {
      const report = gradCheck({ value, grad: (at) => costAndGrad(at).grad }, { launch, measured }, "launch");
      expect(String(report)).toContain("gradient check passed");
    }
  });

  test("a step with much damping goes against the gradient, which is computed backwards, in each coordinate", () => {
    const damping = 1e6;
    const next = improved({ launch: guess, measured, damping });
    const { grad } = costAndGrad({ launch: guess, measured });
    const moves = [0, 1].map((i) => (next.velocity[i] ?? 0) - (guess.velocity[i] ?? 0));
    for (const [i, move] of [...moves, next.drag - guess.drag].entries()) {
      const slope = [...grad.velocity, grad.drag][i] ?? 0;
      expect(Math.sign(move)).toBe(-Math.sign(slope));
    }
  });
});

describe("the fit", () => {
  test("finds the launch of a flight measured without errors, to the last digits", () => {
    const { launches, costs } = fit(measure(baseball, 0, random.key(0)), guess);
    closeTo(launches.at(-1)?.velocity ?? [], Array.from(baseball.velocity), 8);
    expect(launches.at(-1)?.drag).toBeCloseTo(baseball.drag, 10);
    expect(costs.length).toBeLessThan(12);
  });

  test.each([1, 2, 3])(
    "with errors (seed %i) it ends where the gradient vanishes, below the cost of the truth",
    (seed) => {
      const measured = measure(baseball, 0.5, random.key(seed));
      const { launches, costs } = fit(measured, guess);
      const launch = launches.at(-1) ?? guess;
      expect(costs.at(-1)).toBeLessThan(cost({ launch: baseball, measured }));
      for (const [i, value] of costs.slice(1).entries()) expect(value).toBeLessThan(costs[i] ?? 0);
      const { grad } = costAndGrad({ launch, measured });
      const first = costAndGrad({ launch: guess, measured }).grad;
      for (const i of [0, 1])
        expect(Math.abs(grad.velocity[i] ?? 1)).toBeLessThan(1e-6 * Math.abs(first.velocity[i] ?? 0));
      expect(Math.abs(grad.drag)).toBeLessThan(1e-6 * Math.abs(first.drag));
      closeTo(launch.velocity, Array.from(baseball.velocity), 0);
    },
  );
});

describe("the picture", () => {
  const measured = measure(baseball, 0.5, random.key(1));
  const svg = draw({
    title: "a < b & c",
    flights: [flight({ launch: guess }), flight({ launch: baseball })],
    measured,
  });

  test("has a curve for each flight and a circle for each place, and no text that is not escaped", () => {
    expect(svg.match(/<polyline /g)).toHaveLength(2);
    expect(svg.match(/<circle /g)).toHaveLength(steps);
    expect(svg).toContain("a &lt; b &amp; c");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("the earlier a flight, the fainter", () => {
    const [first = 0, last = 0] = Array.from(svg.matchAll(/opacity="([\d.]+)"/g), (match) => Number(match[1]));
    expect(first).toBeLessThan(last);
    expect(last).toBe(1);
  });

  test.each([
    [0, 85, [0, 20, 40, 60, 80]],
    [-3, 1, [-3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1]],
  ])("ticks between %d and %d", (from, to, expected) => {
    expect(ticks(from, to)).toEqual(expected);
  });
});
