/** Rules of arithmetic, in both orders where an op commutes. */
import { p, type Rule, rule, x, y } from "./rule.js";

const exact = { exact: true } as const;
const rounded = { exact: false } as const;

export const arithmeticRules: readonly Rule[] = [
  rule("mul-one", p.mul(x, 1), x, exact),
  rule("one-mul", p.mul(1, x), x, exact),
  rule("mul-minus-one", p.mul(x, -1), p.neg(x), exact),
  rule("minus-one-mul", p.mul(-1, x), p.neg(x), exact),
  rule("div-one", p.div(x, 1), x, exact),
  rule("sub-zero", p.sub(x, 0), x, exact),
  rule("zero-sub", p.sub(0, x), p.neg(x), rounded), // 0 - 0 is 0, not -0
  rule("add-zero", p.add(x, 0), x, rounded), // -0 + 0 is 0
  rule("zero-add", p.add(0, x), x, rounded),
  rule("neg-neg", p.neg(p.neg(x)), x, exact),
  rule("add-neg", p.add(x, p.neg(y)), p.sub(x, y), exact),
  rule("neg-add", p.add(p.neg(x), y), p.sub(y, x), exact),
  rule("sub-neg", p.sub(x, p.neg(y)), p.add(x, y), exact),
  rule("mul-neg", p.mul(x, p.neg(y)), p.neg(p.mul(x, y)), exact),
  rule("neg-mul", p.mul(p.neg(x), y), p.neg(p.mul(x, y)), exact),
  rule("mul-reciprocal", p.mul(x, p.div(1, y)), p.div(x, y), rounded),
  rule("pow-one", p.pow(x, 1), x, exact),
  rule("pow-two", p.pow(x, 2), p.mul(x, x), rounded),
  rule("pow-minus-one", p.pow(x, -1), p.div(1, x), rounded),
  rule("stop-gradient", p.stopGradient(x), x, { exact: true, integers: true }),
];
