/** What losses share: one loss for every element or example, their sum, or a mean. */
import { vocabulary } from "../graph/emit.js";
import type { Value } from "../graph/op.js";
import { meanOver } from "./statistics.js";

/** The sum of all elements. */
export const total = (x: Value): Value => vocabulary().sum(x, { axes: [...x.sizes.keys()] });

export interface ReductionOptions {
  readonly reduction?: "none" | "sum" | "mean";
}

/** Losses as they are asked for; `mean` divides by their number, or by the sum of their weights where they have some. */
export function reducedLoss(losses: Value, reduction: string, weights?: Value): Value {
  if (reduction === "none") return losses;
  if (reduction === "sum") return total(losses);
  return weights === undefined ? meanOver(losses) : vocabulary().div(total(losses), total(weights));
}
