/** Rounding that `Math` has not, and the remainder that goes with `floor`. */
import type { FunctionDefinition } from "../vocabulary.js";

/**
 * To the nearest whole number, and of two equally near ones to the even one. Doubles from 2⁵² on are whole, so adding
 * 2⁵² to |x| rounds it as IEEE 754 does. The sign goes back on by a product, which keeps that of zero.
 */
export const round: FunctionDefinition = {
  arity: 1,
  doc: "The nearest whole number, of two the even one.",
  ulps: 0,
  body: (f, x) => {
    const size = f.let("size", f.abs(x));
    const rounded = f.sub(f.add(size, 2 ** 52), 2 ** 52);
    return f.select(f.less(size, 2 ** 52), f.mul(f.sign(x), rounded), x);
  },
};

/** The remainder of `%` is exact; it moves into the range of the divisor where the signs differ. */
export const mod: FunctionDefinition = {
  arity: 2,
  doc: "The remainder of x by y with the sign of y.",
  ulps: 1,
  body: (f, x, y) => {
    const rest = f.let("rest", f.rem(x, y));
    return f.select(f.less(f.mul(f.sign(rest), f.sign(y)), 0), f.add(rest, y), rest);
  },
};
