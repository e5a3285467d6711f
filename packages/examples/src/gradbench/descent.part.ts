/**
 * Gradient descent in the language, as GradBench's `particle` and `saddle` ask for it, with the mode of differentiation
 * as an argument.
 *
 * Invariant: every decision is the one that GradBench's own descent takes (its cpp/gradbench/gd.hpp), in the same order and
 * of the same numbers, so that the paths are equal and with them the last digits of where they end.
 */
import {
  add,
  equal,
  f64,
  fn,
  full,
  grad,
  greater,
  jacobian,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  mul,
  neg,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  where,
  whileLoop,
  zeros,
} from "tapeless";

export type Scalar = Tensor<[], "f64">;
export type Vector = Tensor<[number], "f64">;
export type Goal = (x: Vector) => Scalar;

/** How a gradient is computed: of a function, at a point. */
export type Gradient = (goal: Goal, x: Vector) => Vector;

/** Reverse mode: one pass backwards. */
export const reverse: Gradient = (goal, x) => grad(fn({ x: f64(x.shape) }, ({ x }) => goal(x)))({ x });

/** Forward mode: one pass for each element of x. */
export const forward: Gradient = (goal, x) =>
  jacobian(
    fn({ x: f64(x.shape) }, ({ x }) => goal(x)),
    "x",
    { mode: "forward" },
  )({ x });

const length = (x: Vector): Scalar => sqrt(sum(square(x)));

/** The descent is over where the gradient, or the next step, is no longer than this. */
const shortest = 1e-5;
const firstRate = 1e-5;
/** After so many good steps in a row the rate is doubled. */
const goodSteps = 10;

/** Where a goal is least, from `start` on; a goal that has its `gradient`. */
function descend(value: Goal, gradient: (x: Vector) => Vector, start: Vector): Vector {
  const first = {
    x: start,
    value: value(start),
    slope: gradient(start),
    rate: full([], firstRate, "f64"),
    good: zeros([], "i32"),
    stuck: zeros([], "bool"),
  };
  const { x } = whileLoop(
    ({ slope, stuck }) => logicalAnd(greater(length(slope), shortest), logicalNot(stuck)),
    (at) => {
      const next = sub(at.x, mul(at.rate, at.slope));
      const nextValue = value(next);
      const faster = equal(at.good, goodSteps);
      const stuck = logicalAnd(logicalNot(faster), lessEqual(length(sub(at.x, next)), shortest));
      const better = logicalAnd(logicalNot(logicalOr(faster, stuck)), less(nextValue, at.value));
      const kept = where(logicalOr(stuck, better), at.rate, mul(at.rate, 0.5));
      return {
        x: where(better, next, at.x),
        value: where(better, nextValue, at.value),
        slope: where(better, gradient(next), at.slope),
        rate: where(faster, mul(at.rate, 2), kept),
        good: where(better, add(at.good, 1), 0),
        stuck,
      };
    },
    first,
  );
  return x;
}

/** Where a goal is least, as far as a descent from `start` on finds it. */
export const argmin = (gradient: Gradient, goal: Goal, start: Vector): Vector =>
  descend(goal, (x) => gradient(goal, x), start);

/** Where a goal is largest: where its negation is least. */
export const argmax = (gradient: Gradient, goal: Goal, start: Vector): Vector =>
  descend(
    (x) => neg(goal(x)),
    (x) => neg(gradient(goal, x)),
    start,
  );

/** The largest value of a goal. */
export const max = (gradient: Gradient, goal: Goal, start: Vector): Scalar => goal(argmax(gradient, goal, start));
