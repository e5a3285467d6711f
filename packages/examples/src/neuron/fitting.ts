/** Fits the neuron by plain gradient steps: value and gradient from the generated function, the step by hand. */
import { optimizers } from "tapeless/runtime";
import { features } from "./data.js";
import { costAndGrad } from "./neuron.gen.js";

export interface Fitted {
  readonly params: { w: Float64Array; b: number };
  /** The cost before each step, and at the end. */
  readonly costs: readonly number[];
}

/** The start is a neuron that says 1 cm to every flower: with all zero, every z is 0 and no gradient comes through. */
export function fit(data: { readonly x: Float64Array; readonly y: Float64Array }, steps = 2000, lr = 0.1): Fitted {
  const params = { w: new Float64Array(features.length), b: 1 };
  const descent = optimizers.sgd({ lr });
  const state = descent.init(params);
  const costs: number[] = [];
  for (let i = 0; i < steps; i++) {
    const { value, grad } = costAndGrad({ params, x: data.x, y: data.y });
    costs.push(value);
    descent.step(params, grad, state);
  }
  costs.push(costAndGrad({ params, x: data.x, y: data.y }).value);
  return { params, costs };
}
