/** GradBench's llsq: the coefficients of a polynomial that fits the sign of t, by least squares. */
import {
  add,
  arange,
  cast,
  dimension,
  div,
  f64,
  fn,
  grad,
  mul,
  scan,
  sign,
  square,
  sub,
  sum,
  zerosLike,
} from "tapeless";

/**
 * ½ Σᵢ (sign tᵢ - Σⱼ xⱼ tᵢʲ)² over n points from -1 to 1, by Horner's rule p ← p·t + xⱼ from the highest j down, at all points
 * at once. A step is linear in p and x, so the derivative keeps nothing of it.
 */
export const primal = fn({ x: f64(["m"]) }, ({ x }) => {
  const t = add(div(mul(2, cast(arange("n"), "f64")), sub(dimension("n", "f64"), 1)), -1);
  const [p] = scan((p, xj) => [add(mul(p, t), xj), null] as const, zerosLike(t), x, { reverse: true });
  return mul(0.5, sum(square(sub(sign(t), p))));
});

export const gradient = grad(primal, "x");
