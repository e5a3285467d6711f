/**
 * The derivative of gelu's approximation by tanh, y = σ(v)(1 + x v' σ(-v)) with v = k x + c x³, and its own:
 * y' = σ(v) σ(-v)(2v' + x (v'' + v'² (σ(-v) - σ(v)))), v'' = 6 c x.
 */
import { defineElementwise } from "../define.js";
import { geluTanhCubic, geluTanhParts } from "./gelu-tanh.js";

export default defineElementwise({
  name: "geluTanhSlope",
  doc: "Derivative of gelu's approximation by tanh, elementwise, accurate near its zero.",
  lower: (s, x) => s.geluTanhSlope(x),
  partials: (o, x) => {
    const { near, up, down, speed } = geluTanhParts(o, x);
    const bend = o.add(o.mul(6 * geluTanhCubic, near), o.mul(o.mul(speed, speed), o.sub(down, up)));
    return [o.mul(o.mul(up, down), o.add(o.mul(2, speed), o.mul(near, bend)))];
  },
  // The derivative in 40-digit arithmetic.
  samples: [{ in: [[0, 1, -1]], out: [0.5, 1.0829640838457826, -0.08296408384578255] }],
  edges: [-0.7524614220710163, 1000, -1000, Number.NaN],
});
