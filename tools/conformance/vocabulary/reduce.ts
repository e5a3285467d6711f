/** Reductions of the fixtures' vocabulary in the DSL. */
import {
  cumprod,
  cumsum,
  logSumExp,
  max,
  mean,
  min,
  norm,
  prod,
  sort,
  std,
  sum,
  topK,
  variance,
} from "@tapeless/types";
import type { Build, Float, Vocabulary } from "./call.js";

type Reduction = (x: Float, axes: readonly number[], options: { readonly keepDims: boolean }) => ReturnType<Build>;

const over =
  (f: Reduction): Build =>
  (call) =>
    f(call.float(0), call.numbers("axes"), { keepDims: call.flag("keepDims") });

/** Options that some reductions have beside `keepDims`. */
type More = { readonly correction?: number; readonly ord?: number };

const overWith =
  (
    f: (x: Float, axes: readonly number[], options: { readonly keepDims: boolean } & More) => ReturnType<Build>,
    ...names: readonly (keyof More)[]
  ): Build =>
  (call) => {
    const more = Object.fromEntries(names.map((name) => [name, call.number(name)]));
    return f(call.float(0), call.numbers("axes"), { keepDims: call.flag("keepDims"), ...more });
  };

export const reduce: Vocabulary = {
  sum: over(sum),
  mean: over(mean),
  prod: over(prod),
  max: over(max),
  min: over(min),
  logSumExp: over(logSumExp),
  var: overWith(variance, "correction"),
  std: overWith(std, "correction"),
  norm: overWith(norm, "ord"),
  cumsum: (call) => cumsum(call.float(0), call.number("axis")),
  cumprod: (call) => cumprod(call.float(0), call.number("axis")),
  sort: (call) => sort(call.float(0), call.number("axis"), { descending: call.flag("descending") }),
  topK: (call) => topK(call.float(0), call.number("k"), call.number("axis"), { largest: call.flag("largest") }).values,
};
