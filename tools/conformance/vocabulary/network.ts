/** Products and the softmax family of the fixtures' vocabulary in the DSL. */
/** Products, networks and losses of the fixtures' vocabulary in the DSL. */
import { 
  avgPool2d,
  conv1d,
  conv2d,
  convTranspose2d,
  crossEntropy,dot, 
  dot,logSoftmax, 
  logSoftmax,matmul, 
  matmul,
  maxPool2d,
  mean,
  mse,outer, 
  outer,softmax, 
  softmax,
  sum,} from "@tapeless/types";
import type { Vocabulary } from "./call.js";
import { type Build, type Call, type Float, Unsupported, type Vocabulary } from "./call.js";

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

/** An attr with one entry for each of two axes. */
function pair(call: Call, name: string): readonly [number, number] {
  const [first, second] = call.numbers(name);
  if (first !== undefined && second !== undefined) return [first, second];
  throw new Error(`${call.op}: attr ${name} has no two entries`);
}

/** An attr with an entry for the one axis. */
function single(call: Call, name: string): number {
  const [only] = call.numbers(name);
  if (only !== undefined) return only;
  throw new Error(`${call.op}: attr ${name} is empty`);
}

const bias = (call: Call) => (call.has(2) ? { bias: call.float(2) } : {});

const images = (call: Call) => ({ stride: pair(call, "stride"), padding: pair(call, "padding") });

export const network: Vocabulary = {
  conv1d: (call) =>
    conv1d(call.float(0), call.float(1), {
      stride: single(call, "stride"),
      padding: single(call, "padding"),
      dilation: single(call, "dilation"),
      groups: call.number("groups"),
      ...bias(call),
    }),
  conv2d: (call) =>
    conv2d(call.float(0), call.float(1), {
      ...images(call),
      dilation: pair(call, "dilation"),
      groups: call.number("groups"),
      ...bias(call),
    }),
  convTranspose2d: (call) =>
    convTranspose2d(call.float(0), call.float(1), {
      ...images(call),
      outputPadding: pair(call, "outputPadding"),
      dilation: pair(call, "dilation"),
      groups: call.number("groups"),
      ...bias(call),
    }),
  maxPool2d: (call) => maxPool2d(call.float(0), pair(call, "kernel"), images(call)),
  avgPool2d: (call) =>
    avgPool2d(call.float(0), pair(call, "kernel"), { ...images(call), countIncludePad: call.flag("countIncludePad") }),
  matmul: (call) => matmul(call.float(0), call.float(1)),
  dot: (call) => dot(call.float(0), call.float(1)),
  outer: (call) => outer(call.float(0), call.float(1)),
  softmax: (call) => softmax(call.float(0), call.number("axis")),
  logSoftmax: (call) => logSoftmax(call.float(0), call.number("axis")),
};
