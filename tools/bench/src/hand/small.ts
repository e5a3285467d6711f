/** W1, W2, W5 and W6 by hand: straight lines where shapes are tiny, one pass where memory is what takes time. */
import { compiled, exponentials, repeat } from "./text.js";

/** A kernel with the arrays of its gradients. */
export interface Kernel {
  readonly gradients: readonly ArrayLike<number>[];
  run(...inputs: readonly Float32Array[]): number;
}

/** Cast: the text gives a kernel. */
const kernel = (text: string): Kernel => compiled(text) as Kernel;

export const quadraticForm = (): Kernel =>
  kernel(`
const g = new Float32Array(3);
return { gradients: [g], run(x, M) {
  const x0 = x[0], x1 = x[1], x2 = x[2];
  ${repeat(9, (i) => `const m${i} = M[${i}]; `)}
  const r0 = m0 * x0 + m1 * x1 + m2 * x2, r1 = m3 * x0 + m4 * x1 + m5 * x2, r2 = m6 * x0 + m7 * x1 + m8 * x2;
  g[0] = r0 + m0 * x0 + m3 * x1 + m6 * x2;
  g[1] = r1 + m1 * x0 + m4 * x1 + m7 * x2;
  g[2] = r2 + m2 * x0 + m5 * x1 + m8 * x2;
  return x0 * r0 + x1 * r1 + x2 * r2;
} };`);

export const dot = (): Kernel =>
  kernel(`
const gx = new Float32Array(14), gy = new Float32Array(14);
return { gradients: [gx, gy], run(x, y) {
  let sum = 0;
  ${repeat(14, (i) => `{ const a = x[${i}], b = y[${i}]; sum += a * b; gx[${i}] = b; gy[${i}] = a; }\n`)}
  return sum;
} };`);

export const neuron = (): Kernel =>
  kernel(`
const gw = new Float32Array(10), gb = new Float32Array(1);
return { gradients: [gw, gb], run(X, y, w, b) {
  ${repeat(10, (j) => `const w${j} = w[${j}]; let g${j} = 0;\n`)}
  const b0 = b[0];
  let loss = 0, slope = 0;
  for (let i = 0, p = 0; i < 100; i = (i + 1) | 0, p = (p + 10) | 0) {
    ${repeat(10, (j) => `const x${j} = X[p + ${j}]; `)}
    const z = (w0 * x0 + w1 * x1 + w2 * x2) + (w3 * x3 + w4 * x4 + w5 * x5) + (w6 * x6 + w7 * x7) + (w8 * x8 + w9 * x9) + b0;
    const r = y[i] - (z > 0 ? z : 0), e = z > 0 ? r * -0.02 : 0;
    loss += r * r;
    ${repeat(10, (j) => `g${j} += e * x${j}; `)}
    slope += e;
  }
  ${repeat(10, (j) => `gw[${j}] = g${j}; `)}
  gb[0] = slope;
  return loss * 0.01;
} };`);

/** Both exponentials are written out, and share one division. */
export function chain(n: number): Kernel {
  const exp = (out: string, x: string): string => `
    let v${out} = ${x};
    v${out} = v${out} < -700 ? -700 : v${out} > 700 ? 700 : v${out};
    const t${out} = v${out} * 46.16624130844683, m${out} = (t${out} + 32768.5) | 0;
    const r${out} = (t${out} - (m${out} - 32768)) * 0.021660849392498290;
    const ${out} = POWERS[m${out} >> 5] * PARTS[m${out} & 31] * (1 + r${out} * (1 + r${out} * (0.5 + r${out} * 0.16666666666666666)));`;
  return kernel(`${exponentials}
const gx = new Float32Array(${n}), gy = new Float32Array(${n}), gz = new Float32Array(${n});
return { gradients: [gx, gy, gz], run(x, y, z) {
  let sum = 0;
  for (let i = 0; i < ${n}; i = (i + 1) | 0) {
    const a = x[i], b = y[i];
    ${exp("E", "2 * (a * b + z[i])")}
    ${exp("e", "-a")}
    const p = 1 + E, q = 1 + e, d = 1 / (p * q);
    const t = (E - 1) * q * d, s = p * d, ts = t * s, dz = s * (1 - t * t);
    sum += ts;
    gz[i] = dz;
    gx[i] = dz * b + ts * (1 - s);
    gy[i] = dz * a;
  }
  return sum;
} };`);
}

export const softmaxRows = (rows: number, columns: number): Kernel =>
  kernel(`${exponentials}
const g = new Float32Array(${rows * columns}), e = new Float64Array(${columns});
return { gradients: [g], run(X, T) {
  let loss = 0;
  for (let o = 0; o < ${rows * columns}; o += ${columns}) {
    let top = X[o];
    for (let j = 1; j < ${columns}; j++) { const v = X[o + j]; top = v > top ? v : top; }
    let sum = 0, row = 0;
    for (let j = 0; j < ${columns}; j++) { const v = exp(X[o + j] - top); e[j] = v; sum += v; row += v * T[o + j]; }
    const r = 1 / sum;
    row *= r;
    loss += row;
    for (let j = 0; j < ${columns}; j++) g[o + j] = e[j] * r * (T[o + j] - row);
  }
  return loss;
} };`);

export const normRows = (rows: number, columns: number): Kernel =>
  kernel(`
const gx = new Float32Array(${rows * columns}), gg = new Float64Array(${columns}), gb = new Float64Array(${columns});
return { gradients: [gx, gg, gb], run(X, T, G, B) {
  gg.fill(0);
  gb.fill(0);
  let loss = 0;
  for (let o = 0; o < ${rows * columns}; o += ${columns}) {
    let s = 0, q = 0;
    for (let j = 0; j < ${columns}; j++) { const v = X[o + j]; s += v; q += v * v; }
    const m = s / ${columns}, r = 1 / Math.sqrt(q / ${columns} - m * m + 1e-5);
    let a = 0, b = 0;
    for (let j = 0; j < ${columns}; j++) {
      const n = (X[o + j] - m) * r, t = T[o + j], d = t * G[j];
      loss += (n * G[j] + B[j]) * t;
      gg[j] += n * t;
      gb[j] += t;
      a += d;
      b += d * n;
    }
    a /= ${columns};
    b /= ${columns};
    for (let j = 0; j < ${columns}; j++) gx[o + j] = r * (T[o + j] * G[j] - a - (X[o + j] - m) * r * b);
  }
  return loss;
} };`);
