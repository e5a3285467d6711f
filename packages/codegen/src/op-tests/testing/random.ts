/** Random test values. Invariant: everything follows from the seed, so a failure repeats. */

export type Random = () => number;

/** Uniform in [0, 1) (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const drawInteger = (random: Random, below: number): number => Math.floor(random() * below);

/** How far draws keep from each other and from kinks, as a part of what each has for itself. */
const margin = 0.25;

/**
 * `count` numbers of the interval in random order, no two close to each other (a maximum has no ties) and none close to
 * a place to be avoided (a kink).
 */
export function drawApart(
  random: Random,
  count: number,
  [low, high]: readonly [number, number],
  avoid: readonly number[],
): number[] {
  const width = (high - low) / Math.max(count, 1);
  const near = Math.min(0.06, width);
  const values = Array.from({ length: count }, (_, k) => {
    const value = low + width * (k + margin + (1 - 2 * margin) * random());
    const kink = avoid.find((place) => Math.abs(value - place) < near);
    return kink === undefined ? value : kink + (value < kink ? -near : near);
  });
  for (let k = count - 1; k > 0; k--) {
    const other = drawInteger(random, k + 1);
    [values[k], values[other]] = [values[other] ?? 0, values[k] ?? 0];
  }
  return values;
}
