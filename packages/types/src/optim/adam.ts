/**
 * Adam, and with `weightDecay` AdamW, over any tree of float tensors.
 *
 * Invariant: `update` builds elementwise equations only, leaf by leaf, so in a training step it fuses with the gradient,
 * and with `donate: ["params", "state"]` every array can be updated where it is.
 */

import { i32 } from "../graph/fn.js";
import type { Leaf, Tree } from "../graph/tree-types.js";
import { add } from "../ops/elementwise/add.op.js";
import { cast } from "../ops/elementwise/cast.op.js";
import { div } from "../ops/elementwise/div.op.js";
import { mul } from "../ops/elementwise/mul.op.js";
import { pow } from "../ops/elementwise/pow.op.js";
import { sqrt } from "../ops/elementwise/sqrt.op.js";
import { sub } from "../ops/elementwise/sub.op.js";
import type { FloatDType, Tensor } from "../shape/tensor.js";
import { tree } from "../transform/tree.js";
import { asDouble, beside, checkHyper, type Double, type Hyper, oneMinus, times } from "./hyper.js";

export interface AdamOptions {
  /** Decay of the mean of gradients, β₁; default 0.9. */
  readonly beta1?: Hyper;
  /** Decay of the mean of their squares, β₂; default 0.999. */
  readonly beta2?: Hyper;
  /** Keeps the divisor away from 0, ε; default 1e-8. */
  readonly epsilon?: Hyper;
  /** Decoupled weight decay, λ (AdamW); default 0. */
  readonly weightDecay?: Hyper;
}

/** What Adam remembers: two trees like the parameters, and how many steps were taken. All zero before the first. */
export interface AdamState<P> {
  /** Mean of gradients. */
  m: P;
  /** Mean of their squares. */
  v: P;
  step: Tensor<[], "i32">;
}

export interface Adam {
  /** Declares the state for the input of an `fn`: `fn({ params, state: adam.state(params), … }, …)`. */
  state<P extends Tree<FloatDType>>(params: P): AdamState<P>;
  /** One step against the gradient. `lr` is the learning rate: a number, or a float scalar of the graph. */
  update<P extends Tree<FloatDType>>(at: {
    readonly params: P;
    readonly grad: NoInfer<P>;
    readonly state: AdamState<NoInfer<P>>;
    readonly lr: Hyper;
  }): { params: P; state: AdamState<P> };
}

/** What is the same for all leaves: two factors that depend on the step count, and the decay of weights. */
interface StepSize {
  /** lr / (1 − β₁ᵗ) */
  readonly rate: Double;
  /** 1 / √(1 − β₂ᵗ) */
  readonly spread: Double;
  /** 1 − lr·λ */
  readonly keep: Double;
}

type Moments = Required<{ readonly [name in keyof AdamOptions]: Double }>;

function momentsOf({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 }: AdamOptions): Moments {
  checkHyper("adam", "beta1", beta1, 1);
  checkHyper("adam", "beta2", beta2, 1);
  checkHyper("adam", "epsilon", epsilon, Number.POSITIVE_INFINITY);
  checkHyper("adam", "weightDecay", weightDecay, Number.POSITIVE_INFINITY);
  return {
    beta1: asDouble(beta1),
    beta2: asDouble(beta2),
    epsilon: asDouble(epsilon),
    weightDecay: asDouble(weightDecay),
  };
}

function stepSize({ beta1, beta2, weightDecay }: Moments, step: Tensor<[], "i32">, lr: Double): StepSize {
  const t = cast(step, "f64");
  return {
    rate: div(lr, sub(1, pow(beta1, t))),
    spread: div(1, sqrt(sub(1, pow(beta2, t)))),
    keep: weightDecay === 0 ? 1 : oneMinus(times(lr, weightDecay)),
  };
}

/** β·old + (1 − β)·x */
const decayed = <D extends FloatDType>(beta: Double, old: Leaf<D>, x: Leaf<D>): Leaf<D> =>
  add(mul(beside(beta, old), old), mul(beside(oneMinus(beta), old), x));

/**
 * Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithm 1, and the decay of Loshchilov & Hutter 2019,
 * "Decoupled weight decay regularization", algorithm 2 with its schedule in lr (as PyTorch has it). With t = step + 1:
 *
 *     m ← β₁ m + (1 − β₁) g                      m̂ = m / (1 − β₁ᵗ)
 *     v ← β₂ v + (1 − β₂) g²                     v̂ = v / (1 − β₂ᵗ)
 *     θ ← (1 − lr·λ) θ − lr · m̂ / (√v̂ + ε)
 *
 * The corrections are the same for all elements, so they are taken out: lr·m̂ = rate·m and √v̂ = spread·√v.
 */
function makeAdam(options: AdamOptions): Adam {
  const moments = momentsOf(options);
  const { beta1, beta2, epsilon } = moments;
  return {
    state: (params) => ({ m: params, v: params, step: i32([]) }),
    update: ({ params, grad, state, lr }) => {
      const step = add(state.step, 1);
      const { rate, spread, keep } = stepSize(moments, step, asDouble(lr));
      const m = tree.map((old, g) => decayed(beta1, old, g), state.m, grad);
      const v = tree.map((old, g) => decayed(beta2, old, mul(g, g)), state.v, grad);
      const moved = tree.map(
        (p, mean, square) => {
          const kept = keep === 1 ? p : mul(beside(keep, p), p);
          const divisor = add(mul(beside(spread, p), sqrt(square)), beside(epsilon, p));
          return sub(kept, div(mul(beside(rate, p), mean), divisor));
        },
        params,
        m,
        v,
      );
      return { params: moved, state: { m, v, step } };
    },
  };
}

/**
 * Adam with the usual constants (β₁ 0.9, β₂ 0.999, ε 1e-8, no weight decay): `adam.state(params)`, `adam.update(…)`.
 * Called, it gives one with other constants: `adam({ weightDecay: 0.01 })` is AdamW.
 */
export const adam: Adam & ((options?: AdamOptions) => Adam) = Object.assign(
  (options: AdamOptions = {}) => makeAdam(options),
  makeAdam({}),
);
