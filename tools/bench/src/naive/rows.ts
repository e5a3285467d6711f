/** W5 to W7 by hand: a long elementwise chain, rows that are normalised, a product of matrices. */
import type { Implementation } from "../workloads/contender.js";
import { addTransposedA, matmul, matmulTransposedB } from "./loops.js";

/** Σ tanh(xy + z) σ(x) */
export const chain: Implementation = ({ x, y, z }) => {
  if (x === undefined || y === undefined || z === undefined) throw new Error("x, y, z are expected");
  const n = x.length;
  const [gx, gy, gz] = [new Float32Array(n), new Float32Array(n), new Float32Array(n)];
  const run = (): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const t = Math.tanh(x[i]! * y[i]! + z[i]!);
      const s = 1 / (1 + Math.exp(-x[i]!));
      sum += t * s;
      const d = s * (1 - t * t);
      gz[i] = d;
      gx[i] = d * y[i]! + t * s * (1 - s);
      gy[i] = d * x[i]!;
    }
    return sum;
  };
  return { run, gradients: [gx, gy, gz] };
};

/** Σ T softmax(X), row by row. */
export const softmaxRows =
  (columns: number): Implementation =>
  ({ X, T }) => {
    if (X === undefined || T === undefined) throw new Error("X and T are expected");
    const gradient = new Float32Array(X.length);
    const p = new Float64Array(columns);
    const run = (): number => {
      let loss = 0;
      for (let o = 0; o < X.length; o += columns) {
        let top = Number.NEGATIVE_INFINITY;
        for (let j = 0; j < columns; j++) top = Math.max(top, X[o + j]!);
        let sum = 0;
        for (let j = 0; j < columns; j++) {
          p[j] = Math.exp(X[o + j]! - top);
          sum += p[j]!;
        }
        let row = 0;
        for (let j = 0; j < columns; j++) row += (p[j]! / sum) * T[o + j]!;
        loss += row;
        for (let j = 0; j < columns; j++) gradient[o + j] = (p[j]! / sum) * (T[o + j]! - row);
      }
      return loss;
    };
    return { run, gradients: [gradient] };
  };

/** Σ T layerNorm(X; g, b), row by row. */
export const normRows: Implementation = ({ X, T, g, b }) => {
  if (X === undefined || T === undefined || g === undefined || b === undefined)
    throw new Error("X, T, g, b are expected");
  const columns = g.length;
  const gx = new Float32Array(X.length);
  const [gg, gb] = [new Float64Array(columns), new Float64Array(columns)];
  const run = (): number => {
    let loss = 0;
    gg.fill(0);
    gb.fill(0);
    for (let o = 0; o < X.length; o += columns) {
      let mean = 0;
      for (let j = 0; j < columns; j++) mean += X[o + j]! / columns;
      let variance = 0;
      for (let j = 0; j < columns; j++) variance += (X[o + j]! - mean) ** 2 / columns;
      const r = 1 / Math.sqrt(variance + 1e-5);
      let [s, sn] = [0, 0];
      for (let j = 0; j < columns; j++) {
        const n = (X[o + j]! - mean) * r;
        const t = T[o + j]!;
        loss += t * (n * g[j]! + b[j]!);
        gg[j]! += t * n;
        gb[j]! += t;
        s += (t * g[j]!) / columns;
        sn += (t * g[j]! * n) / columns;
      }
      for (let j = 0; j < columns; j++) gx[o + j] = r * (T[o + j]! * g[j]! - s - (X[o + j]! - mean) * r * sn);
    }
    return loss;
  };
  return { run, gradients: [gx, gg, gb] };
};

/** Σ T (A B) of square matrices. */
export const product: Implementation = ({ A, B, T }) => {
  if (A === undefined || B === undefined || T === undefined) throw new Error("A, B, T are expected");
  const n = Math.sqrt(A.length);
  const [C, gA, gB] = [new Float32Array(n * n), new Float32Array(n * n), new Float32Array(n * n)];
  const run = (): number => {
    matmul(A, B, C, n, n, n);
    let sum = 0;
    for (let i = 0; i < C.length; i++) sum += C[i]! * T[i]!;
    matmulTransposedB(T, B, gA, n, n, n);
    gB.fill(0);
    addTransposedA(A, T, gB, n, n, n);
    return sum;
  };
  return { run, gradients: [gA, gB] };
};
