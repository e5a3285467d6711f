/**
 * The derivative of mish, y = t + x r, where t = tanh(ln(1 + e^x)) = σ(x)(1 + s)/(1 + s²) with s = σ(-x), and
 * r = t' = 4 σ(x) s²/(1 + s²)². Its own is 2r + x r', and r' = r (s - 2 t σ(x)).
 */
import { defineElementwise } from "../define.js";

export default defineElementwise({
  name: "mishSlope",
  doc: "Derivative of mish, elementwise, accurate near its zero.",
  lower: (s, x) => s.mishSlope(x),
  partials: (o, x) => {
    const [up, down] = [o.sigmoid(x), o.sigmoid(o.neg(x))];
    const square = o.mul(down, down);
    const width = o.add(1, square);
    const t = o.div(o.mul(up, o.add(1, down)), width);
    const r = o.div(o.mul(o.mul(4, up), square), o.mul(width, width));
    const bend = o.add(2, o.mul(x, o.sub(down, o.mul(o.mul(2, t), up)))); // beyond the doubles at the last x, where r is 0
    return [o.mulZero(r, bend, { keep: true })];
  },
  // 0.6 at 0, where e^x = 1; at 1 and -1 the closed form in 40-digit arithmetic.
  samples: [{ in: [[0, 1, -1]], out: [0.6, 1.0490362200997922, 0.05921675587739495] }],
  edges: [-1.1924312145154952, 1000, -700, Number.NaN],
});
