/**
 * Derivatives without a derivative rule: central differences at halved steps, extrapolated (Richardson).
 *
 * Invariant: of each element the entry of the table that differs least from the one it was made of is given, so neither
 * truncation nor rounding dominates; a smooth function of size 1 has about eleven digits.
 */

const levels = 6;

type Vector = ArrayLike<number>;

const combine = (a: Vector, b: Vector, f: (x: number, y: number) => number): readonly number[] =>
  Array.from(a, (x, i) => f(x, b[i] ?? Number.NaN));

/** d/dt f(t) at 0, element by element; `step` is the first and largest step. */
function slopesAt0(f: (t: number) => Vector, step: number): readonly number[] {
  const table: (readonly number[])[][] = [];
  for (let level = 0; level < levels; level++) {
    const h = step / 2 ** level;
    const row = [combine(f(h), f(-h), (above, below) => (above - below) / (2 * h))];
    for (const [k, coarse] of (table.at(-1) ?? []).entries()) {
      const factor = 4 ** (k + 1);
      row.push(combine(row[k] ?? [], coarse, (fine, rough) => (factor * fine - rough) / (factor - 1)));
    }
    table.push(row);
  }
  return (table[0]?.[0] ?? []).map((_, i) => steadiest(table.map((row) => row.map((entry) => entry[i] ?? Number.NaN))));
}

/** The entry that is nearest to the one it was made of. */
function steadiest(table: readonly (readonly number[])[]): number {
  let best = Number.NaN;
  let least = Number.POSITIVE_INFINITY;
  for (const row of table) {
    for (const [k, entry] of row.entries()) {
      const change = k === 0 ? Number.POSITIVE_INFINITY : Math.abs(entry - (row[k - 1] ?? Number.NaN));
      if (change < least) [best, least] = [entry, change];
    }
  }
  return best;
}

/** The Jacobian of f at x, column by column: the derivative of every element of f(x) in each element of x. */
export const slopes = (f: (x: readonly number[]) => Vector, x: readonly number[], step = 0.02): readonly number[][] =>
  x.map((at, j) => {
    const size = Math.max(1, Math.abs(at));
    return [...slopesAt0((t) => f(x.with(j, at + t)), step * size)];
  });
