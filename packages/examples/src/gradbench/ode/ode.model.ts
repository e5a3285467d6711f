/** GradBench's ode: a chain of linear differential equations, solved by the classical Runge-Kutta method. */
import {
  add,
  checkpoint,
  concat,
  dimension,
  div,
  f64,
  fn,
  grad,
  mul,
  ones,
  scan,
  slice,
  sum,
  zerosLike,
} from "tapeless";

const vector = f64(["n"]);

/** y(t + h) of y₀' = x₀ and yᵢ' = xᵢ yᵢ₋₁. Of a step backward mode keeps y alone. */
const step = checkpoint(
  fn({ x: vector, y: vector, h: f64([]) }, ({ x, y, h }) => {
    const slope = (at: typeof y) => mul(x, concat([ones([1], "f64"), slice(at, 0, 0, -1)]));
    const half = div(h, 2);
    const k1 = slope(y);
    const k2 = slope(add(y, mul(half, k1)));
    const k3 = slope(add(y, mul(half, k2)));
    const k4 = slope(add(y, mul(h, k3)));
    return add(y, mul(div(h, 6), add(k1, mul(2, add(k2, k3)), k4)));
  }),
);

/** y(2) from y(0) = 0, in s steps. */
export const primal = fn({ x: vector }, ({ x }) => {
  const h = div(2, dimension("s", "f64"));
  const [last] = scan((y) => [step({ x, y, h }), null] as const, zerosLike(x), null, { length: "s" });
  return last;
});

/** Of the last element of y(2). */
export const gradient = grad(
  fn(primal.input, (input) => sum(slice(primal(input), 0, -1))),
  "x",
);
