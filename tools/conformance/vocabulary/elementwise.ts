/** Elementwise ops of the fixtures' vocabulary in the DSL. */
import {
  abs,
  add,
  cos,
  cosh,
  div,
  exp,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  relu,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  sub,
  tanh,
  where,
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
  reciprocal: (call) => div(1, call.float(0)),
  sqrt: unary(sqrt),
  exp: unary(exp),
  log: unary(log),
  sin: unary(sin),
  cos: unary(cos),
  sinh: unary(sinh),
  cosh: unary(cosh),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  relu: unary(relu),
  add: binary(add),
  sub: binary(sub),
  mul: binary(mul),
  div: binary(div),
  pow: binary(pow),
  maximum: binary(maximum),
  minimum: binary(minimum),
  greater: binary(greater),
  where: select,
};
