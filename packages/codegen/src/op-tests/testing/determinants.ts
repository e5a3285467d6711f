/**
 * Determinants by definition, of matrices whose elements are polynomials in t: the k-th coefficient of a cofactor of
 * a + t v is its k-th derivative along v, divided by k!. Whole numbers stay exact. Invariant: shares nothing with the ops.
 */

/** Coefficients, lowest power first. */
type Polynomial = readonly number[];

export type Matrix = readonly (readonly number[])[];
type PolynomialMatrix = readonly (readonly Polynomial[])[];

const plus = (p: Polynomial, q: Polynomial): Polynomial =>
  Array.from({ length: Math.max(p.length, q.length) }, (_, k) => (p[k] ?? 0) + (q[k] ?? 0));

const times = (p: Polynomial, q: Polynomial): Polynomial =>
  Array.from({ length: p.length + q.length - 1 }, (_, k) =>
    p.reduce((sum, coefficient, i) => sum + coefficient * (q[k - i] ?? 0), 0),
  );

const without = (m: PolynomialMatrix, row: number, column: number): PolynomialMatrix =>
  m.toSpliced(row, 1).map((line) => line.toSpliced(column, 1));

/** By the first row, which takes n! products. */
function det(m: PolynomialMatrix): Polynomial {
  const [first] = m;
  if (first === undefined) return [1];
  return first.reduce<Polynomial>(
    (sum, element, j) => plus(sum, times([(-1) ** j], times(element, det(without(m, 0, j))))),
    [0],
  );
}

const along = (a: Matrix, v: Matrix): PolynomialMatrix =>
  a.map((row, i) => row.map((element, j) => [element, v[i]?.[j] ?? 0]));

const zeros = (a: Matrix): Matrix => a.map((row) => row.map(() => 0));

export const detByDefinition = (a: Matrix): number => det(along(a, zeros(a)))[0] ?? 0;

/** The `k`-th derivative of the matrix of cofactors along v, row by row. */
export function cofactorsAlong(a: Matrix, v: Matrix, k: number): readonly number[] {
  const m = along(a, v);
  const factorial = Array.from({ length: k }, (_, i) => i + 1).reduce((x, y) => x * y, 1);
  return a.flatMap((row, i) => row.map((_, j) => (-1) ** (i + j) * (det(without(m, i, j))[k] ?? 0) * factorial));
}

export const cofactorsByDefinition = (a: Matrix): readonly number[] => cofactorsAlong(a, zeros(a), 0);

/** Products of whole numbers between -2 and 2: a matrix of at most the given rank. */
export function matrixOfRank(n: number, rank: number, draw: () => number): Matrix {
  const whole = (): number => Math.floor(draw() * 5) - 2;
  const [left, right] = [0, 1].map(() => Array.from({ length: n }, () => Array.from({ length: rank }, whole)));
  return (left ?? []).map((row) =>
    (right ?? []).map((other) => row.reduce((sum, x, k) => sum + x * (other[k] ?? 0), 0)),
  );
}
