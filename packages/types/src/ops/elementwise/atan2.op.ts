/** Angle: y = the angle of the point (b, a), dy = (b da - a db)/(a² + b²). A primitive, because a/b alone has lost the quadrant. */
import type { BinaryFn } from "../../shape/elementwise.js";
import { defineElementwise, elementwiseFunction } from "../define.js";

export default defineElementwise({
  name: "atan2",
  doc: "Angle of the point (b, a) in radians, in (-π, π], elementwise; its derivatives at the origin are 0.",
  arity: 2,
  lower: (s, x, y) => s.atan2(x, y),
  partials: (o, x, y) => [o.angleSlope(y, x), o.neg(o.angleSlope(x, y))],
  samples: [
    {
      in: [
        [1, 1, -1, -2, 0],
        [1, -1, 0, -1, 0],
      ],
      out: [Math.PI / 4, 2.356194490192345, -Math.PI / 2, -2.0344439357957027, 0],
    },
  ],
  edges: [0, 1e-200, 1e200, Number.NaN],
});

/**
 * Angle of the point (b, a) in radians, elementwise, in (-π, π].
 *
 * @shapes a, b: broadcast -> broadcast
 * @formula y = the angle with sin y = a/h and cos y = b/h, h = √(a² + b²)
 * @derivative dy = (b da - a db) / (a² + b²)
 * @conventions the derivatives where a and b are 0 are 0
 */
export const atan2 = elementwiseFunction<BinaryFn<"atan2", "float">>("atan2");
