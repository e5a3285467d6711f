/**
 * GradBench's lstm: how badly a network foretells the next of a row of characters, each given as bits. Its weights are
 * diagonal: unit i of a layer sees unit i of the layer below and no other.
 */
import { add, exp, f64, fn, grad, log, mean, mul, neg, scan, sigmoid, slice, sub, sum, tanh } from "tapeless";

/** One for each gate, and one for the change of the cell. */
const gates = <T>(one: T) => ({ forget: one, input: one, output: one, change: one });

const bits = f64(["bits"]);
const layers = f64(["layers", "bits"]);
const state = { hidden: layers, cell: layers };
const params = {
  weight: gates(layers),
  bias: gates(layers),
  inWeight: bits,
  outWeight: bits,
  outBias: bits,
};

/** A step of a layer from h, c with the input x: c' = c·σ(wf·x + bf) + σ(wi·h + bi)·tanh(wc·h + bc), h' = σ(wo·x + bo)·tanh c'. */
const layer = fn(
  { weight: gates(bits), bias: gates(bits), hidden: bits, cell: bits, x: bits },
  ({ weight, bias, hidden, cell, x }) => {
    const forget = sigmoid(add(mul(x, weight.forget), bias.forget));
    const input = sigmoid(add(mul(hidden, weight.input), bias.input));
    const output = sigmoid(add(mul(x, weight.output), bias.output));
    const change = tanh(add(mul(hidden, weight.change), bias.change));
    const next = add(mul(cell, forget), mul(input, change));
    return { hidden: mul(output, tanh(next)), cell: next };
  },
);

/** The mean of -yₜ₊₁·(pₜ - log(2 + Σ e^pₜ)), where pₜ is what the network says after yₜ. */
export const objective = fn(
  { params, state, sequence: f64(["chars", "bits"]) },
  ({ params: { weight, bias, inWeight, outWeight, outBias }, state, sequence }) => {
    const [, predictions] = scan(
      (before, y) => {
        const [top, after] = scan(
          (x, one) => {
            const next = layer({ ...one, x });
            return [next.hidden, next] as const;
          },
          mul(y, inWeight),
          { weight, bias, ...before },
        );
        return [after, add(mul(top, outWeight), outBias)] as const;
      },
      state,
      slice(sequence, 0, 0, -1),
    );
    const normalizer = log(add(sum(exp(predictions), 1, { keepDims: true }), 2));
    return neg(mean(mul(slice(sequence, 0, 1), sub(predictions, normalizer))));
  },
);

export const jacobian = grad(objective, "params");
