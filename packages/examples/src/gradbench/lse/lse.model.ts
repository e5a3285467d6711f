/** GradBench's lse: log Σ eˣ, made of its parts. */
import { add, exp, f64, fn, grad, log, max, stopGradient, sub, sum } from "tapeless";

/**
 * log Σᵢ eˣⁱ = a + log Σᵢ eˣⁱ⁻ᵃ, with a = max x, so that no power overflows. The equation holds for every a, so a is a
 * constant to the derivative.
 */
export const primal = fn({ x: f64(["n"]) }, ({ x }) => {
  const a = stopGradient(max(x));
  return add(a, log(sum(exp(sub(x, a)))));
});

/** The softmax of x. */
export const gradient = grad(primal, "x");
