/**
 * Whether contenders compute the same, said by digests that are short for arrays of any length: of an array the sum of its
 * absolute values and the sum of its elements by weights that differ from place to place. An error of one element, or two
 * that are exchanged, shows in them.
 *
 * Invariant: NaN agrees with nothing.
 */

/** A weight within ±1, another at each place: a fraction of a multiple of the golden ratio. */
const weight = (i: number): number => ((i * 0.6180339887498949) % 1) * 2 - 1;

/** [Σ|x|, Σ wᵢ xᵢ] */
export function digest(values: ArrayLike<number>): readonly [number, number] {
  let [size, weighed] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    size += Math.abs(value);
    weighed += weight(i) * value;
  }
  return [size, weighed];
}

/** A loss and the digests of its gradients. */
export const digestAll = (value: number, gradients: readonly ArrayLike<number>[]): readonly number[] => [
  value,
  ...gradients.flatMap((gradient) => digest(gradient)),
];

/** The largest difference of two lists, in parts of the size of what is compared; Infinity where they are not alike. */
export function difference(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  expected.forEach((value, i) => {
    // A weighed sum is as exact as the sum of absolute values before it.
    const isWeighed = i > 0 && i % 2 === 0;
    const scale = Math.max(Math.abs(value), isWeighed ? Math.abs(expected[i - 1] ?? 0) : 0, 1e-30);
    const found = Math.abs((actual[i] ?? Number.NaN) - value) / scale;
    worst = Number.isNaN(found) ? Number.POSITIVE_INFINITY : Math.max(worst, found);
  });
  return worst;
}

/** The largest difference of two arrays, in parts of the largest element. */
export function distanceOf(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [worst, scale] = [0, 1e-300];
  for (let i = 0; i < expected.length; i++) {
    const found = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    worst = Number.isNaN(found) ? Number.POSITIVE_INFINITY : Math.max(worst, found);
    scale = Math.max(scale, Math.abs(expected[i] ?? 0));
  }
  return worst / scale;
}
