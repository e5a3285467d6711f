/** `maxSteps`: the most steps that a loop whose length is found at run time may take. */
import { graphError } from "../graph/messages.js";
import type { Trace } from "../graph/trace.js";
import type { Size } from "../shape/size.js";
import { dimensionNamed, showGiven } from "./dimension-named.js";

export function stepBound(trace: Trace, call: "whileLoop" | "fori", maxSteps: unknown): Size | undefined {
  if (maxSteps === undefined) return undefined;
  if (typeof maxSteps === "number" && Number.isInteger(maxSteps) && maxSteps >= 1) return maxSteps;
  const size = dimensionNamed(trace, call, maxSteps);
  if (size !== undefined) return size;
  throw graphError("whileBound", { call, given: showGiven(maxSteps) });
}
