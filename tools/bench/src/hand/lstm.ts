/** W8 by hand, on tiled products. The inputs of all steps are multiplied at once, and so are the gradients of the weights. */
import type { Kernel } from "./small.js";
import { compiled, exponentials, product, zeros } from "./text.js";

interface Sizes {
  readonly steps: number;
  readonly batch: number;
  readonly hidden: number;
}

const cell = ({ batch, hidden }: Sizes): string => `
function cell(t, b) {
  for (let r = 0; r < ${batch}; r++) {
    const p = (t * ${batch} + r) * ${4 * hidden}, z = r * ${4 * hidden}, o = (t * ${batch} + r) * ${hidden};
    const after = o + ${batch * hidden};
    for (let j = 0; j < ${hidden}; j++) {
      const I = sigmoid(g[p + j] + zh[z + j] + b[j]);
      const F = sigmoid(g[p + ${hidden} + j] + zh[z + ${hidden} + j] + b[${hidden} + j]);
      const O = sigmoid(g[p + ${2 * hidden} + j] + zh[z + ${2 * hidden} + j] + b[${2 * hidden} + j]);
      const U = tanh(g[p + ${3 * hidden} + j] + zh[z + ${3 * hidden} + j] + b[${3 * hidden} + j]);
      const value = F * c[o + j] + I * U, th = tanh(value);
      g[p + j] = I; g[p + ${hidden} + j] = F; g[p + ${2 * hidden} + j] = O; g[p + ${3 * hidden} + j] = U;
      c[after + j] = value; tc[o + j] = th; h[after + j] = O * th;
    }
  }
}`;

const cellBack = ({ batch, hidden }: Sizes): string => `
function cellBack(t) {
  for (let r = 0; r < ${batch}; r++) {
    const p = (t * ${batch} + r) * ${4 * hidden}, o = (t * ${batch} + r) * ${hidden};
    for (let j = 0; j < ${hidden}; j++) {
      const I = g[p + j], F = g[p + ${hidden} + j], O = g[p + ${2 * hidden} + j], U = g[p + ${3 * hidden} + j];
      const th = tc[o + j], D = dh[r * ${hidden} + j], d = dc[r * ${hidden} + j] + D * O * (1 - th * th);
      g[p + ${2 * hidden} + j] = D * th * O * (1 - O);
      g[p + j] = d * U * I * (1 - I);
      g[p + ${hidden} + j] = d * c[o + j] * F * (1 - F);
      g[p + ${3 * hidden} + j] = d * I * (1 - U * U);
      dc[r * ${hidden} + j] = d * F;
    }
  }
}`;

function arrays({ steps, batch, hidden }: Sizes): string {
  const [gates, state] = [4 * hidden, batch * hidden];
  return `
const g = ${zeros(steps * batch * gates)}, h = ${zeros((steps + 1) * state)}, c = ${zeros((steps + 1) * state)};
const tc = ${zeros(steps * state)}, zh = ${zeros(batch * gates)}, dh = ${zeros(state)}, dc = ${zeros(state)};
const gWx = ${zeros(hidden * gates)}, gWh = ${zeros(hidden * gates)}, gb = ${zeros(gates)};
const hs = [], gs = [];
for (let t = 0; t <= ${steps}; t++) {
  hs.push(h.subarray(t * ${state}, (t + 1) * ${state}));
  gs.push(g.subarray(t * ${batch * gates}, (t + 1) * ${batch * gates}));
}
const before = h.subarray(0, ${steps * state});`;
}

/** Inputs are xs, Wx, Wh, b. */
export function lstm(sizes: Sizes): Kernel {
  const { steps, batch, hidden } = sizes;
  const [gates, state] = [4 * hidden, batch * hidden];
  return compiled(`${exponentials}
${product("inputs", { m: steps * batch, n: gates, k: hidden })}
${product("states", { m: batch, n: gates, k: hidden })}
${product("below", { m: batch, n: hidden, k: gates, bT: true })}
${product("weights", { m: hidden, n: gates, k: steps * batch, aT: true })}
${arrays(sizes)}
${cell(sizes)}
${cellBack(sizes)}
function start() {
  const last = hs[${steps}];
  let loss = 0;
  for (let i = 0; i < ${state}; i++) { const v = last[i]; loss += v * v; dh[i] = v * ${2 / state}; dc[i] = 0; }
  return loss * ${1 / state};
}
return { gradients: [gWx, gWh, gb], run(xs, Wx, Wh, b) {
  inputs(xs, Wx, g);
  h.fill(0, 0, ${state});
  c.fill(0, 0, ${state});
  for (let t = 0; t < ${steps}; t++) { states(hs[t], Wh, zh); cell(t, b); }
  const loss = start();
  for (let t = ${steps - 1}; t >= 0; t--) { cellBack(t); if (t > 0) below(gs[t], Wh, dh); }
  weights(xs, g, gWx);
  weights(before, g, gWh);
  gb.fill(0);
  for (let p = 0; p < ${steps * batch * gates}; p += ${gates}) for (let j = 0; j < ${gates}; j++) gb[j] += g[p + j];
  return loss;
} };`) as Kernel; // the text gives one
}
