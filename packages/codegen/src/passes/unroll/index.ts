/** Loops written out and straight-line code made of scalars. */
export { unroll } from "./unroll.js";
export { type ScalarRule, rules, simplify, sumFromZero } from "./rules.js";
