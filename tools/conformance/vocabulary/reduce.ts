/** Reductions of the fixtures' vocabulary in the DSL. */
import { l1Norm, l2Norm, logSumExp, max, mean, min, sum } from "@tapeless/types";
import { type Build, type Float, Unsupported, type Vocabulary } from "./call.js";

type Reduction = (x: Float, axes: readonly number[], options: { readonly keepDims: boolean }) => ReturnType<Build>;

const over =
  (f: Reduction): Build =>
  (call) =>
    f(call.float(0), call.numbers("axes"), { keepDims: call.flag("keepDims") });

const norms: Readonly<Record<number, Reduction>> = { 1: l1Norm, 2: l2Norm };

export const reduce: Vocabulary = {
  sum: over(sum),
  mean: over(mean),
  max: over(max),
  min: over(min),
  logSumExp: over(logSumExp),
  norm: (call) => {
    const norm = norms[call.number("ord")];
    if (norm === undefined) throw new Unsupported(`norm of order ${call.number("ord")}`);
    return over(norm)(call);
  },
};
