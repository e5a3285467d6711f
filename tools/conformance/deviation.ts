/** How far a result is from what is stored: max |got - want| / max(1, |want|); infinite where they do not compare. */
import type { FixtureTensor } from "./case.js";

function elementDeviation(got: number, want: number): number {
  if (Object.is(got, want) || got === want) return 0; // NaN and infinities included
  const deviation = Math.abs(got - want) / Math.max(1, Math.abs(want));
  return Number.isNaN(deviation) ? Number.POSITIVE_INFINITY : deviation;
}

/** What a generated function gave, as numbers; `undefined`: that is no tensor. */
export function numbersOf(got: unknown): readonly number[] | undefined {
  if (typeof got === "number") return [got];
  if (typeof got === "boolean") return [Number(got)];
  const known = got instanceof Float64Array || got instanceof Int32Array || got instanceof Uint8Array;
  return known ? [...got] : undefined;
}

export function deviation(got: unknown, want: FixtureTensor): number {
  const numbers = numbersOf(got);
  if (numbers === undefined || numbers.length !== want.data.length) return Number.POSITIVE_INFINITY;
  return want.data.reduce<number>((worst, item, i) => {
    const here = item === null ? 0 : elementDeviation(numbers[i] ?? Number.NaN, item);
    return Math.max(worst, here);
  }, 0);
}
