/**
 * How far a result is from what is stored, in the ways that the fixtures ask for.
 *
 * Invariant: an error is a number to hold against a limit; it is 0 where got and want are equal (NaN and infinities
 * included), and infinite where they cannot be compared. `null` is not asserted.
 */
import type { FixtureTensor, Tolerance } from "./case.js";

/** The scale of an error in one element of a tensor. */
type Scale = (want: FixtureTensor) => (item: number) => number;

const finite = (want: FixtureTensor): readonly number[] =>
  want.data.filter((item): item is number => item !== null && Number.isFinite(item));

const normOf = (want: FixtureTensor): number => Math.hypot(...finite(want));

/** A norm below this is made of rounding: what cancels exactly in one order does not in another. */
const leastNorm = 1e-3;
/** Below it an f64 has fewer digits than usual. */
const leastNormal = 1e-300;
/** ONNX compares with rtol·|want| + atol. */
const onnx = { relative: 1e-3, absolute: 1e-7 } as const;

const scales = {
  /** max |got - want| / max(1, |want|) */
  deviation: () => (item) => Math.max(1, Math.abs(item)),
  /** Against the norm of the tensor, and nowhere looser than the deviation. */
  norm: (want) => {
    const norm = Math.max(leastNorm, normOf(want));
    return (item) => Math.min(norm, Math.max(1, Math.abs(item)));
  },
  /** Relative: 2^-52 is one unit in the last place, give or take a factor of 2. */
  relative: () => (item) => Math.max(leastNormal, Math.abs(item)),
  /** Relative, and what is small beside the largest of its tensor as the larger ones. */
  relativeToRow: (want) => {
    const most = Math.max(0, ...finite(want).map(Math.abs));
    return (item) => Math.max(leastNormal, Math.abs(item), most * 2 ** -10);
  },
  onnx: () => (item) => onnx.absolute / onnx.relative + Math.abs(item),
  /** Against the largest element, 1 at least. */
  largest: (want) => {
    const most = Math.max(1, ...finite(want).map(Math.abs));
    return () => most;
  },
} as const satisfies Readonly<Record<string, Scale>>;

export type MeasureName = keyof typeof scales;

/** What an ONNX result may be off by, in its measure. */
export const onnxTolerance: Tolerance = { measure: "onnx", limit: onnx.relative };

/** What a generated function gave, as numbers; `undefined`: that is no tensor. */
export function numbersOf(got: unknown): readonly number[] | undefined {
  if (typeof got === "number") return [got];
  if (typeof got === "boolean") return [Number(got)];
  const known =
    got instanceof Float64Array ||
    got instanceof Float32Array ||
    got instanceof Int32Array ||
    got instanceof Uint8Array;
  return known ? [...got] : undefined;
}

function elementError(got: number, want: number, scale: number): number {
  if (Object.is(got, want) || got === want) return 0;
  if (!Number.isFinite(want)) return Number.POSITIVE_INFINITY;
  const gap = Math.abs(got - want);
  if (gap <= leastNormal) return 0;
  const error = gap / scale;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

/** The largest error of something, and where it is, in words. */
export interface Gap {
  readonly error: number;
  readonly where: string;
}

export const noGap: Gap = { error: 0, where: "" };

export const worstGap = (gaps: readonly Gap[]): Gap =>
  gaps.reduce((worst, gap) => (gap.error > worst.error ? gap : worst), noGap);

/** The largest error of a tensor. */
export function gapOf(measure: MeasureName, name: string, got: unknown, want: FixtureTensor): Gap {
  const numbers = numbersOf(got);
  if (numbers === undefined || numbers.length !== want.data.length) {
    const found = numbers === undefined ? "is no tensor" : `has ${numbers.length} elements`;
    return { error: Number.POSITIVE_INFINITY, where: `${name} ${found}, not ${want.data.length} elements` };
  }
  const scale = scales[measure](want);
  return want.data.reduce<Gap>((worst, item, i) => {
    const value = numbers[i] ?? Number.NaN;
    const error = item === null ? 0 : elementError(value, item, scale(item));
    return error > worst.error ? { error, where: `${name}[${i}] is ${value}, not ${item}` } : worst;
  }, noGap);
}
