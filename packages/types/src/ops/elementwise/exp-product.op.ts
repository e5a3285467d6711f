/**
 * Exponential of a product: y = e^(ab), dy = y (b da + a db). What the derivatives of the error function are made of: in
 * `exp(mul(a, b))` a rounding of the product is as large an error of the exponential as the product itself.
 */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "expProduct",
  doc: "Exponential of a product, e^(ab), elementwise, without the rounding error of ab; operands up to 1e38.",
  arity: 2,
  lower: (s, x, y) => s.expProduct(x, y),
  partials: (o, x, y, _z, out) => [o.mul(y, out), o.mul(x, out)],
  samples: [
    {
      in: [
        [0, 1, -2],
        [5, -1, 0.5],
      ],
      out: [1, 0.36787944117144233, 0.36787944117144233],
    },
  ],
  edges: [0, 1000, -1000, Number.NaN],
});
