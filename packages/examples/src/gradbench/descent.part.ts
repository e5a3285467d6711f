/**
 * Gradient descent in the language, as GradBench's `particle` and `saddle` ask for it, with the mode of differentiation
 * as an argument.
 *
 * Invariant: every decision is the one that GradBench's own descent takes (its cpp/gradbench/gd.hpp), in the same order and
 * of the same numbers, so that the paths are equal and with them the last digits of where they end.
 */
import {
  add,
  cond,
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
  mul,
  neg,
  ones,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
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
  const none = zeros([], "i32");
  const first = {
    x: start,
    value: value(start),
    slope: gradient(start),
    rate: full([], firstRate, "f64"),
    good: none,
    stuck: zeros([], "bool"),
  };
  type Place = typeof first;
  const faster = (at: Place): Place => ({ ...at, rate: mul(at.rate, 2), good: none });
  const tried = (at: Place, x: Vector): Place => {
    const reached = value(x);
    return cond(
      less(reached, at.value),
      () => ({ ...at, x, value: reached, slope: gradient(x), good: add(at.good, 1) }),
      () => ({ ...at, rate: mul(at.rate, 0.5), good: none }),
    );
  };
  const moved = (at: Place): Place => {
    const x = sub(at.x, mul(at.rate, at.slope));
    return cond(
      lessEqual(length(sub(at.x, x)), shortest),
      () => ({ ...at, stuck: ones([], "bool") }),
      () => tried(at, x),
    );
  };
  const { x } = whileLoop(
    ({ slope, stuck }) => logicalAnd(greater(length(slope), shortest), logicalNot(stuck)),
    (at) =>
      cond(
        equal(at.good, goodSteps),
        () => faster(at),
        () => moved(at),
      ),
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
