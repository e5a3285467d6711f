/** Rounding that `Math` has not. */
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
