/** Loops written out and straight-line code made of scalars. */

export { rules, type ScalarRule, simplify, sumFromZero } from "./rules.js";
export { unroll } from "./unroll.js";
