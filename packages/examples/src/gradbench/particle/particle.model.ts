/**
 * GradBench's particle: a charged particle flies past two charges, one of which w moves, until it meets the axis y = 0; w
 * is to be such that it meets it at the origin. The force is a gradient, and the descent in w differentiates the flight.
 * Proposed by Pearlmutter & Siskind 2008, "Using programming language theory to make automatic differentiation sound and
 * efficient".
 */
import {
  add,
  div,
  f64,
  fn,
  full,
  greater,
  mul,
  neg,
  reciprocal,
  reshape,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  whileLoop,
} from "tapeless";
import { argmin, forward, type Gradient, reverse, type Scalar, type Vector } from "../descent.part.js";

const timeStep = 0.1;

const scalar = (value: number) => full([], value, "f64");
const element = (x: Vector, i: number): Scalar => reshape(slice(x, 0, i, i + 1), []);
const distance = (a: Vector, b: Vector): Scalar => sqrt(sum(square(sub(a, b))));

/**
 * Where the particle meets the axis, by Euler's method: x ← x + Δt ẋ, ẋ ← ẋ - Δt ∇p(x), with p(x) = Σ 1/‖x - charge‖. Of
 * the step that would lead to the axis or below, the part up to the axis is taken.
 */
function landing(gradient: Gradient, w: Scalar): Scalar {
  const charges = [stack([scalar(10), sub(10, w)]), stack([scalar(10), scalar(0)])] as const;
  const potential = (x: Vector): Scalar =>
    add(reciprocal(distance(charges[0], x)), reciprocal(distance(charges[1], x)));
  const ahead = (x: Vector, speed: Vector): Vector => add(x, mul(timeStep, speed));
  const { x, speed } = whileLoop(
    ({ x, speed }) => greater(element(ahead(x, speed), 1), 0),
    ({ x, speed }) => ({ x: ahead(x, speed), speed: sub(speed, mul(timeStep, gradient(potential, x))) }),
    { x: stack([scalar(0), scalar(8)]), speed: stack([scalar(0.75), scalar(0)]) },
  );
  const below = ahead(x, speed);
  const back = div(neg(element(below, 1)), element(speed, 1));
  return add(element(below, 0), mul(back, element(speed, 0)));
}

/** The w whose landing is nearest to the origin, with the mode of the descent, and that of the force inside it. */
const particle = (outer: Gradient, inner: Gradient) =>
  fn({ w: f64([]) }, ({ w }) => {
    const missed = (w: Vector): Scalar => square(landing(inner, element(w, 0)));
    return element(argmin(outer, missed, stack([w])), 0);
  });

export const ff = particle(forward, forward);
export const fr = particle(forward, reverse);
export const rf = particle(reverse, forward);
export const rr = particle(reverse, reverse);
