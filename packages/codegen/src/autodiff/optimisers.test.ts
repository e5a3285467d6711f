/**
 * Derivatives of what optimisers find, where they are known in closed form: loops that run until a gradient is small, with
 * that gradient inside, in every mixture of modes; and such loops inside of each other.
 */
import {
  abs,
  add,
  div,
  exp,
  f64,
  fn,
  grad,
  greater,
  hessian,
  jacobian,
  less,
  logicalAnd,
  map,
  mul,
  neg,
  sin,
  square,
  stack,
  sub,
  sum,
  type Tensor,
  whileLoop,
  zeros,
} from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { everyLevel } from "./testing/all-levels.js";

type Scalar = Tensor<[], "f64">;
type Goal = (x: Scalar) => Scalar;
type Slope = (goal: Goal, x: Scalar) => Scalar;

const one = (goal: Goal) => fn({ x: f64([]) }, ({ x }) => goal(x));
const reverse: Slope = (goal, x) => grad(one(goal))({ x });
const forward: Slope = (goal, x) => jacobian(one(goal), "x", { mode: "forward" })({ x });

const modes: readonly (readonly [string, Slope])[] = [
  ["reverse", reverse],
  ["forward", forward],
];
const pairs = modes.flatMap(([outer, f]) => modes.map(([inner, g]) => [outer, inner, f, g] as const));

/** Where the goal is least, by steps of a fixed rate until they are tiny. */
const argmin = (slope: Slope, goal: Goal, start: Scalar, rate = 0.4): Scalar =>
  whileLoop(
    ({ g, k }) => logicalAnd(greater(abs(g), 1e-13), less(k, 400)),
    ({ x, g, k }) => {
      const next = sub(x, mul(rate, g));
      return { x: next, g: slope(goal, next), k: add(k, 1) };
    },
    { x: start, g: slope(goal, start), k: zeros([], "i32") },
  ).x;

const argmax = (slope: Slope, goal: Goal, start: Scalar, rate = 0.4): Scalar =>
  argmin(slope, (x) => neg(goal(x)), start, rate);

/** Inputs and results of one program: f at p and its first derivative in both modes. */
async function firstOrder(f: Goal, p: number): Promise<readonly number[]> {
  const all = fn({ p: f64([]) }, ({ p }) => stack([f(p), reverse(f, p), forward(f, p)]));
  return (await everyLevel(all, [[p]])).results.flat();
}

/** The second derivative in three mixtures of modes. */
async function secondOrder(f: Goal, p: number): Promise<readonly number[]> {
  const all = fn({ p: f64([]) }, ({ p }) =>
    stack([reverse((q) => reverse(f, q), p), forward((q) => reverse(f, q), p), reverse((q) => forward(f, q), p)]),
  );
  return (await everyLevel(all, [[p]])).results.flat();
}

const near = (found: readonly number[], wanted: readonly number[], within = 1e-9): void => {
  expect(found.length).toBe(wanted.length);
  const furthest = Math.max(...found.map((value, k) => Math.abs(value - (wanted[k] ?? Number.NaN))));
  expect(furthest, `${found} instead of ${wanted}`).toBeLessThanOrEqual(within);
};

describe.each(modes)("a descent with its gradient in %s mode", (_, slope) => {
  test("to the sine of its parameter", async () => {
    const f: Goal = (p) => argmin(slope, (x) => square(sub(x, sin(p))), mul(0, p));
    const p = 0.7;
    near(await firstOrder(f, p), [Math.sin(p), Math.cos(p), Math.cos(p)]);
    near(await secondOrder(f, p), Array<number>(3).fill(-Math.sin(p)));
  });

  test("to the solution of an equation: x + x³ = p", async () => {
    const f: Goal = (p) =>
      argmin(slope, (x) => sub(add(div(square(x), 2), div(square(square(x)), 4)), mul(p, x)), mul(0, p), 0.3);
    const x = 0.6;
    const first = 1 / (1 + 3 * x * x);
    const second = -6 * x * first ** 3;
    near(await firstOrder(f, x + x ** 3), [x, first, first]);
    near(await secondOrder(f, x + x ** 3), [second, second, second]);
  });
});

