/** Losses of two tensors of one shape. They do not broadcast: a `[32, 1]` beside a `[32]` is a mistake. */
import { vocabulary } from "../graph/emit.js";
import { asTraced } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { commonDType } from "../shape/dtypes.js";
import { type PairLossFn, pairLossShape } from "../shape/loss.js";
import type { AnyTensor } from "../shape/tensor.js";
import { meanOver } from "./statistics.js";

/** Mean squared error, Σ(a - b)² / n. */
export const mse = publicFunction<PairLossFn<"mse">>((a: AnyTensor, b: AnyTensor) => {
  const [x, y] = [asTraced(a, "mse"), asTraced(b, "mse")];
  commonDType("mse", "float", [x.dtype, y.dtype]);
  pairLossShape("mse", x.sizes, y.sizes);
  const o = vocabulary();
  const difference = o.sub(x, y);
  return meanOver(o.mul(difference, difference));
});
