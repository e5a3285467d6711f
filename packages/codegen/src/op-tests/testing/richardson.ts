/**
 * Derivatives without any derivative rule: central differences at halved steps, extrapolated (property P2).
 *
 * Invariant: the answer is the entry of the extrapolation table that differs least from its neighbour, so neither
 * truncation nor rounding dominates; for smooth functions of size 1 it is good to about 1e-12.
 */

const levels = 6;

/** d/dt f(t) at 0, element by element; `step` is the first and largest step. */
export function richardson(f: (t: number) => readonly number[], step: number): readonly number[] {
  const rows: (readonly number[])[][] = [];
  for (let level = 0; level < levels; level++) {
    const h = step / 2 ** level;
    const [above, below] = [f(h), f(-h)];
    const row = [above.map((value, at) => (value - (below[at] ?? 0)) / (2 * h))];
    const before = rows[level - 1] ?? [];
    before.forEach((coarse, k) => {
      const factor = 4 ** (k + 1);
      const fine = row[k] ?? [];
      row.push(fine.map((value, at) => (factor * value - (coarse[at] ?? 0)) / (factor - 1)));
    });
    rows.push(row);
  }
  return (rows[0]?.[0] ?? []).map((_, at) => steadiest(rows.map((row) => row.map((entry) => entry[at] ?? 0))));
}

/** The entry that is nearest to the one it was made from. */
function steadiest(table: readonly (readonly number[])[]): number {
  let [best, difference] = [table[0]?.[0] ?? 0, Number.POSITIVE_INFINITY];
  table.forEach((row) => {
    row.forEach((entry, k) => {
      const change = k === 0 ? Number.POSITIVE_INFINITY : Math.abs(entry - (row[k - 1] ?? 0));
      if (change < difference) [best, difference] = [entry, change];
    });
  });
  return best;
}
