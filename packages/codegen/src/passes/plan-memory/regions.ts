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

/** By the text of each unit the one that measures it too, or itself: those by which others are measured come first. */
function widest(units: readonly Size[]): ReadonlyMap<string, Size> {
  const each = [...new Map(units.map((unit) => [showSize(unit), unit])).values()];
  const wider = (unit: Size): Size => each.reduce((wide, other) => (covers(other, wide) ? other : wide), unit);
  return new Map(each.map((unit) => [showSize(unit), wider(unit)]));
}

/** Buffers whose sizes one unit measures stand in one region. */
export function regionsOf(living: readonly Living[]): readonly Region[] {
  const counted = living.map((each) => {
    const count = contentOf(each.bytes);
    return { ...each, count, unit: divideSize(each.bytes, count) ?? 1 };
  });
  const wide = widest(counted.map(({ unit }) => unit));
  const regions = new Map<string, { readonly unit: Size; readonly living: Region["living"][number][] }>();
  for (const { unit: own, ...each } of counted) {
    const unit = wide.get(showSize(own)) ?? own;
    const region = regions.get(showSize(unit)) ?? { unit, living: [] };
    if (region.living.length === 0) regions.set(showSize(unit), region);
    region.living.push(each);
  }
  return [...regions.values()]
    .map((region) => ({ ...region, element: region.living.reduce((most, { element }) => Math.max(most, element), 1) }))
    .sort((a, b) => b.element - a.element);
}
