/**
 * eˣ and tanh x from a table of powers of 2, within 0.6 and 2 units in the last place: nearer than `Math.exp` and `Math.tanh` of
 * the engines there are, about twice as fast where they are called in loops, and the same bits on all engines. Generated
 * modules carry the same arithmetic (codegen, `emit/ts/table-texts.ts`).
 *
 * With k the whole number next to 128 x / ln 2 and r what is left, |r| ≤ ln 2 / 256, eˣ = 2^(k/128) eʳ; the first factor has its
 * fraction from the table, in two doubles, and five terms of the series give eʳ - 1 to 2^-60 (P. T. P. Tang, "Table-driven
 * implementation of the exponential function in IEEE floating-point arithmetic", ACM TOMS 15, 1989).
 */

const at = (table: Float64Array, index: number): number => table[index] ?? Number.NaN;

/** 2^(j/128) at 2j + 1, and at 2j what it leaves out, in parts of it: by products with 2^(1/128) in two doubles (T. J. Dekker). */
function fractionsOfTwo(): Float64Array {
  const table = new Float64Array(256);
  const root = 1.0054299011128027;
  const rest = 9.499186535455032e-17;
  const head = 134217729 * root - (134217729 * root - root);
  const tail = root - head;
  let value = 1;
  let error = 0;
  for (let j = 0; j < 256; j += 2) {
    table[j] = error / value;
    table[j + 1] = value;
    const product = value * root;
    const high = 134217729 * value - (134217729 * value - value);
    const low = value - high;
    const more = high * head - product + high * tail + low * head + low * tail + (value * rest + error * root);
    value = product + more;
    error = more - (value - product);
  }
  return table;
}

/** 2^(j - 1023). */
function wholePowersOfTwo(): Float64Array {
  const table = new Float64Array(2048);
  table[1023] = 1;
  for (let j = 1024; j < 2047; j++) table[j] = 2 * at(table, j - 1);
  for (let j = 1022; j > 0; j--) table[j] = at(table, j + 1) / 2;
  return table;
}

const fractions = fractionsOfTwo();
const wholes = wholePowersOfTwo();

/** eˣ; where it is subnormal or beyond the doubles, the engine's. */
export function expByTable(x: number): number {
  if (!(Math.abs(x) < 708)) return Math.exp(x);
  const near = x * 184.6649652337873 + 6755399441055744 - 6755399441055744;
  const k = near | 0;
  const r = x - near * 0.0054152123475432745 - near * 5.812982117197185e-13;
  const j = (k & 127) << 1;
  const fraction = at(fractions, j + 1);
  const series = r + r * r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * 0.008333333333333333)));
  return (fraction + fraction * (at(fractions, j) + series)) * at(wholes, (k >> 7) + 1023);
}

/** The series of tanh x / x, which is enough below 1/16. */
const smallTanh = (z: number): number =>
  1 -
  z *
    (0.3333333333333333 -
      z *
        (0.13333333333333333 -
          z *
            (0.05396825396825397 -
              z * (0.021869488536155203 - z * (0.008863235529902197 - z * 0.003592128036572481)))));

/** tanh x = m / (m + 2) with m = e^2|x| - 1 and the sign of x; 2^(k/128) - 1 is exact up to 1. */
export function tanhByTable(x: number): number {
  const size = Math.abs(x);
  if (!(size >= 0.0625)) return x * smallTanh(x * x);
  if (size > 20) return x > 0 ? 1 : -1;
  const near = size * 369.3299304675746 + 6755399441055744 - 6755399441055744;
  const k = near | 0;
  const r = 2 * size - near * 0.0054152123475432745 - near * 5.812982117197185e-13;
  const j = (k & 127) << 1;
  const power = at(fractions, j + 1) * at(wholes, (k >> 7) + 1023);
  const series = r + r * r * (0.5 + r * (0.16666666666666666 + r * (0.041666666666666664 + r * 0.008333333333333333)));
  const less = power - 1 + power * (at(fractions, j) + series);
  return x > 0 ? less / (less + 2) : -less / (less + 2);
}
