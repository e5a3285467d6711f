/** Activations of the fixtures' vocabulary in the DSL. */
import { clip, floor, hardSigmoid, hardSwish, leakyRelu, softsign } from "@tapeless/types";
import type { Build, Float, Vocabulary } from "./call.js";

const unary =
  (f: (x: Float) => Float): Build =>
  (call) =>
    f(call.float(0));

export const activations: Vocabulary = {
  floor: unary(floor),
  clip: (call) => clip(call.float(0), call.number("min"), call.number("max")),
  softsign: unary(softsign),
  leakyRelu: (call) => leakyRelu(call.float(0), call.number("negativeSlope")),
  hardSigmoid: unary(hardSigmoid),
  hardSwish: unary(hardSwish),
};
