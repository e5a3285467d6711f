/**
 * Kernels written by hand for one size each, as text with the sizes in it: what generated code is aimed at. They are text
 * because V8 makes faster code of literal sizes, and a module would be needed for every size.
 *
 * Invariant: a kernel's arrays are constants of its own; nothing is shared between two of them.
 */

/** The kernel: its factory's text is run once. */
export const compiled = (text: string): unknown => new Function(text)();

/** `count` times, joined. */
export const repeat = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join("");

export interface Product {
  /** C is [m, n], the sum has k terms. */
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A is given as [k, m]. */
  readonly aT?: boolean;
  /** B is given as [n, k]. */
  readonly bT?: boolean;
}

/** Rows and columns of a tile: six sums, which fit the registers. */
const [tileRows, tileColumns] = [2, 3];

/** The whole tiles of an axis, and the one that is left. */
const tilesOf = (size: number, tile: number): readonly number[] => [
  ...(size >= tile ? [tile] : []),
  ...(size % tile > 0 ? [size % tile] : []),
];

/** A tile of C, of packed panels of A (from `a` on) and B. */
function tile(name: string, rows: number, columns: number, { n, k }: Product): string {
  const cells = Array.from({ length: rows * columns }, (_, x) => x);
  return `
function ${name}_tile${rows}x${columns}(C, a, z) {
  let ${cells.map((x) => `c${x} = 0`).join(", ")};
  for (let p = 0; p < ${k * columns}; p = (p + ${columns}) | 0, a = (a + ${rows}) | 0) {
    ${repeat(columns, (j) => `const b${j} = ${name}_B[(p + ${j}) | 0]; `)}
    ${repeat(rows, (i) => `const x${i} = ${name}_A[(a + ${i}) | 0]; `)}
    ${cells.map((x) => `c${x} += x${Math.floor(x / columns)} * b${x % columns};`).join(" ")}
  }
  ${cells.map((x) => `C[(z + ${Math.floor(x / columns) * n + (x % columns)}) | 0] = c${x};`).join(" ")}
}`;
}

function packA(name: string, rows: number, { m, k, aT = false }: Product): string {
  const from = (q: number): string =>
    aT ? `(Math.imul(p, ${m}) + i + ${q}) | 0` : `(Math.imul(i + ${q}, ${k}) + p) | 0`;
  return `
function ${name}_packA${rows}(A, i, w) {
  for (let p = 0; p < ${k}; p = (p + 1) | 0, w = (w + ${rows}) | 0) {
    ${repeat(rows, (q) => `${name}_A[(w + ${q}) | 0] = A[${from(q)}]; `)}
  }
}`;
}

function packB(name: string, columns: number, { n, k, bT = false }: Product): string {
  const from = (q: number): string =>
    bT ? `(Math.imul(j + ${q}, ${k}) + r) | 0` : `(Math.imul(r, ${n}) + j + ${q}) | 0`;
  return `
function ${name}_packB${columns}(B, j) {
  for (let r = 0, p = 0; r < ${k}; r = (r + 1) | 0, p = (p + ${columns}) | 0) {
    ${repeat(columns, (q) => `${name}_B[(p + ${q}) | 0] = B[${from(q)}]; `)}
  }
}`;
}

/** All tiles of the columns from j on. */
function column(name: string, columns: number, { m, n, k }: Product): string {
  const whole = m - (m % tileRows);
  const rest = m % tileRows;
  return `
function ${name}_column${columns}(B, C, j) {
  ${name}_packB${columns}(B, j);
  ${whole > 0 ? `for (let i = 0; i < ${whole}; i = (i + ${tileRows}) | 0) ${name}_tile${tileRows}x${columns}(C, Math.imul(i, ${k}), (Math.imul(i, ${n}) + j) | 0);` : ""}
  ${rest > 0 ? `${name}_tile${rest}x${columns}(C, ${whole * k}, (${whole * n} + j) | 0);` : ""}
}`;
}

/** A function `name(A, B, C)`: C = A B, in tiles of packed panels. */
export function product(name: string, of: Product): string {
  const { m, n, k } = of;
  const [rows, columns] = [tilesOf(m, tileRows), tilesOf(n, tileColumns)];
  const [wholeRows, wholeColumns] = [m - (m % tileRows), n - (n % tileColumns)];
  return `
const ${name}_A = new Float64Array(${m * k}), ${name}_B = new Float64Array(${k * tileColumns});
${rows.map((r) => packA(name, r, of)).join("")}
${columns.map((c) => packB(name, c, of) + rows.map((r) => tile(name, r, c, of)).join("") + column(name, c, of)).join("")}
function ${name}(A, B, C) {
  ${wholeRows > 0 ? `for (let i = 0; i < ${wholeRows}; i = (i + ${tileRows}) | 0) ${name}_packA${tileRows}(A, i, Math.imul(i, ${k}));` : ""}
  ${m > wholeRows ? `${name}_packA${m - wholeRows}(A, ${wholeRows}, ${wholeRows * k});` : ""}
  ${wholeColumns > 0 ? `for (let j = 0; j < ${wholeColumns}; j = (j + ${tileColumns}) | 0) ${name}_column${tileColumns}(B, C, j);` : ""}
  ${n > wholeColumns ? `${name}_column${n - wholeColumns}(B, C, ${wholeColumns});` : ""}
}`;
}

/** `exp(x)`: 2^(m/32) from two tables times a cubic, with a relative error of 6e-10; and what is made of it. */
export const exponentials = `
const POWERS = new Float64Array(2048), PARTS = new Float64Array(32);
for (let i = 0; i < 2048; i++) POWERS[i] = Math.pow(2, i - 1024);
for (let i = 0; i < 32; i++) PARTS[i] = Math.pow(2, i / 32);
function exp(x) {
  x = x < -700 ? -700 : x > 700 ? 700 : x;
  const t = x * 46.16624130844683, m = (t + 32768.5) | 0, r = (t - (m - 32768)) * 0.021660849392498290;
  return POWERS[m >> 5] * PARTS[m & 31] * (1 + r * (1 + r * (0.5 + r * 0.16666666666666666)));
}
function sigmoid(x) { return 1 / (1 + exp(-x)); }
function tanh(x) { return 1 - 2 / (1 + exp(2 * x)); }`;

/** A fresh array. */
export const zeros = (length: number): string => `new Float32Array(${length})`;
