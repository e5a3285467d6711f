/** Length: y = √(a² + b²), dy = (a da + b db)/y. A primitive, because squares overflow and underflow where y does not. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "hypot",
  doc: "Length √(a² + b²), elementwise, without overflow or underflow on the way; its derivatives at the origin are 0.",
  arity: 2,
  lower: (s, x, y) => s.hypot(x, y),
  partials: (o, x, y) => [o.direction(x, y), o.direction(y, x)],
  samples: [
    {
      in: [
        [3, 1, 0, 3e300],
        [4, 1, 0, -4e300],
      ],
      out: [5, Math.SQRT2, 0, 5e300],
    },
  ],
  edges: [0, 1e-300, 1e300, Number.NaN],
});

/**
 * Length of the hypotenuse, elementwise, without overflow or underflow on the way.
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = √(a² + b²)
 * @derivative dy = (a da + b db) / y
 * @conventions the derivatives where a and b are 0 are 0, as those of a norm
 */
export const hypot = elementwiseFunction<BinaryFn<"hypot", "float">>("hypot");
