/** Activations of the fixtures' vocabulary in the DSL. */
import {
  clip,
  elu,
  floor,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  logSigmoid,
  mish,
  selu,
  silu,
  softplus,
  softsign,
} from "@tapeless/types";
import { type Build, type Call, type Float, Unsupported, type Vocabulary } from "./call.js";

/** The attr `approximate`. */
function approximation({ op, attrs }: Call): "none" | "tanh" {
  if (attrs.approximate === "none" || attrs.approximate === "tanh") return attrs.approximate;
  throw new Unsupported(`${op} approximated by ${String(attrs.approximate)}`);
}

const unary =
  (f: (x: Float) => Float): Build =>
  (call) =>
    f(call.float(0));

export const activations: Vocabulary = {
  floor: unary(floor),
  clip: (call) => clip(call.float(0), call.number("min"), call.number("max")),
  softplus: unary(softplus),
  softsign: unary(softsign),
  logSigmoid: unary(logSigmoid),
  leakyRelu: (call) => leakyRelu(call.float(0), call.number("negativeSlope")),
  elu: (call) => elu(call.float(0), call.number("alpha")),
  selu: unary(selu),
  silu: unary(silu),
  mish: unary(mish),
  gelu: (call) => gelu(call.float(0), approximation(call)),
  hardSigmoid: unary(hardSigmoid),
  hardSwish: unary(hardSwish),
};
