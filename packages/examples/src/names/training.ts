/**
 * Training of the names model: minibatches through the generated `trainStep`, which updates parameters and state in
 * place; and writing of names with it.
 *
 * Invariant: seed and settings decide every number and every letter.
 */
import { batches, init, initializers, optimizers, random } from "tapeless/runtime";
import { alphabet, end, length, type Rows } from "./data.js";
import { loss, lossInput, next, nextInput, trainStep } from "./names.gen.js";

export interface Settings {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Learning rate of the first step; it falls along a line to a tenth at the last. */
  readonly lr: number;
}

export const usual: Omit<Settings, "seed"> = { epochs: 16, batch: 64, lr: 0.008 };

/** Fresh parameters: Glorot's for the weights, wide ones for the letters, biases zero. */
export const initialParams = (key: random.Key) => init(lossInput.params, key, { letters: initializers.normal(1) });

export type Params = ReturnType<typeof initialParams>;

export interface Trained {
  readonly params: Params;
  /** Of every step, in nats per letter. */
  readonly losses: readonly number[];
}

/** Trains from the seed; `onStep` is told the loss after every step, and the parameters, which the next one changes. */
export function train(
  rows: Rows,
  settings: Settings,
  onStep: (loss: number, step: number, params: Params) => void = () => {},
): Trained {
  const [initKey, orderKey] = random.split(random.key(settings.seed));
  const params = initialParams(initKey);
  const state = optimizers.adam().init(params);
  const out = { value: 0, params, state };
  const data = batches({ from: rows.from, to: rows.to }, { size: settings.batch, rows: rows.count, key: orderKey });
  const steps = settings.epochs * data.length;
  const losses: number[] = [];
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    for (const { from, to } of data.epoch(epoch)) {
      const lr = settings.lr * (1 - (0.9 * losses.length) / steps);
      trainStep({ params, from, to, state, lr }, out);
      losses.push(out.value);
      onStep(out.value, losses.length, params);
    }
  }
  return { params, losses };
}

/** Nats per letter of names. */
export const lossOf = (params: Params, { from, to }: Rows): number => loss({ params, from, to });

/** The first symbol at which the probabilities, summed up, exceed `u`; `u` lies in 0…1. */
function draw(probability: Float32Array, u: number): number {
  let sum = 0;
  for (let symbol = 0; symbol < probability.length; symbol++) {
    sum += probability[symbol] ?? 0;
    if (u < sum) return symbol;
  }
  return end; // the probabilities sum up to a little less than 1
}

/** Names that the network writes, each letter drawn with the probability that it is given. */
export function write(params: Params, count: number, key: random.Key): readonly string[] {
  const width = nextInput.state.h.shape[1];
  let state: { h: Float32Array; c: Float32Array } = {
    h: new Float32Array(count * width),
    c: new Float32Array(count * width),
  };
  const names = new Array<string>(count).fill("");
  const letter = new Int32Array(count).fill(end);
  const writing = new Set(names.keys());
  for (let at = 0; at < length && writing.size > 0; at++) {
    const { state: after, probability } = next({ params, state, letter });
    const u = random.uniform(random.foldIn(key, at), [count]);
    for (const row of writing) {
      const symbol = draw(probability.subarray(row * alphabet.length, (row + 1) * alphabet.length), u[row] ?? 0);
      letter[row] = symbol;
      if (symbol === end) writing.delete(row);
      else names[row] = `${names[row]}${alphabet[symbol]}`;
    }
    state = after;
  }
  return names;
}
