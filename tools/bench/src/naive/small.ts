/** W1 and W2 by hand, as plain loops. */
import type { Implementation } from "../workloads/contender.js";

/** xᵀMx: the gradient is (M + Mᵀ) x. */
export const quadraticForm: Implementation = ({ x, M }) => {
  if (x === undefined || M === undefined) throw new Error("x and M are expected");
  const n = x.length;
  const gradient = new Float32Array(n);
  const run = (): number => {
    let value = 0;
    for (let i = 0; i < n; i++) {
      let row = 0;
      let column = 0;
      for (let j = 0; j < n; j++) {
        row += M[i * n + j]! * x[j]!;
        column += M[j * n + i]! * x[j]!;
      }
      value += x[i]! * row;
      gradient[i] = row + column;
    }
    return value;
  };
  return { run, gradients: [gradient] };
};

export const dot: Implementation = ({ x, y }) => {
  if (x === undefined || y === undefined) throw new Error("x and y are expected");
  const [gx, gy] = [new Float32Array(x.length), new Float32Array(y.length)];
  const run = (): number => {
    let value = 0;
    for (let i = 0; i < x.length; i++) {
      value += x[i]! * y[i]!;
      gx[i] = y[i]!;
      gy[i] = x[i]!;
    }
    return value;
  };
  return { run, gradients: [gx, gy] };
};

/** Mean of (y − max(0, X·w + b))². */
export const neuron: Implementation = ({ X, y, w, b }) => {
  if (X === undefined || y === undefined || w === undefined || b === undefined)
    throw new Error("X, y, w, b are expected");
  const [rows, features] = [y.length, w.length];
  const [gw, gb] = [new Float32Array(features), new Float32Array(1)];
  const run = (): number => {
    let loss = 0;
    let slope = 0;
    gw.fill(0);
    for (let i = 0; i < rows; i++) {
      let z = b[0]!;
      for (let j = 0; j < features; j++) z += w[j]! * X[i * features + j]!;
      const miss = y[i]! - Math.max(0, z);
      loss += miss * miss;
      if (z <= 0) continue;
      const e = (-2 * miss) / rows;
      for (let j = 0; j < features; j++) gw[j]! += e * X[i * features + j]!;
      slope += e;
    }
    gb[0] = slope;
    return loss / rows;
  };
  return { run, gradients: [gw, gb] };
};