describe.each(pairs)("a descent in %s mode around one in %s mode", (_outer, _inner, outer, inner) => {
  test("max over y of -(y - 1)² - min over x of (x - yp)² + x²", async () => {
    const least = (y: Scalar, p: Scalar): Scalar => {
      const goal: Goal = (x) => add(square(sub(x, mul(y, p))), square(x));
      return goal(argmin(inner, goal, mul(0, p), 0.25));
    };
    const f: Goal = (p) => argmax(outer, (y) => neg(add(square(sub(y, 1)), least(y, p))), mul(0, p), 0.3);
    const p = 0.8;
    const d = 1 + (p * p) / 2;
    near(await firstOrder(f, p), [1 / d, -p / d ** 2, -p / d ** 2]);
  });
});

test("the derivative of a trained value in its rate: (1 - 2a)ᵏ", async () => {
  const f: Goal = (a) =>
    whileLoop(
      ({ k }) => less(k, 7),
      ({ x, k }) => ({
        x: sub(
          x,
          mul(
            a,
            reverse((x) => square(x), x),
          ),
        ),
        k: add(k, 1),
      }),
      { x: add(mul(0, a), 3), k: zeros([], "i32") },
    ).x;
  const a = 0.15;
  const r = 1 - 2 * a;
  const second = 3 * 7 * 6 * 4 * r ** 5;
  near(await firstOrder(f, a), [3 * r ** 7, -42 * r ** 6, -42 * r ** 6]);
  near(await secondOrder(f, a), [second, second, second]);
});

test("roots of many numbers, one after the other, by Newton's method with the slope inside", async () => {
  const root = (a: Scalar): Scalar =>
    whileLoop(
      ({ x, old }) => greater(abs(sub(x, old)), 1e-14),
      ({ x }) => {
        const goal: Goal = (x) => sub(mul(x, square(x)), a);
        return { x: sub(x, div(goal(x), reverse(goal, x))), old: x };
      },
      { x: add(mul(0, a), 1.5), old: zeros([], "f64") },
    ).x;
  const roots = fn({ a: f64(["n"]) }, ({ a }) => sum(map(root, a)));
  const a = [0.5, 1, 8, 2.7, 0.01];
  const slope = a.map((v) => v ** (-2 / 3) / 3);
  near((await everyLevel(grad(roots, "a"), [a], { n: a.length })).results.flat(), slope, 1e-8);
  const { results } = await everyLevel(hessian(roots, "a"), [a], { n: a.length });
  near(
    results.flat(),
    a.flatMap((v, i) => a.map((_, j) => (i === j ? (-2 / 9) * v ** (-5 / 3) : 0))),
    1e-6,
  );
});

test("weights of a softmax found by a descent: the sensitivity is the inverse Hessian", async () => {
  // minimise Σ exp(xᵢ) - p·x: x = log p
  const f = fn({ p: f64([3]) }, ({ p }) => {
    const goal = fn({ x: f64([3]) }, ({ x }) => sub(sum(exp(x)), sum(mul(p, x))));
    const { x } = whileLoop(
      ({ g }) => greater(sum(square(g)), 1e-28),
      ({ x, g }) => {
        const next = sub(x, mul(0.3, g));
        return { x: next, g: grad(goal)({ x: next }) };
      },
      { x: zeros([3], "f64"), g: grad(goal)({ x: zeros([3], "f64") }) },
    );
    return x;
  });
  const p = [0.5, 1.5, 2];
  const wanted = p.flatMap((v, i) => p.map((_, j) => (i === j ? 1 / v : 0)));
  for (const mode of ["forward", "reverse"] as const) {
    near((await everyLevel(jacobian(f, "p", { mode }), [p])).results.flat(), wanted, 1e-9);
  }
});
