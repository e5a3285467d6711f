/** Matrix products as three loops, row by row: what one writes without thinking of the machine. */
type Numbers = Float32Array | Float64Array;

/** C = A B of [m, k] and [k, n]. */
export function matmul(a: Numbers, b: Numbers, c: Numbers, m: number, k: number, n: number): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!;
      c[i * n + j] = sum;
    }
  }
}

/** C += Aᵀ B of [k, m] and [k, n]. */
export function addTransposedA(a: Numbers, b: Numbers, c: Numbers, m: number, k: number, n: number): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[p * m + i]! * b[p * n + j]!;
      c[i * n + j]! += sum;
    }
  }
}

/** C = A Bᵀ of [m, k] and [n, k]. */
export function matmulTransposedB(a: Numbers, b: Numbers, c: Numbers, m: number, k: number, n: number): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[j * k + p]!;
      c[i * n + j] = sum;
    }
  }
}

/** Adds a row to every row. */
export function addRow(c: Numbers, row: Numbers, rows: number): void {
  const n = row.length;
  for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) c[i * n + j]! += row[j]!;
}

/** The sum of the rows. */
export function sumRows(c: Numbers, row: Numbers, rows: number): void {
  const n = row.length;
  row.fill(0);
  for (let i = 0; i < rows; i++) for (let j = 0; j < n; j++) row[j]! += c[i * n + j]!;
}
