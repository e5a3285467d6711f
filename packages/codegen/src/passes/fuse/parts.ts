/**
 * Values that are a part of a buffer, element after element: what a loop reads of them, it reads where they lie.
 *
 * Invariant: only moves along whole rows count (leading slices, reshapes), so the part has the order of the whole and begins
 * at an offset; and only of what has a buffer, for storing a whole to read a part of it could cost more than the copy.
 */
import {
  addSize,
  type Eqn,
  equalSize,
  mulSize,
  productSize,
  type Size,
  sizesAttr,
  type Var,
} from "@tapeless/types/compiler";
import type { Region } from "./region.js";

export interface Part {
  readonly source: Var;
  /** Where it begins: elements from the start. */
  readonly offset: Size;
}

/** Where the elements of a slice begin in its operand, if they lie there one after the other. */
export function leadingOffset({ attrs, inputs: [whole], batch }: Eqn): Size | undefined {
  const [start, shape] = [sizesAttr(attrs, "start"), sizesAttr(attrs, "shape")];
  if (whole === undefined || batch.length > 0 || attrs.step !== undefined) return undefined;
  const rest = whole.shape.slice(1);
  if (!rest.every((size, k) => equalSize(size, shape[k + 1] ?? 0))) return undefined;
  return mulSize(start[0] ?? 0, productSize(rest));
}

/** The buffer that a value without one is a part of, found through slices and reshapes. */
export function partOf(region: Region, value: Var): Part | undefined {
  const place = region.placeOf(value);
  if (place.place !== "inline") return undefined;
  const { eqn } = place;
  const [whole] = eqn.inputs;
  const offset = eqn.op === "reshape" ? 0 : eqn.op === "slice" ? leadingOffset(eqn) : undefined;
  if (offset === undefined || whole === undefined || whole.kind === "Lit") return undefined;
  const outer = region.placeOf(whole).place;
  if (outer === "bound" || outer === "stored" || outer === "view") return { source: whole, offset };
  const further = partOf(region, whole);
  return further === undefined ? undefined : { ...further, offset: addSize(further.offset, offset) };
}
