/** W10 by hand, on tiled products: the heads are copied apart, so that each attends with products of its own. */
import type { Kernel } from "./small.js";
import { compiled, exponentials, product, zeros } from "./text.js";

interface Sizes {
  readonly batch: number;
  readonly heads: number;
  /** Positions. */
  readonly s: number;
  /** Features. */
  readonly d: number;
  /** Features between the two layers. */
  readonly f: number;
}

const products = ({ batch, heads, s, d, f }: Sizes): string => {
  const [rows, width] = [batch * s, d / heads];
  return [
    product("times", { m: rows, n: d, k: d }),
    product("timesBack", { m: rows, n: d, k: d, bT: true }),
    product("weights", { m: d, n: d, k: rows, aT: true }),
    product("scores", { m: s, n: s, k: width, bT: true }),
    product("mixed", { m: s, n: width, k: s }),
    product("mixedBack", { m: s, n: width, k: s, aT: true }),
    product("up", { m: rows, n: f, k: d }),
    product("down", { m: rows, n: d, k: f }),
    product("downWeights", { m: f, n: d, k: rows, aT: true }),
    product("downBack", { m: rows, n: f, k: d, bT: true }),
    product("upWeights", { m: d, n: f, k: rows, aT: true }),
    product("upBack", { m: rows, n: d, k: f, bT: true }),
  ].join("");
};

const names = ["Wq", "Wk", "Wv", "Wo", "g1", "c1", "g2", "c2", "Wa", "ba", "Wb", "bb"];

function arrays({ batch, heads, s, d, f }: Sizes): string {
  const rows = batch * s;
  const features = [
    "n1",
    "h1",
    "q",
    "k",
    "v",
    "qh",
    "kh",
    "vh",
    "oh",
    "o",
    "y",
    "n2",
    "h2",
    "z",
    "dz",
    "dy",
    "dx",
    "t2",
  ];
  const all = [...features, "dq", "dk", "dv", "doh"].map((name) => `const ${name} = ${zeros(rows * d)};`);
  const sizes = [d * d, d * d, d * d, d * d, d, d, d, d, d * f, f, f * d, d];
  return `
${all.join("\n")}
${names.map((name, i) => `const G${name} = ${zeros(sizes[i] ?? 0)};`).join("\n")}
const r1 = ${zeros(rows)}, r2 = ${zeros(rows)}, u = ${zeros(rows * f)}, du = ${zeros(rows * f)}, da = ${zeros(s * s)};
function apart(a, size) {
  return Array.from({ length: ${batch * heads} }, (_, i) => a.subarray(i * size, (i + 1) * size));
}
const head = (a) => apart(a, ${(s * d) / heads});
const W = apart(${zeros(batch * heads * s * s)}, ${s * s});
const Q = head(qh), K = head(kh), V = head(vh), O = head(oh), DQ = head(dq), DK = head(dk), DV = head(dv), DO = head(doh);`;
}

const norms = ({ batch, s, d }: Sizes): string => `
function norm(x, g, c, n, y, rs) {
  for (let i = 0, o = 0; i < ${batch * s}; i++, o += ${d}) {
    let sum = 0, squares = 0;
    for (let j = 0; j < ${d}; j++) { const v = x[o + j]; sum += v; squares += v * v; }
    const m = sum * ${1 / d}, r = 1 / Math.sqrt(squares * ${1 / d} - m * m + 1e-5);
    rs[i] = r;
    for (let j = 0; j < ${d}; j++) { const v = (x[o + j] - m) * r; n[o + j] = v; y[o + j] = v * g[j] + c[j]; }
  }
}
function normBack(dy, n, g, rs, dx, gg, gc) {
  gg.fill(0);
  gc.fill(0);
  for (let i = 0, o = 0; i < ${batch * s}; i++, o += ${d}) {
    let a = 0, b = 0;
    for (let j = 0; j < ${d}; j++) {
      const v = dy[o + j], w = n[o + j], e = v * g[j];
      gg[j] += v * w;
      gc[j] += v;
      a += e;
      b += e * w;
    }
    a *= ${1 / d};
    b *= ${1 / d};
    for (let j = 0; j < ${d}; j++) dx[o + j] += rs[i] * (dy[o + j] * g[j] - a - n[o + j] * b);
  }
}`;

function copies({ batch, heads, s, d }: Sizes): string {
  const width = d / heads;
  const copy = (name: string, to: string, from: string): string => `
function ${name}(x, y) {
  for (let b = 0; b < ${batch}; b++) for (let h = 0; h < ${heads}; h++) for (let t = 0; t < ${s}; t++) {
    const p = ((b * ${heads} + h) * ${s} + t) * ${width}, q = (b * ${s} + t) * ${d} + h * ${width};
    for (let j = 0; j < ${width}; j++) y[${to} + j] = x[${from} + j];
  }
}`;
  return copy("toHeads", "p", "q") + copy("fromHeads", "q", "p");
}

