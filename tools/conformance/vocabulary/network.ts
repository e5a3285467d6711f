/** Products and the softmax family of the fixtures' vocabulary in the DSL. */
import { dot, logSoftmax, matmul, outer, softmax } from "@tapeless/types";
import type { Vocabulary } from "./call.js";

export const network: Vocabulary = {
  matmul: (call) => matmul(call.float(0), call.float(1)),
  dot: (call) => dot(call.float(0), call.float(1)),
  outer: (call) => outer(call.float(0), call.float(1)),
  softmax: (call) => softmax(call.float(0), call.number("axis")),
  logSoftmax: (call) => logSoftmax(call.float(0), call.number("axis")),
};
