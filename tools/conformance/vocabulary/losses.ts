/** Losses of the fixtures' vocabulary in the DSL. */
import { binaryCrossEntropyWithLogits, crossEntropy, huber, klDivergence, l1Loss, mse, nll } from "@tapeless/types";
import { type Call, Unsupported, type Vocabulary } from "./call.js";

const reductions = ["none", "sum", "mean"] as const;

/** The attr `reduction`, which must be one of those that the loss has. */
function reductionOf<R extends string>({ op, attrs }: Call, known: readonly R[]): { readonly reduction: R } {
  const reduction = known.find((name) => name === attrs.reduction);
  if (reduction === undefined) throw new Unsupported(`${op} with reduction ${String(attrs.reduction)}`);
  return { reduction };
}

export const losses: Vocabulary = {
  crossEntropy: (call) =>
    crossEntropy(call.float(0), call.index(1), {
      ...reductionOf(call, reductions),
      axis: call.number("axis"),
      labelSmoothing: call.number("labelSmoothing"),
    }),
  nll: (call) => nll(call.float(0), call.index(1), { ...reductionOf(call, reductions), axis: call.number("axis") }),
  mse: (call) => mse(call.float(0), call.float(1), reductionOf(call, reductions)),
  l1: (call) => l1Loss(call.float(0), call.float(1), reductionOf(call, reductions)),
  huber: (call) =>
    huber(call.float(0), call.float(1), { ...reductionOf(call, reductions), delta: call.number("delta") }),
  bceWithLogits: (call) => binaryCrossEntropyWithLogits(call.float(0), call.float(1), reductionOf(call, reductions)),
  klDiv: (call) => klDivergence(call.float(0), call.float(1), reductionOf(call, [...reductions, "batchmean"])),
};
