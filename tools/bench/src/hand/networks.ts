/** W3, W4, W7 and W8 by hand, on tiled products. */
import type { Kernel } from "./small.js";
import { compiled, exponentials, product } from "./text.js";

const zeros = (length: number): string => `new Float32Array(${length})`;

/** Layers with relu between them, mean cross entropy; inputs are X, Y, W1, b1, W2, b2, … */
export function mlp(batch: number, widths: readonly number[]): Kernel {
  const layers = widths.slice(1).map((output, i) => ({ at: i + 1, input: widths[i] ?? 0, output }));
  const classes = widths.at(-1) ?? 0;
  const last = layers.length;
  const text = layers.map(({ at, input, output }) => {
    const isFirst = at === 1;
    const x = isFirst ? "X" : `y${at - 1}`;
    return {
      declared: `
${product(`forward${at}`, { m: batch, n: output, k: input })}
${product(`weights${at}`, { m: input, n: output, k: batch, aT: true })}
${isFirst ? "" : product(`below${at}`, { m: batch, n: input, k: output, bT: true })}
const y${at} = ${zeros(batch * output)}, d${at} = ${zeros(batch * output)}, gW${at} = ${zeros(input * output)}, gb${at} = ${zeros(output)};
function bias${at}(b) {
  for (let p = 0; p < ${batch * output}; p += ${output}) for (let j = 0; j < ${output}; j++) {
    const v = y${at}[p + j] + b[j];
    y${at}[p + j] = ${at === last ? "v" : "v > 0 ? v : 0"};
  }
}
function back${at}() {
  ${at === last ? "" : `for (let p = 0; p < ${batch * output}; p++) if (!(y${at}[p] > 0)) d${at}[p] = 0;`}
  gb${at}.fill(0);
  for (let p = 0; p < ${batch * output}; p += ${output}) for (let j = 0; j < ${output}; j++) gb${at}[j] += d${at}[p + j];
}`,
      forward: `forward${at}(${x}, W${at}, y${at}); bias${at}(b${at});`,
      backward: `back${at}(); weights${at}(${x}, d${at}, gW${at}); ${isFirst ? "" : `below${at}(d${at}, W${at}, d${at - 1});`}`,
    };
  });
  const params = layers.map(({ at }) => `W${at}, b${at}`).join(", ");
  return compiled(`${exponentials}
${text.map(({ declared }) => declared).join("")}
function crossEntropy(Y) {
  let loss = 0;
  for (let o = 0; o < ${batch * classes}; o += ${classes}) {
    let top = y${last}[o], sum = 0;
    for (let j = 1; j < ${classes}; j++) { const v = y${last}[o + j]; top = v > top ? v : top; }
    for (let j = 0; j < ${classes}; j++) sum += d${last}[o + j] = exp(y${last}[o + j] - top);
    const log = top + Math.log(sum), r = 1 / sum;
    for (let j = 0; j < ${classes}; j++) {
      loss += Y[o + j] * (log - y${last}[o + j]);
      d${last}[o + j] = (d${last}[o + j] * r - Y[o + j]) * ${1 / batch};
    }
  }
  return loss * ${1 / batch};
}
return { gradients: [${layers.map(({ at }) => `gW${at}, gb${at}`).join(", ")}], run(X, Y, ${params}) {
  ${text.map(({ forward }) => forward).join("\n  ")}
  const loss = crossEntropy(Y);
  ${text
    .map(({ backward }) => backward)
    .toReversed()
    .join("\n  ")}
  return loss;
} };`) as Kernel; // the text gives one
}

export const matrixProduct = (n: number): Kernel =>
  compiled(`
${product("forward", { m: n, n, k: n })}
${product("first", { m: n, n, k: n, bT: true })}
${product("second", { m: n, n, k: n, aT: true })}
const C = ${zeros(n * n)}, gA = ${zeros(n * n)}, gB = ${zeros(n * n)};
function weighed(T) { let sum = 0; for (let i = 0; i < ${n * n}; i++) sum += C[i] * T[i]; return sum; }
return { gradients: [gA, gB], run(A, B, T) {
  forward(A, B, C);
  first(T, B, gA);
  second(A, T, gB);
  return weighed(T);
} };`) as Kernel; // the text gives one

/** Inputs are xs, Wx, Wh, b. The inputs of all steps are multiplied at once, and so are the gradients of the weights. */
export function lstm(steps: number, batch: number, hidden: number): Kernel {
  const gates = 4 * hidden;
  const state = batch * hidden;
  return compiled(`${exponentials}
${product("inputs", { m: steps * batch, n: gates, k: hidden })}
${product("states", { m: batch, n: gates, k: hidden })}
${product("below", { m: batch, n: hidden, k: gates, bT: true })}
${product("weights", { m: hidden, n: gates, k: steps * batch, aT: true })}
const g = ${zeros(steps * batch * gates)}, h = ${zeros((steps + 1) * state)}, c = ${zeros((steps + 1) * state)};
const tc = ${zeros(steps * state)}, zh = ${zeros(batch * gates)}, dh = ${zeros(state)}, dc = ${zeros(state)};
const gWx = ${zeros(hidden * gates)}, gWh = ${zeros(hidden * gates)}, gb = ${zeros(gates)};
const hs = [], gs = [];
for (let t = 0; t <= ${steps}; t++) {
  hs.push(h.subarray(t * ${state}, (t + 1) * ${state}));
  gs.push(g.subarray(t * ${batch * gates}, (t + 1) * ${batch * gates}));
}
const before = h.subarray(0, ${steps * state});
function cell(t, b) {
  for (let r = 0; r < ${batch}; r++) {
    const p = (t * ${batch} + r) * ${gates}, z = r * ${gates}, o = (t * ${batch} + r) * ${hidden}, after = o + ${state};
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
}
function cellBack(t) {
  for (let r = 0; r < ${batch}; r++) {
    const p = (t * ${batch} + r) * ${gates}, o = (t * ${batch} + r) * ${hidden};
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
}
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
