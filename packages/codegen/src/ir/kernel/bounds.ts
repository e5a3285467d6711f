/**
 * What is certain about an index: its smallest and largest value when each axis runs over its whole range.
 *
 * Invariant: an answer of "inside" holds for every value of the dimension names (all sizes are at least 0, and where an
 * axis has size 0 nothing is read at all).
 */
import { addSize, type Index, mulSize, namedSize, type Size, subSize } from "@tapeless/types/compiler";

/** Sizes of the axes that an index may name. */
export type AxisSizes = ReadonlyMap<string, Size>;

const hasNoNegativeTerm = (size: Size): boolean =>
  typeof size === "number" ? size >= 0 : size.terms.every((term) => term.coefficient >= 0);

/** The largest value of an index, if each of its terms grows with every axis in it; else `undefined`. */
export function largest(index: Index, axes: AxisSizes, known: (name: string) => boolean): Size | undefined {
  if (typeof index === "number") return index;
  let sum: Size = 0;
  for (const term of index.terms) {
    let product: Size = term.coefficient;
    for (const name of term.names) {
      const size = axes.get(name);
      if (size === undefined && !known(name)) return undefined;
      product = mulSize(product, size === undefined ? namedSize(name) : subSize(size, 1));
    }
    if (term.coefficient < 0 && term.names.some((name) => axes.has(name))) return undefined;
    sum = addSize(sum, product);
  }
  return sum;
}

/** Is `0 <= index < size` certain? */
export function staysInside(index: Index, size: Size, axes: AxisSizes, known: (name: string) => boolean): boolean {
  if (!hasNoNegativeTerm(index)) return false;
  const top = largest(index, axes, known);
  return top !== undefined && hasNoNegativeTerm(subSize(subSize(size, 1), top));
}
