/** ONNX operators on single elements. Operands broadcast as in NumPy, as they do in the DSL. */
import * as dsl from "@tapeless/types";
import { type Float, like, type NodeCall, type OnnxBuild, type OnnxVocabulary } from "./call.js";

const unary =
  (f: (x: Float) => ReturnType<OnnxBuild>): OnnxBuild =>
  (call) =>
    f(call.float(0));

const binary =
  (f: (a: Float, b: Float) => ReturnType<OnnxBuild>): OnnxBuild =>
  (call) =>
    f(call.float(0), call.float(1));

/** Operators of any number of operands. */
const fold =
  (f: (a: Float, b: Float) => Float): OnnxBuild =>
  (call) =>
    call.floats().reduce((a, b) => f(a, b));

const maths: OnnxVocabulary = {
  Abs: unary(dsl.abs),
  Acos: unary(dsl.acos),
  Acosh: unary(dsl.acosh),
  Asin: unary(dsl.asin),
  Asinh: unary(dsl.asinh),
  Atan: unary(dsl.atan),
  Atanh: unary(dsl.atanh),
  Ceil: unary(dsl.ceil),
  Cos: unary(dsl.cos),
  Cosh: unary(dsl.cosh),
  Erf: unary(dsl.erf),
  Exp: unary(dsl.exp),
  Floor: unary(dsl.floor),
  Identity: (call) => call.tensor(0),
  Log: unary(dsl.log),
  Neg: unary(dsl.neg),
  Reciprocal: unary(dsl.reciprocal),
  Round: unary(dsl.round),
  Sign: unary(dsl.sign),
  Sin: unary(dsl.sin),
  Sinh: unary(dsl.sinh),
  Sqrt: unary(dsl.sqrt),
  Tan: unary(dsl.tan),
  Tanh: unary(dsl.tanh),
};

/** The result has the dtype of the base, whatever the exponent's. */
function power(call: NodeCall): ReturnType<OnnxBuild> {
  const [base, exponent] = [call.float(0), call.float(1)];
  if (base.dtype === exponent.dtype) return dsl.pow(base, exponent);
  return like(dsl.pow(dsl.cast(base, "f64"), dsl.cast(exponent, "f64")), base);
}

const arithmetic: OnnxVocabulary = {
  Add: binary(dsl.add),
  Div: binary(dsl.div),
  Max: fold(dsl.maximum),
  Mean: (call) =>
    dsl.div(
      call.floats().reduce((a, b) => dsl.add(a, b)),
      call.count,
    ),
  Min: fold(dsl.minimum),
  Mod: (call) => (call.flag("fmod") ? dsl.remainder : dsl.mod)(call.float(0), call.float(1)),
  Mul: binary(dsl.mul),
  Pow: power,
  Sub: binary(dsl.sub),
  Sum: fold(dsl.add),
};

/** Which infinities count. */
function isInfinity(call: NodeCall): ReturnType<OnnxBuild> {
  const x = call.float(0);
  const [positive, negative] = [call.flag("detect_positive", true), call.flag("detect_negative", true)];
  if (positive && negative) return dsl.isInfinite(x);
  const found = dsl.isInfinite(x);
  if (positive) return dsl.logicalAnd(found, dsl.greater(x, 0));
  return dsl.logicalAnd(found, negative ? dsl.less(x, 0) : dsl.notEqual(x, x));
}

const comparisons: OnnxVocabulary = {
  And: (call) => dsl.logicalAnd(call.mask(0), call.mask(1)),
  Equal: binary(dsl.equal),
  Greater: binary(dsl.greater),
  GreaterOrEqual: binary(dsl.greaterEqual),
  IsInf: isInfinity,
  IsNaN: unary(dsl.isNaN),
  Less: binary(dsl.less),
  LessOrEqual: binary(dsl.lessEqual),
  Not: (call) => dsl.logicalNot(call.mask(0)),
  Or: (call) => dsl.logicalOr(call.mask(0), call.mask(1)),
  Where: (call) => dsl.where(call.mask(0), call.float(1), call.float(2)),
  Xor: (call) => dsl.logicalXor(call.mask(0), call.mask(1)),
};

/** The bounds are inputs, and each may be left out: nothing is cut off on that side. */
function clip(call: NodeCall): ReturnType<OnnxBuild> {
  const above = call.has(1) ? dsl.maximum(call.float(0), call.float(1)) : call.float(0);
  return call.has(2) ? dsl.minimum(above, call.float(2)) : above;
}

/** x + bias below -lambd, x - bias above lambd, 0 between. */
function shrink(call: NodeCall): ReturnType<OnnxBuild> {
  const [x, lambda, bias] = [call.float(0), call.number("lambd", 0.5), call.number("bias", 0)];
  const below = dsl.where(dsl.less(x, -lambda), dsl.add(x, bias), 0);
  return dsl.where(dsl.greater(x, lambda), dsl.sub(x, bias), below);
}

const seluAlpha = 1.6732632423543772;
const seluGamma = 1.0507009873554805;

const swish = (x: Float, alpha: number): Float => dsl.mul(x, dsl.sigmoid(dsl.mul(alpha, x)));

const activations: OnnxVocabulary = {
  Celu: (call) => dsl.celu(call.float(0), call.number("alpha", 1)),
  Clip: clip,
  Elu: (call) => dsl.elu(call.float(0), call.number("alpha", 1)),
  Gelu: (call) => dsl.gelu(call.float(0), call.text("approximate", "none") === "tanh" ? "tanh" : "none"),
  HardSigmoid: (call) =>
    dsl.clip(dsl.add(dsl.mul(call.number("alpha", 0.2), call.float(0)), call.number("beta", 0.5)), 0, 1),
  HardSwish: unary(dsl.hardSwish),
  LeakyRelu: (call) => dsl.leakyRelu(call.float(0), call.number("alpha", 0.01)),
  Mish: unary(dsl.mish),
  PRelu: binary(dsl.prelu),
  Relu: unary(dsl.relu),
  // gamma·(x above 0, alpha·(eˣ - 1) below): elu with another factor
  Selu: (call) => dsl.mul(call.number("gamma", seluGamma), dsl.elu(call.float(0), call.number("alpha", seluAlpha))),
  Shrink: shrink,
  Sigmoid: unary(dsl.sigmoid),
  Softplus: unary(dsl.softplus),
  Softsign: unary(dsl.softsign),
  SwiGLU: (call) => dsl.mul(swish(call.float(0), call.number("alpha", 1)), call.float(1)),
  Swish: (call) => swish(call.float(0), call.number("alpha", 1)),
  ThresholdedRelu: (call) => dsl.thresholdedRelu(call.float(0), call.number("alpha", 1)),
};

export const elementwise: OnnxVocabulary = { ...maths, ...arithmetic, ...comparisons, ...activations };
