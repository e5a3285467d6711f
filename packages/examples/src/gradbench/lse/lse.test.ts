/** lse, where log Σ eˣ and the softmax are known in closed form. */
import { check } from "../testing/check.js";
import { lse } from "./lse.js";

const ofEqual = (n: number, x: number) => ({
  from: `${n} times ${x} is ${x} + log ${n}`,
  input: { x: Array<number>(n).fill(x) },
  outputs: { primal: x + Math.log(n), gradient: Array<number>(n).fill(1 / n) },
});

check(lse, [
  ofEqual(1, 0.3),
  ofEqual(5, 1e4),
  ofEqual(2501, -1e6),
  {
    from: "logarithms of numbers: the sum of the numbers, and their shares",
    input: { x: [1, 2, 3, 4, 6].map(Math.log) },
    outputs: { primal: Math.log(16), gradient: [1 / 16, 2 / 16, 3 / 16, 4 / 16, 6 / 16] },
  },
  {
    from: "one so much larger than the rest that nothing is left of them",
    input: { x: [-800, 0, -5000] },
    outputs: { primal: 0, gradient: [0, 1, 0] },
  },
]);
