/** det of triangular and other matrices whose determinant is a product or a known number; the gradient is that of cofactors. */
import { describe, expect, test } from "vitest";
import { check } from "../testing/check.js";
import * as written from "./det.gen.js";
import { det } from "./det.js";
import * as table from "./table.gen.js";

/** Ones on the diagonal and above it, times a number in each row: the cofactors of the first row are 0 but for the first. */
const product = (...rows: readonly number[]) => ({
  from: `${rows.length} rows of a triangle`,
  input: { ell: rows.length, A: rows.flatMap((value, i) => rows.map((_, j) => (j < i ? 0 : value))) },
  outputs: { primal: rows.reduce((so, value) => so * value, 1) },
});

/** The numbers 1/(i + j + 1); their determinant by Cauchy's formula, from exact fractions. */
const hilbert = (ell: number, determinant: number) => ({
  from: `Hilbert's matrix of ${ell} rows`,
  input: { ell, A: Array.from({ length: ell * ell }, (_, at) => 1 / (Math.floor(at / ell) + (at % ell) + 1)) },
  outputs: { primal: determinant },
  within: 1e-15,
});

check(det, [
  { from: "one row", input: { ell: 1, A: [-3] }, outputs: { primal: -3, gradient: [1] } },
  { from: "ad - bc", input: { ell: 2, A: [1, 2, 3, 5] }, outputs: { primal: -1, gradient: [5, -3, -2, 1] } },
  {
    from: "a permutation of three: its cofactors are itself",
    input: { ell: 3, A: [0, 1, 0, 0, 0, 1, 1, 0, 0] },
    outputs: { primal: 1, gradient: [0, 1, 0, 0, 0, 1, 1, 0, 0] },
  },
  ...[4, 5, 6, 7, 8, 11].map((rows) => product(...Array.from({ length: rows }, (_, i) => (i % 3) - 1.5))),
  ...[4, 7, 11].map((ell) => {
    const A = Array.from({ length: ell * ell }, (_, at) => (Math.floor(at / ell) === (at + 1) % ell ? 1 : 0));
    return {
      from: `a cycle of ${ell}`,
      input: { ell, A },
      outputs: { primal: ell % 2 === 0 ? -1 : 1, gradient: A.map((value) => value * (ell % 2 === 0 ? -1 : 1)) },
    };
  }),
  hilbert(3, 1 / 2160),
  hilbert(4, 1 / 6048000),
]);

describe("the table and what is written out", () => {
  test.each([
    [4, written.det4, written.gradient4],
    [6, written.det6, written.gradient6],
  ])("agree at %i rows", (l, value, gradient) => {
    const a = Float64Array.from({ length: l * l }, (_, i) => Math.sin(1 + i * i));
    const sizes = { sets: 2 ** l };
    expect(table.det({ a, sizes })).toBeCloseTo(value({ a }), 13);
    const slopes = gradient({ a });
    table.gradient({ a, sizes }).forEach((slope, i) => {
      expect(slope).toBeCloseTo(slopes[i] ?? Number.NaN, 13);
    });
  });
});
