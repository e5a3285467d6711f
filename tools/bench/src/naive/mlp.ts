/** W3 and W4 by hand: layers with relu between them, mean cross entropy with the rows of Y. */
import type { Implementation } from "../workloads/contender.js";
import type { Arrays } from "../workloads/data.js";
import { addRow, addTransposedA, matmul, matmulTransposedB, sumRows } from "./loops.js";

interface Layer {
  readonly w: Float32Array;
  readonly b: Float32Array;
  readonly gw: Float32Array;
  readonly gb: Float32Array;
  readonly input: number;
  readonly output: number;
  /** What it gives, behind the relu. */
  readonly y: Float32Array;
  /** The cotangent of what it gives. */
  readonly dy: Float32Array;
}

function layersOf(data: Arrays, batch: number): readonly Layer[] {
  const layers: Layer[] = [];
  for (let i = 1; data[`W${i}`] !== undefined; i++) {
    const [w, b] = [data[`W${i}`]!, data[`b${i}`]!];
    const output = b.length;
    const [gw, gb] = [new Float32Array(w.length), new Float32Array(output)];
    const [y, dy] = [new Float32Array(batch * output), new Float32Array(batch * output)];
    layers.push({ w, b, gw, gb, input: w.length / output, output, y, dy });
  }
  return layers;
}

/** Mean cross entropy; `d` gets its cotangent. */
function crossEntropy(
  scores: Float32Array,
  target: Float32Array,
  d: Float32Array,
  rows: number,
  classes: number,
): number {
  let loss = 0;
  for (let i = 0; i < rows; i++) {
    let top = Number.NEGATIVE_INFINITY;
    for (let j = 0; j < classes; j++) top = Math.max(top, scores[i * classes + j]!);
    let sum = 0;
    for (let j = 0; j < classes; j++) sum += Math.exp(scores[i * classes + j]! - top);
    const log = top + Math.log(sum);
    for (let j = 0; j < classes; j++) {
      const at = i * classes + j;
      loss += target[at]! * (log - scores[at]!);
      d[at] = (Math.exp(scores[at]! - log) - target[at]!) / rows;
    }
  }
  return loss / rows;
}

export const mlp =
  (batch: number): Implementation =>
  (data) => {
    const layers = layersOf(data, batch);
    const { X, Y } = data;
    const last = layers.at(-1);
    if (X === undefined || Y === undefined || last === undefined) throw new Error("X, Y and layers are expected");
    const run = (): number => {
      let x = X;
      for (const { w, b, y, input, output } of layers) {
        matmul(x, w, y, batch, input, output);
        addRow(y, b, batch);
        if (y !== last.y) for (let i = 0; i < y.length; i++) y[i] = Math.max(0, y[i]!);
        x = y;
      }
      const loss = crossEntropy(last.y, Y, last.dy, batch, last.output);
      for (let l = layers.length - 1; l >= 0; l--) {
        const { w, gw, gb, dy, input, output } = layers[l]!;
        const below = layers[l - 1];
        gw.fill(0);
        addTransposedA(below?.y ?? X, dy, gw, input, batch, output);
        sumRows(dy, gb, batch);
        if (below === undefined) continue;
        matmulTransposedB(dy, w, below.dy, batch, output, input);
        for (let i = 0; i < below.dy.length; i++) if (!(below.y[i]! > 0)) below.dy[i] = 0;
      }
      return loss;
    };
    return { run, gradients: layers.flatMap(({ gw, gb }) => [gw, gb]) };
  };
