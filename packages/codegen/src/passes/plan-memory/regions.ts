/**
 * Buffers by the polynomial that their sizes are multiples of.
 *
 * Invariant: regions of larger elements come first, and a region's length is a multiple of the bytes of its largest
 * elements; so each starts at such a multiple, whatever the named dimensions are.
 */
import { contentOf, divideSize, isNatural, type Size, showSize, subSize, topOf } from "@tapeless/types/compiler";
import type { Interval } from "./lifetimes.js";

/** A buffer, and from when to when it is alive. */
export interface Living extends Interval {
  readonly name: string;
  readonly bytes: Size;
  /** What the place of the buffer must be a multiple of, in bytes. */
  readonly element: number;
}

export interface Region {
  readonly unit: Size;
  /** Bytes of its largest elements. */
  readonly element: number;
  /** `count` units of bytes each. */
  readonly living: readonly (Living & { readonly count: number })[];
}

/**
 * Whether a range of `wide` holds one of `narrow` for all sizes, and is longer by terms of lower degree only: n for n − 1,
 * n·m + n for n·m.
 */
const covers = (wide: Size, narrow: Size): boolean =>
  isNatural(subSize(wide, narrow)) && showSize(topOf(wide)) === showSize(topOf(narrow));

/** Units by which others are measured as well come first. */
function widest(units: readonly Size[], unit: Size): Size {
  return units.reduce((wide, other) => (covers(other, wide) ? other : wide), unit);
}

/** Buffers whose sizes one unit measures stand in one region. */
export function regionsOf(living: readonly Living[]): readonly Region[] {
  const counted = living.map((each) => {
    const count = contentOf(each.bytes);
    return { ...each, count, unit: divideSize(each.bytes, count) ?? 1 };
  });
  const units = [...new Map(counted.map(({ unit }) => [showSize(unit), unit])).values()];
  const regions = new Map<string, Region>();
  for (const { unit: own, ...each } of counted) {
    const unit = widest(units, own);
    const known = regions.get(showSize(unit));
    regions.set(showSize(unit), {
      unit,
      element: Math.max(known?.element ?? 1, each.element),
      living: [...(known?.living ?? []), each],
    });
  }
  return [...regions.values()].sort((a, b) => b.element - a.element);
}
