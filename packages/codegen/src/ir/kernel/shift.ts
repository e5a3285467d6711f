/** One place of an array against another one: so many positions further along an axis. */
import { addSize, type Index, namedSize, namesOf, subSize, substituteSize } from "@tapeless/types/compiler";
import type { Axis } from "./nodes.js";

/**
 * The number `d` with which `to`, at the position that is `d` further along the last axis, is `from`; `undefined` where there
 * is none. Where `d` is not 0, a part of the index is of the last axis alone: else the place before the first one of a row is
 * one of another row.
 */
export function shiftAlong(axes: readonly Axis[], from: readonly Index[], to: readonly Index[]): number | undefined {
  const axis = axes.at(-1)?.name ?? "";
  const others = axes.slice(0, -1).map(({ name }) => name);
  let shift: number | undefined;
  let isOwn = false;
  for (const [k, there] of to.entries()) {
    const step = subSize(substituteSize(there, { [axis]: addSize(namedSize(axis), 1) }), there);
    const difference = subSize(from[k] ?? 0, there);
    if (step === 0 && difference === 0) continue;
    if (typeof step !== "number" || step === 0 || typeof difference !== "number") return undefined;
    if (difference % step !== 0 || (shift ?? difference / step) !== difference / step) return undefined;
    shift = difference / step;
    isOwn ||= !namesOf(there).some((name) => others.includes(name));
  }
  return shift === undefined || shift === 0 || isOwn ? (shift ?? 0) : undefined;
}