const elementwise = ({ batch, heads, s, d, f }: Sizes): string => `
function softmax(e) {
  for (let o = 0; o < ${s * s}; o += ${s}) {
    let top = e[o], sum = 0;
    for (let j = 1; j < ${s}; j++) { const v = e[o + j]; top = v > top ? v : top; }
    for (let j = 0; j < ${s}; j++) { const v = exp((e[o + j] - top) * ${1 / Math.sqrt(d / heads)}); e[o + j] = v; sum += v; }
    const r = 1 / sum;
    for (let j = 0; j < ${s}; j++) e[o + j] *= r;
  }
}
function softmaxBack(e, d) {
  for (let o = 0; o < ${s * s}; o += ${s}) {
    let m = 0;
    for (let j = 0; j < ${s}; j++) m += e[o + j] * d[o + j];
    for (let j = 0; j < ${s}; j++) d[o + j] = e[o + j] * (d[o + j] - m) * ${1 / Math.sqrt(d / heads)};
  }
}
function add(to, x) { for (let i = 0; i < ${batch * s * d}; i++) to[i] += x[i]; }
function relu(b) {
  for (let p = 0; p < ${batch * s * f}; p += ${f}) for (let j = 0; j < ${f}; j++) { const v = u[p + j] + b[j]; u[p + j] = v > 0 ? v : 0; }
}
function reluBack() { for (let p = 0; p < ${batch * s * f}; p++) if (!(u[p] > 0)) du[p] = 0; }
function sumRows(x, g) {
  const n = g.length;
  g.fill(0);
  for (let p = 0; p < x.length; p += n) for (let j = 0; j < n; j++) g[j] += x[p + j];
}
function miss(b, t) {
  let sum = 0;
  for (let p = 0; p < ${batch * s * d}; p += ${d}) for (let j = 0; j < ${d}; j++) {
    const e = z[p + j] + b[j] + y[p + j] - t[p + j];
    sum += e * e;
    dz[p + j] = e * ${2 / (batch * s * d)};
  }
  return sum * ${1 / (batch * s * d)};
}`;

/** Inputs are x, t and the parameters in the order of their names. */
export const transformerBlock = (sizes: Sizes): Kernel =>
  compiled(`${exponentials}
${products(sizes)}
${arrays(sizes)}
${norms(sizes)}
${copies(sizes)}
${elementwise(sizes)}
function attend() {
  toHeads(q, qh); toHeads(k, kh); toHeads(v, vh);
  for (let i = 0; i < ${sizes.batch * sizes.heads}; i++) { scores(Q[i], K[i], W[i]); softmax(W[i]); mixed(W[i], V[i], O[i]); }
  fromHeads(oh, o);
}
function attendBack() {
  toHeads(dx, doh);
  for (let i = 0; i < ${sizes.batch * sizes.heads}; i++) {
    scores(DO[i], V[i], da);
    mixedBack(W[i], DO[i], DV[i]);
    softmaxBack(W[i], da);
    mixed(da, K[i], DQ[i]);
    mixedBack(da, Q[i], DK[i]);
  }
  fromHeads(dq, q); fromHeads(dk, k); fromHeads(dv, v);
}
return { gradients: [${names.map((name) => `G${name}`).join(", ")}], run(x, t, ${names.join(", ")}) {
  norm(x, g1, c1, n1, h1, r1);
  times(h1, Wq, q); times(h1, Wk, k); times(h1, Wv, v);
  attend();
  times(o, Wo, y); add(y, x);
  norm(y, g2, c2, n2, h2, r2);
  up(h2, Wa, u); relu(ba); down(u, Wb, z);
  const loss = miss(bb, t);
  sumRows(dz, Gbb); downWeights(u, dz, GWb); downBack(dz, Wb, du); reluBack();
  sumRows(du, Gba); upWeights(h2, du, GWa); upBack(du, Wa, dx);
  dy.set(dz); normBack(dx, n2, g2, r2, dy, Gg2, Gc2);
  weights(o, dy, GWo); timesBack(dy, Wo, dx);
  attendBack();
  weights(h1, q, GWq); weights(h1, k, GWk); weights(h1, v, GWv);
  timesBack(q, Wq, dx); timesBack(k, Wk, t2); add(dx, t2); timesBack(v, Wv, t2); add(dx, t2);
  normBack(dx, n1, g1, r1, dy, Gg1, Gc1);
  return loss;
} };`) as Kernel; // the text gives one
