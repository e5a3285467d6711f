/** The logarithm of the logistic function. */
import { vocabulary } from "../graph/emit.js";
import { publicFunction } from "../ops/define.js";
import type { UnaryFn } from "../shape/elementwise.js";
import type { AnyTensor } from "../shape/tensor.js";
import { floats } from "./rectifiers.js";

/**
 * Logarithm of the logistic function; stable for `x` of any size.
 *
 * @shapes x: [...] -> [...]
 * @formula y = -ln(1 + e⁻ˣ)
 * @derivative dy = σ(-x) dx
 */
export const logSigmoid = publicFunction<UnaryFn<"logSigmoid">>((x: AnyTensor) => {
  const o = vocabulary();
  return o.neg(o.softplus(o.neg(floats("logSigmoid", x))));
});
