/** Elementwise ops of the fixtures' vocabulary in the DSL. */
import {
  abs,
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cos,
  cosh,
  div,
  exp,
  exp2,
  expm1,
  greater,
  hypot,
  log,
  log1p,
  log2,
  logAddExp,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  reciprocal,
  relu,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  squaredDifference,
  sub,
  tan,
  tanh,
  where,
  xlogy,
} from "@tapeless/types";
import type { Build, Call, Float, Vocabulary } from "./call.js";

const unary =
  (f: (x: Float) => Float): Build =>
  (call) =>
    f(call.float(0));

const binary =
  (f: (a: Float | number, b: Float | number) => ReturnType<Build>): Build =>
  (call) =>
    f(call.operand(0), call.operand(1));

/** The branches of `where` as the DSL wants them: not both numbers, which would be f32. */
const select = (call: Call) => where(call.mask(0), call.float(1), call.operand(2));

export const elementwise: Vocabulary = {
  identity: unary((x) => x),
  neg: unary(neg),
  abs: unary(abs),
  sign: unary(sign),
  square: unary(square),
  reciprocal: unary(reciprocal),
  sqrt: unary(sqrt),
  exp: unary(exp),
  log: unary(log),
  sin: unary(sin),
  cos: unary(cos),
  sinh: unary(sinh),
  cosh: unary(cosh),
  tanh: unary(tanh),
  exp2: unary(exp2),
  expm1: unary(expm1),
  log2: unary(log2),
  log1p: unary(log1p),
  rsqrt: unary(rsqrt),
  tan: unary(tan),
  asin: unary(asin),
  acos: unary(acos),
  atan: unary(atan),
  asinh: unary(asinh),
  acosh: unary(acosh),
  atanh: unary(atanh),
  sigmoid: unary(sigmoid),
  relu: unary(relu),
  add: binary(add),
  sub: binary(sub),
  mul: binary(mul),
  div: binary(div),
  pow: binary(pow),
  atan2: binary(atan2),
  hypot: binary(hypot),
  logAddExp: binary(logAddExp),
  xlogy: binary(xlogy),
  squaredDifference: binary(squaredDifference),
  maximum: binary(maximum),
  minimum: binary(minimum),
  greater: binary(greater),
  where: select,
};
