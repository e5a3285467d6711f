/** The bounds of `fori`: sizes, known or of names, and i32 scalars that the program computes. */
import { sizeValue } from "../composite/size-value.js";
import { graphError } from "../graph/messages.js";
import { asTraced, isTensor, type TracedTensor } from "../graph/tensor.js";
import type { Trace } from "../graph/trace.js";
import { type Size, showShape } from "../shape/size.js";
import { dimensionNamed, showGiven } from "./dimension-named.js";

export type Bound =
  | { readonly kind: "size"; readonly size: Size }
  | { readonly kind: "tensor"; readonly tensor: TracedTensor };

/** A bound as users write it; its name must be one of the function's. */
export function boundOf(trace: Trace, what: "from" | "to", given: unknown): Bound {
  if (isTensor(given)) {
    const { dtype, sizes } = given;
    if (dtype === "i32" && sizes.length === 0) return { kind: "tensor", tensor: given };
    throw graphError("foriBound", { what, actual: `${dtype}${showShape(sizes)}` });
  }
  if (typeof given === "number" && Number.isInteger(given)) return { kind: "size", size: given };
  const size = dimensionNamed(trace, "fori", given);
  if (size !== undefined) return { kind: "size", size };
  throw graphError("foriBound", { what, actual: typeof given === "string" ? JSON.stringify(given) : showGiven(given) });
}

/** A bound in arithmetic: a number where it is known. */
export function numberOf(bound: Bound): TracedTensor | number {
  const value = bound.kind === "tensor" ? bound.tensor : sizeValue(bound.size, "i32");
  return typeof value === "number" ? value : asTraced(value, "fori");
}
