/**
 * Training of the digits model: minibatches through the generated `step`, which updates parameters and state in place.
 *
 * Invariant: seed and settings decide every number; nothing is allocated per step but the batch's views.
 */
import { batches, init, initializers, optimizers, random } from "tapeless/runtime";
import type { Digits } from "./data.js";
import { predict, step, stepInput } from "./digits.gen.js";

export interface Settings {
  readonly seed: number;
  readonly epochs: number;
  readonly batch: number;
  /** Learning rate. */
  readonly lr: number;
}

export const usual: Omit<Settings, "seed"> = { epochs: 6, batch: 64, lr: 0.002 };

/** Fresh parameters: He's initialisation before the relu, Glorot's before the softmax, biases zero. */
export const initialParams = (key: random.Key) =>
  init(stepInput.params, key, { hidden: { w: initializers.heNormal() } });

export type Params = ReturnType<typeof initialParams>;

export interface Trained {
  readonly params: Params;
  /** Of every step. */
  readonly losses: readonly number[];
  /** Of every step, in milliseconds; only the generated function is timed. */
  readonly times: readonly number[];
}

/** Trains from the seed; `onStep` is told the loss after every step. */
export function train(data: Digits, settings: Settings, onStep: (loss: number) => void = () => {}): Trained {
  const [initKey, orderKey] = random.split(random.key(settings.seed));
  const params = initialParams(initKey);
  const state = optimizers.adam().init(params);
  const out = { value: 0, params, state };
  const rows = batches(data, { size: settings.batch, rows: data.label.length, key: orderKey });
  const [losses, times]: [number[], number[]] = [[], []];
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    for (const { x, label } of rows.epoch(epoch)) {
      const start = performance.now();
      step({ params, x, label, state, lr: settings.lr }, out);
      times.push(performance.now() - start);
      losses.push(out.value);
      onStep(out.value);
    }
  }
  return { params, losses, times };
}

/** The part of the images whose digit is found. */
export function accuracy(params: Params, { x, label }: Digits): number {
  const found = predict({ params, x });
  return label.reduce((right, digit, i) => (found[i] === digit ? right + 1 : right), 0) / label.length;
}
