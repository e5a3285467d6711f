/**
 * ln(1 + x) in float precision where it is asked for most, in softplus and the like (adr/0017). The logarithm itself has no such
 * form: it needs the exponent of a double, which costs more than `Math.log` takes.
 */
import type { FunctionDefinition } from "../vocabulary.js";
import { series } from "./polynomial.js";

/** 2 artanh(s)/s in powers of s², for s² up to 1/9: interpolated at Chebyshev nodes with 40 digits, within 1.1e-10 of it. */
const coefficients = [
  1.9999999998090061, 0.6666667902643397, 0.39998711246862334, 0.28620207408437237, 0.21398560506678543,
  0.24393908084023025,
];

/** 1 + x = (1 + s)/(1 - s) with s = x / (2 + x), so its logarithm is 2 artanh s, which near 0 is x to the last digit but one. */
export const log1pf: FunctionDefinition = {
  arity: 1,
  bytecode: 96,
  doc: "ln(1 + x) to 10 digits, also near 0: s times a polynomial in s², s = x / (2 + x), where |s| is at most 1/3.",
  ulps: 2 ** 20,
  body: (f, x) => {
    const s = f.let("s", f.div(x, f.add(2, x)));
    const z = f.let("z", f.mul(s, s));
    const isNear = f.and(f.greaterEqual(x, -0.5), f.lessEqual(x, 1));
    return f.select(isNear, f.mul(s, series(f, z, coefficients)), f.log1p(x));
  },
};
