/**
 * Choices in loops with a test, and the other way round: the value, both first derivatives and the second ones in all
 * ways of nesting, in ONE program, which shares what it can between them. Against dual numbers.
 */
import {
  abs,
  add,
  cond,
  div,
  f64,
  fn,
  fori,
  full,
  grad,
  greater,
  jvp,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  mul,
  ones,
  sin,
  square,
  stack,
  sub,
  switchCase,
  type Tensor,
  whileLoop,
  zeros,
} from "@tapeless/types";
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { resultsOf } from "../op-tests/testing/programs-of-users.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";
import * as n from "./testing/dual-numbers.js";

type Scalar = Tensor<[], "f64">;
type Goal = (x: Scalar) => Scalar;
type Slope = (goal: Goal, x: Scalar) => Scalar;

const one = (goal: Goal) => fn({ x: f64([]) }, ({ x }) => goal(x));
const reverse: Slope = (goal, x) => grad(one(goal))({ x });
const forward: Slope = (goal, x) => jvp(one(goal))({ input: { x }, tangent: { x: full([], 1, "f64") } }).tangent;

/** f, f' twice, f'' three times. */
const derivatives = (f: Goal) =>
  fn({ p: f64([]) }, ({ p }) =>
    stack([
      f(p),
      reverse(f, p),
      forward(f, p),
      reverse((q) => reverse(f, q), p),
      forward((q) => reverse(f, q), p),
      reverse((q) => forward(f, q), p),
    ]),
  );

/** `want` is f, f', f''. */
async function check(f: Goal, p: number, want: readonly [number, number, number]): Promise<void> {
  const program = derivatives(f);
  const { call } = await importText(moduleText({ call: program }));
  const [value, first, second] = want;
  const expected = [value, first, first, second, second, second];
  const close = expected.map((number) => expect.closeTo(number, 11));
  expect([...(call?.({ p }) ?? [])]).toEqual(close);
  expect(resultsOf(program, [[p]]).flat()).toEqual(close); // by the evaluation of the program
  expect(Math.abs(second)).toBeGreaterThan(0.01); // else the last three say nothing
}

// ---- a descent: a step that is too short ends it, one that leads up halves the rate, any other raises it

const [steep, short] = [1e-3, 1e-4];

const goal =
  (p: Scalar): Goal =>
  (x) => {
    const off = sub(x, sin(p));
    return add(square(off), square(square(off)));
  };

const descent =
  (slope: Slope): Goal =>
  (p) => {
    const f = goal(p);
    const start = mul(p, p);
    const { x } = whileLoop(
      ({ g, stuck }) => logicalAnd(greater(abs(g), steep), logicalNot(stuck)),
      (at) => {
        const next = sub(at.x, mul(at.rate, at.g));
        const moved = () => {
          const v = f(next);
          return cond(
            less(v, at.v),
            () => ({ ...at, x: next, v, g: slope(f, next), rate: mul(at.rate, 1.2) }),
            () => ({ ...at, rate: mul(at.rate, 0.5) }),
          );
        };
        return cond(lessEqual(abs(sub(next, at.x)), short), () => ({ ...at, stuck: ones([], "bool") }), moved);
      },
      { x: start, v: f(start), g: slope(f, start), rate: full([], 1.3, "f64"), stuck: zeros([], "bool") },
    );
    return x;
  };

const slopeOf = (f: (x: n.Num) => n.Num, x: n.Num): n.Num => n.push(([y = 0]) => [f(y)], [x], [1])[0] ?? 0;
const minus = (x: n.Num, y: n.Num): n.Num => n.add(x, n.mul(-1, y));
const squared = (x: n.Num): n.Num => n.mul(x, x);

/** The same in dual numbers, and what its steps were. */
function descentOfNumbers(p: n.Num, seen: Set<string> = new Set()): n.Num {
  const f = (x: n.Num): n.Num => {
    const off = minus(x, n.sin(p));
    return n.add(squared(off), squared(squared(off)));
  };
  let [x, rate] = [squared(p), 1.3];
  let [v, g] = [f(x), slopeOf(f, x)];
  while (Math.abs(n.plain(g)) > steep) {
    const next = minus(x, n.mul(rate, g));
    if (Math.abs(n.plain(next) - n.plain(x)) <= short) break;
    const isBetter = n.plain(f(next)) < n.plain(v);
    seen.add(isBetter ? "better" : "worse");
    if (isBetter) [x, v, g] = [next, f(next), slopeOf(f, next)];
    rate *= isBetter ? 1.2 : 0.5;
  }
  return x;
}

describe("choices in a loop with a test: a descent, whose goal is differentiated in it", () => {
  test.each([
    ["reverse", reverse],
    ["forward", forward],
  ])("in %s mode", async (_mode, slope) => {
    const seen = new Set<string>();
    descentOfNumbers(0.7, seen);
    expect([...seen].sort()).toEqual(["better", "worse"]);
    const found = (p: n.Num): n.Num => descentOfNumbers(p);
    const first = (p: n.Num): n.Num => slopeOf(found, p);
    const [value, once, twice] = [found(0.7), first(0.7), slopeOf(first, 0.7)].map(n.plain);
    await check(descent(slope), 0.7, [value ?? 0, once ?? 0, twice ?? 0]);
  });
});

/** √a by Newton's iteration, until it stands. */
const root: Goal = (a) =>
  whileLoop(
    ({ x, old }) => greater(abs(sub(x, old)), 1e-9),
    ({ x }) => ({ x: mul(0.5, add(x, div(a, x))), old: x }),
    { x: full([], 1.5, "f64"), old: zeros([], "f64") },
  ).x;

test("a loop with a test in branches, in a loop over whole numbers", async () => {
  const f: Goal = (p) => fori(0, 3, (i, x) => switchCase(i, [() => root(x), () => mul(x, p), () => sin(root(x))]), p);
  // y = p^¾ = √(√p · p); (sin y)' = cos y · y', (sin y)'' = -sin y · y'² + cos y · y''
  const p = 0.8;
  const [y, dy, d2y] = [p ** 0.75, 0.75 * p ** -0.25, 0.75 * -0.25 * p ** -1.25];
  await check(f, p, [Math.sin(y), Math.cos(y) * dy, -Math.sin(y) * dy * dy + Math.cos(y) * d2y]);
});
