/** llsq of three points, where t and its sign are -1, 0 and 1, in closed form. */
import { check } from "../testing/check.js";
import { llsq } from "./llsq.js";

check(llsq, [
  {
    from: "a constant a: ½((1 + a)² + a² + (1 - a)²) = 1 + 3a²/2",
    input: { n: 3, x: [0.4] },
    outputs: { primal: 1.24, gradient: [1.2] },
  },
  {
    from: "a line a + bt: 3a²/2 + (1 - b)²",
    input: { n: 3, x: [0.4, -2] },
    outputs: { primal: 0.24 + 9, gradient: [1.2, -6] },
  },
  {
    from: "through every point: nothing is left",
    input: { n: 3, x: [0, 0.75, 0, 0.25] },
    outputs: { primal: 0, gradient: [0, 0, 0, 0] },
  },
]);
