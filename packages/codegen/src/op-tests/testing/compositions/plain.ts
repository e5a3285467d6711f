/**
 * Networks on plain numbers, as textbooks write them: what the layers are compared with.
 *
 * Invariant: nothing here is shared with the language; loops over numbers, no cleverness.
 */

export type Vector = readonly number[];
export type Matrix = readonly Vector[];

/** Numbers that look arbitrary and are the same in every run: the fractional parts of multiples of √2, in [-1, 1). */
export const numbers = (count: number, from = 1): number[] =>
  Array.from({ length: count }, (_, k) => 2 * (((k + from) * Math.SQRT2) % 1) - 1);

/** Rows of such numbers. */
export const table = (rows: number, columns: number, from = 1): number[][] =>
  Array.from({ length: rows }, (_, k) => numbers(columns, from + k * columns));

export const sumOf = (values: Vector): number => values.reduce((total, value) => total + value, 0);

/** (x − mean)/√(variance + eps) of some numbers together. */
export function standardised(values: Vector, eps: number): number[] {
  const mean = sumOf(values) / values.length;
  const variance = sumOf(values.map((value) => (value - mean) ** 2)) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(variance + eps));
}

/** x·w[k] + b[k] for every element. */
export const affine = (values: Vector, w: Vector, b: Vector): number[] =>
  values.map((value, k) => value * (w[k] ?? 0) + (b[k] ?? 0));

export const transposed = (matrix: Matrix): number[][] =>
  (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? 0));

export const dotOf = (a: Vector, b: Vector): number => sumOf(a.map((value, k) => value * (b[k] ?? 0)));

/** x·wᵀ + b for one row. */
export const linearOf = (x: Vector, w: Matrix, b: Vector = []): number[] =>
  w.map((row, k) => dotOf(row, x) + (b[k] ?? 0));

export const sigmoidOf = (x: number): number => 1 / (1 + Math.exp(-x));

/** The numbers `[rows, columns]` of one head of attention; a key that is not seen has weight 0. */
export function attentionOf(
  q: Matrix,
  k: Matrix,
  v: Matrix,
  scale: number,
  seen: (query: number, key: number) => boolean = () => true,
): number[][] {
  return q.map((query, i) => {
    const weights = k.map((key, j) => (seen(i, j) ? Math.exp(scale * dotOf(query, key)) : 0));
    const total = sumOf(weights);
    return (v[0] ?? []).map((_, e) => (total === 0 ? 0 : sumOf(weights.map((w, j) => w * (v[j]?.[e] ?? 0))) / total));
  });
}
