/** ode: yᵢ(2) = x₀…xᵢ·2ⁱ⁺¹/(i + 1)!, which Runge-Kutta gives exactly up to the fourth power of the step and not beyond. */
import { check } from "../testing/check.js";
import { ode } from "./ode.js";

const x = [0.5, -3, 2, 1.25];
const product = (factors: readonly number[]) => factors.reduce((so, factor) => so * factor, 1);
const exact = x.map((_, i) => {
  const factorial = product(Array.from({ length: i + 1 }, (_, k) => k + 1));
  return (product(x.slice(0, i + 1)) * 2 ** (i + 1)) / factorial;
});

check(ode, [
  ...[1, 3, 50].map((s) => ({
    from: `four equations in ${s} steps`,
    input: { x, s },
    outputs: { primal: exact, gradient: x.map((each) => (exact[3] ?? Number.NaN) / each) },
  })),
  {
    from: "the fifth equation in one step of order four: nothing arrives",
    input: { x: [...x, 7], s: 1 },
    outputs: { primal: [...exact, 0], gradient: [0, 0, 0, 0, 0] },
  },
  { from: "one equation", input: { x: [3], s: 4 }, outputs: { primal: [6], gradient: [2] } },
]);
