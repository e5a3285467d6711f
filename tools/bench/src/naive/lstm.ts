/** W8 by hand: a long short-term memory, step by step and back. Gates are i, f, o and the change, one after the other. */
import type { Implementation } from "../workloads/contender.js";
import { addRow, addTransposedA, matmul, matmulTransposedB } from "./loops.js";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** What one step keeps for backward. */
const stepOf = (batch: number, hidden: number) => ({
  gates: new Float32Array(batch * 4 * hidden),
  h: new Float32Array(batch * hidden),
  c: new Float32Array(batch * hidden),
  tanh: new Float32Array(batch * hidden),
});

type Step = ReturnType<typeof stepOf>;

function cell({ gates, h, c, tanh }: Step, before: Step, batch: number, hidden: number): void {
  for (let r = 0; r < batch; r++) {
    for (let j = 0; j < hidden; j++) {
      const [at, g] = [r * hidden + j, r * 4 * hidden + j];
      const i = sigmoid(gates[g]!);
      const f = sigmoid(gates[g + hidden]!);
      const o = sigmoid(gates[g + 2 * hidden]!);
      const change = Math.tanh(gates[g + 3 * hidden]!);
      const value = f * before.c[at]! + i * change;
      gates[g] = i;
      gates[g + hidden] = f;
      gates[g + 2 * hidden] = o;
      gates[g + 3 * hidden] = change;
      c[at] = value;
      tanh[at] = Math.tanh(value);
      h[at] = o * tanh[at]!;
    }
  }
}

/** Turns the gates into their cotangents, and dc into that of the step before. */
function cellBack(
  { gates, tanh }: Step,
  before: Step,
  { dh, dc }: Readonly<Record<"dh" | "dc", Float32Array>>,
  batch: number,
  hidden: number,
): void {
  for (let r = 0; r < batch; r++) {
    for (let j = 0; j < hidden; j++) {
      const [at, g] = [r * hidden + j, r * 4 * hidden + j];
      const [i, f, o, u] = [gates[g]!, gates[g + hidden]!, gates[g + 2 * hidden]!, gates[g + 3 * hidden]!];
      const t = tanh[at]!;
      const d = dc[at]! + dh[at]! * o * (1 - t * t);
      gates[g] = d * u * i * (1 - i);
      gates[g + hidden] = d * before.c[at]! * f * (1 - f);
      gates[g + 2 * hidden] = dh[at]! * t * o * (1 - o);
      gates[g + 3 * hidden] = d * i * (1 - u * u);
      dc[at] = d * f;
    }
  }
}

export const lstm =
  (steps: number, batch: number): Implementation =>
  ({ xs, Wx, Wh, b }) => {
    if (xs === undefined || Wx === undefined || Wh === undefined || b === undefined)
      throw new Error("xs, Wx, Wh, b are expected");
    const hidden = b.length / 4;
    const features = Wx.length / b.length;
    const inputs = Array.from({ length: steps }, (_, t) =>
      xs.subarray(t * batch * features, (t + 1) * batch * features),
    );
    const states = Array.from({ length: steps + 1 }, () => stepOf(batch, hidden));
    const fromH = new Float32Array(batch * 4 * hidden);
    const cotangents = { dh: new Float32Array(batch * hidden), dc: new Float32Array(batch * hidden) };
    const [gWx, gWh, gb] = [Wx, Wh, b].map((like) => new Float32Array(like.length)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ]; // three of three

    const forward = (): void => {
      for (let t = 0; t < steps; t++) {
        const [before, now] = [states[t]!, states[t + 1]!];
        matmul(inputs[t]!, Wx, now.gates, batch, features, 4 * hidden);
        matmul(before.h, Wh, fromH, batch, hidden, 4 * hidden);
        for (let i = 0; i < fromH.length; i++) now.gates[i]! += fromH[i]!;
        addRow(now.gates, b, batch);
        cell(now, before, batch, hidden);
      }
    };
    const backward = (): void => {
      for (const gradient of [gWx, gWh, gb]) gradient.fill(0);
      for (let t = steps; t > 0; t--) {
        const [before, now] = [states[t - 1]!, states[t]!];
        cellBack(now, before, cotangents, batch, hidden);
        addTransposedA(inputs[t - 1]!, now.gates, gWx, features, batch, 4 * hidden);
        addTransposedA(before.h, now.gates, gWh, hidden, batch, 4 * hidden);
        for (let r = 0; r < batch; r++) for (let j = 0; j < b.length; j++) gb[j]! += now.gates[r * b.length + j]!;
        matmulTransposedB(now.gates, Wh, cotangents.dh, batch, 4 * hidden, hidden);
      }
    };
    const run = (): number => {
      forward();
      const last = states[steps]!.h;
      let loss = 0;
      for (let i = 0; i < last.length; i++) {
        loss += last[i]! ** 2 / last.length;
        cotangents.dh[i] = (2 * last[i]!) / last.length;
      }
      cotangents.dc.fill(0);
      backward();
      return loss;
    };
    return { run, gradients: [gWx, gWh, gb] };
  };
