/** The softmax family of the fixtures' vocabulary in the DSL. */
import { logSoftmax, softmax } from "@tapeless/types";
import type { Vocabulary } from "./call.js";

export const network: Vocabulary = {
  softmax: (call) => softmax(call.float(0), call.number("axis")),
  logSoftmax: (call) => logSoftmax(call.float(0), call.number("axis")),
};
