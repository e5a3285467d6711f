/** `maxSteps`: the most steps that a loop whose length is found at run time may take. */
import { graphError } from "../graph/messages.js";
import { type Size, toSize } from "../shape/size.js";

const dimensionName = /^[A-Za-z_]\w*$/;

export function stepBound(call: "whileLoop" | "fori", maxSteps: unknown): Size | undefined {
  if (maxSteps === undefined) return undefined;
  if (typeof maxSteps === "number" && Number.isInteger(maxSteps) && maxSteps >= 1) return maxSteps;
  if (typeof maxSteps === "string" && dimensionName.test(maxSteps)) return toSize(maxSteps);
  throw graphError("whileBound", { call, given: `${maxSteps}` });
}
