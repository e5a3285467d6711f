/** W3 and W4 by hand, on tiled products: layers with relu between them, mean cross entropy. */
import type { Kernel } from "./small.js";
import { compiled, exponentials, product, zeros } from "./text.js";

interface Layer {
  /** From 1 on. */
  readonly at: number;
  readonly input: number;
  readonly output: number;
  readonly isLast: boolean;
}

/** Its arrays, its products, and what stands around them. */
function declared({ at, input, output, isLast }: Layer, batch: number): string {
  const size = batch * output;
  return `
${product(`forward${at}`, { m: batch, n: output, k: input })}
${product(`weights${at}`, { m: input, n: output, k: batch, aT: true })}
${at === 1 ? "" : product(`below${at}`, { m: batch, n: input, k: output, bT: true })}
const y${at} = ${zeros(size)}, d${at} = ${zeros(size)}, gW${at} = ${zeros(input * output)}, gb${at} = ${zeros(output)};
function bias${at}(b) {
  for (let p = 0; p < ${size}; p += ${output}) for (let j = 0; j < ${output}; j++) {
    const v = y${at}[p + j] + b[j];
    y${at}[p + j] = ${isLast ? "v" : "v > 0 ? v : 0"};
  }
}
function back${at}() {
  ${isLast ? "" : `for (let p = 0; p < ${size}; p++) if (!(y${at}[p] > 0)) d${at}[p] = 0;`}
  gb${at}.fill(0);
  for (let p = 0; p < ${size}; p += ${output}) for (let j = 0; j < ${output}; j++) gb${at}[j] += d${at}[p + j];
}`;
}

const inputOf = (at: number): string => (at === 1 ? "X" : `y${at - 1}`);

const forward = ({ at }: Layer): string => `forward${at}(${inputOf(at)}, W${at}, y${at}); bias${at}(b${at});`;

const backward = ({ at }: Layer): string =>
  `back${at}(); weights${at}(${inputOf(at)}, d${at}, gW${at}); ${at === 1 ? "" : `below${at}(d${at}, W${at}, d${at - 1});`}`;

const crossEntropy = ({ at, output }: Layer, batch: number): string => `
function crossEntropy(Y) {
  let loss = 0;
  for (let o = 0; o < ${batch * output}; o += ${output}) {
    let top = y${at}[o], sum = 0;
    for (let j = 1; j < ${output}; j++) { const v = y${at}[o + j]; top = v > top ? v : top; }
    for (let j = 0; j < ${output}; j++) sum += d${at}[o + j] = exp(y${at}[o + j] - top);
    const log = top + Math.log(sum), r = 1 / sum;
    for (let j = 0; j < ${output}; j++) {
      loss += Y[o + j] * (log - y${at}[o + j]);
      d${at}[o + j] = (d${at}[o + j] * r - Y[o + j]) * ${1 / batch};
    }
  }
  return loss * ${1 / batch};
}`;

/** Inputs are X, Y, W1, b1, W2, b2, … */
export function mlp(batch: number, widths: readonly number[]): Kernel {
  const layers = widths.slice(1).map((output, i): Layer => {
    return { at: i + 1, input: widths[i] ?? 0, output, isLast: i === widths.length - 2 };
  });
  const last = layers.at(-1);
  if (last === undefined) throw new Error("a network has a layer at least");
  return compiled(`${exponentials}
${layers.map((layer) => declared(layer, batch)).join("")}
${crossEntropy(last, batch)}
return { gradients: [${layers.map(({ at }) => `gW${at}, gb${at}`).join(", ")}],
run(X, Y, ${layers.map(({ at }) => `W${at}, b${at}`).join(", ")}) {
  ${layers.map(forward).join("\n  ")}
  const loss = crossEntropy(Y);
  ${layers.map(backward).toReversed().join("\n  ")}
  return loss;
} };`) as Kernel; // the text gives one
}
