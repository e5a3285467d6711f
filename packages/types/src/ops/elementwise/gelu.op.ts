/**
 * y = x Φ(x), y' = Φ(x) + x φ(x), with the distribution function of the normal distribution and its density. A primitive, because by
 * the product rule y' cancels near its zero at x = -0.752.
 */
import { emit } from "../../graph/emit.js";
import type { RuleOperand, Value, Vocabulary } from "../../graph/op.js";
import { asTraced } from "../../graph/tensor.js";
import type { GeluFn } from "../../shape/activation.js";
import { takenDType } from "../../shape/dtypes.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { defineElementwise, publicFunction } from "../define.js";

/** In f32, computed in double, the product rule is enough, and shares Φ(x) with the value. */
function slope32(o: Vocabulary, x: Value): RuleOperand {
  const density = o.mul(0.3989422804014327, o.exp(o.mul(-0.5, o.mul(x, x)))); // 1/√(2π)
  return o.add(o.normalCdf(x), o.mul(x, density));
}

export default defineElementwise({
  name: "gelu",
  doc: "x/2 · (1 + erf(x/√2)), elementwise.",
  lower: (s, x) => s.mul(x, s.normalCdf(x)),
  partials: (o, x) => [x.dtype === "f32" ? slope32(o, x) : o.geluSlope(x)],
  // Φ(1) = 0.8413447460685429, Φ(-2) = 0.022750131948179209
  samples: [{ in: [[0, 1, -2]], out: [0, 0.8413447460685429, -0.04550026389635842] }],
  edges: [-0.7517915246935645, 1000, -1000, Number.NaN],
});

/**
 * Gaussian error linear unit: `x` times the probability that a normal random number is below it. With `"tanh"` the
 * probability is approximated as Hendrycks and Gimpel give it (Gaussian Error Linear Units, section 2).
 *
 * @shapes x: [...] -> [...]
 * @formula y = x/2 (1 + erf(x/√2)); with "tanh": y = x/2 (1 + tanh(√(2/π)(x + 0.044715 x³)))
 * @derivative dy = (Φ(x) + x φ(x)) dx, with the normal distribution function and its density; with "tanh" that of its formula
 */
export const gelu = publicFunction<GeluFn>((x: AnyTensor, approximate: "none" | "tanh" = "none") => {
  const tensor = asTraced(x, "gelu");
  takenDType("gelu", "float", tensor.dtype);
  return emit(approximate === "tanh" ? "geluTanh" : "gelu", [tensor]);
});
