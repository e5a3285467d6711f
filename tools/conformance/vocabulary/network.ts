/** Products, networks and losses of the fixtures' vocabulary in the DSL. */
import { crossEntropy, dot, logSoftmax, matmul, mean, mse, outer, softmax, sum } from "@tapeless/types";
import { type Build, type Float, Unsupported, type Vocabulary } from "./call.js";

const reductions: Readonly<Record<string, (losses: Float) => Float>> = {
  none: (losses) => losses,
  sum: (losses) => sum(losses),
  mean: (losses) => mean(losses),
};

/** Losses for every example, reduced as the attr says. */
function reduced(losses: Float, reduction: unknown): Float {
  const f = reductions[String(reduction)];
  if (f === undefined) throw new Unsupported(`reduction ${String(reduction)}`);
  return f(losses);
}

const classes: Build = (call) => {
  const logits = call.float(0);
  call.only("labelSmoothing", 0);
  if (![-1, logits.shape.length - 1].includes(call.number("axis"))) throw new Unsupported("crossEntropy of this axis");
  return reduced(crossEntropy(logits, call.index(1)), call.attrs.reduction);
};

export const network: Vocabulary = {
  matmul: (call) => matmul(call.float(0), call.float(1)),
  dot: (call) => dot(call.float(0), call.float(1)),
  outer: (call) => outer(call.float(0), call.float(1)),
  softmax: (call) => softmax(call.float(0), call.number("axis")),
  logSoftmax: (call) => logSoftmax(call.float(0), call.number("axis")),
  crossEntropy: classes,
  mse: (call) => {
    call.only("reduction", "mean");
    return mse(call.float(0), call.float(1));
  },
};
