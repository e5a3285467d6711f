/** The derivative of gelu, y = Φ(x) + x φ(x), and its own: y' = (2 - x²) φ(x), factored so that x² does not overflow. */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "geluSlope",
  doc: "Derivative of gelu, elementwise, accurate near its zero.",
  lower: (s, x) => s.geluSlope(x),
  partials: (o, x) => {
    const density = o.mul(0.3989422804014327, o.expProduct(o.mul(-0.5, x), x)); // 1/√(2π)
    return [o.mul(o.sub(Math.SQRT2, x), o.mul(o.add(Math.SQRT2, x), density))];
  },
  // 1/2 at 0; Φ(1) + φ(1) and Φ(-1) - φ(1)
  samples: [{ in: [[0, 1, -1]], out: [0.5, 1.0833154705876864, -0.0833154705876863] }],
  edges: [-0.7517915246935645, 1000, -1000, Number.NaN],
});
