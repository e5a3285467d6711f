/** One place of an array against another one: so many positions further along an axis. */
import { addSize, type Index, namedSize, subSize, substituteSize } from "@tapeless/types/compiler";

/** The number `d` with which `to`, at the position that is `d` further along `axis`, is `from`; `undefined` where there is none. */
export function shiftAlong(axis: string, from: readonly Index[], to: readonly Index[]): number | undefined {
  let shift: number | undefined;
  for (const [k, there] of to.entries()) {
    const step = subSize(substituteSize(there, { [axis]: addSize(namedSize(axis), 1) }), there);
    const difference = subSize(from[k] ?? 0, there);
    if (step === 0 && difference === 0) continue;
    if (typeof step !== "number" || step === 0 || typeof difference !== "number") return undefined;
    if (difference % step !== 0 || (shift ?? difference / step) !== difference / step) return undefined;
    shift = difference / step;
  }
  return shift ?? 0;
}
