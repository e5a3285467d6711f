/**
 * GradBench's saddle: min over x of max over y of f(x, y) = x·x - y·y, both by gradient descent, so that the descent in x
 * differentiates the descent in y. Proposed by Pearlmutter & Siskind 2008, "Using programming language theory to make
 * automatic differentiation sound and efficient".
 */
import { concat, dot, f64, fn, sub } from "tapeless";
import { argmax, argmin, forward, type Gradient, max, reverse, type Scalar, type Vector } from "../descent.part.js";

const f = (x: Vector, y: Vector): Scalar => sub(dot(x, x), dot(y, y));

/** The saddle point [x, y] from `start` on, with the mode of the outer descent, and that of the one inside it. */
const saddle = (outer: Gradient, inner: Gradient) =>
  fn({ start: f64([2]) }, ({ start }) => {
    const x = argmin(outer, (x) => max(inner, (y) => f(x, y), start), start);
    const y = argmax(outer, (y) => f(x, y), start);
    return concat([x, y]);
  });

export const ff = saddle(forward, forward);
export const fr = saddle(forward, reverse);
export const rf = saddle(reverse, forward);
export const rr = saddle(reverse, reverse);
