/** Functions of the hard points that are no op: compositions, written so that they lose nothing. */
import { abs, add, div, exp, less, mul, neg, sub, where } from "@tapeless/types";
import type { Float, Vocabulary } from "./call.js";

/**
 * Coefficients of x/sinh x in powers of x², from (x/sinh x)·(sinh x/x) = 1 with sinh x/x = Σ x^(2k)/(2k + 1)!.
 * The series converges for |x| < π; twenty terms are exact to the last place up to 1.
 */
function coefficients(count: number): readonly number[] {
  const found: number[] = [];
  for (let k = 0; k < count; k++) {
    let [sum, factorial] = [k === 0 ? 1 : 0, 1];
    for (let j = 1; j <= k; j++) {
      factorial *= 2 * j * (2 * j + 1);
      sum -= (found[k - j] ?? 0) / factorial;
    }
    found.push(sum);
  }
  return found;
}

/** Horner's scheme in x². */
function series(x: Float): Float {
  const square = mul(x, x);
  const [last = 0, next = 0, ...others] = coefficients(20).toReversed();
  return others.reduce<Float>((sum, coefficient) => add(mul(sum, square), coefficient), add(mul(last, square), next));
}

/** x/sinh x with its limit 1 at 0; elsewhere 2|x|·e^(-|x|)/(1 - e^(-2|x|)), which does not overflow. */
function xOverSinh(x: Float): Float {
  const size = abs(x);
  const far = div(mul(2, mul(size, exp(neg(size)))), sub(1, exp(mul(-2, size))));
  return where(less(size, 1), series(x), far);
}

export const nasty: Vocabulary = { xOverSinh: (call) => xOverSinh(call.float(0)) };
