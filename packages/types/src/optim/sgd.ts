/**
 * Stochastic gradient descent, plain or with momentum, over any tree of float tensors.
 *
 * Invariant: as for Adam, `update` builds elementwise equations only. Plain descent has no state: an empty object.
 */

import type { Leaf, Tree } from "../graph/tree-types.js";
import { add } from "../ops/elementwise/add.op.js";
import { mul } from "../ops/elementwise/mul.op.js";
import { sub } from "../ops/elementwise/sub.op.js";
import type { FloatDType } from "../shape/tensor.js";
import { tree } from "../transform/tree.js";
import { asDouble, beside, checkHyper, type Double, type Hyper } from "./hyper.js";

export interface SgdOptions {
  /** How much of the velocity is kept, μ; default: there is none. */
  readonly momentum?: Hyper;
  /** Steps by the velocity as it will be after the next step; needs `momentum`. */
  readonly nesterov?: boolean;
  /** L2 regularisation, λ: λθ is added to the gradient. Default 0. */
  readonly weightDecay?: Hyper;
}

/** The state of plain descent: nothing. */
export type NoState = Record<never, never>;

/** The state of descent with momentum; zero before the first step. */
export interface MomentumState<P> {
  velocity: P;
}

interface Step<P, S> {
  readonly params: P;
  readonly grad: NoInfer<P>;
  readonly state: S;
  /** Learning rate: a number, or a float scalar of the graph. */
  readonly lr: Hyper;
}

export interface Sgd {
  /** The state for the input of an `fn`. */
  state<P extends Tree<FloatDType>>(params: P): NoState;
  /** One step against the gradient. */
  update<P extends Tree<FloatDType>>(at: Step<P, NoState>): { params: P; state: NoState };
}

export interface Momentum {
  /** Declares the state for the input of an `fn`. */
  state<P extends Tree<FloatDType>>(params: P): MomentumState<P>;
  /** One step along the velocity. */
  update<P extends Tree<FloatDType>>(at: Step<P, MomentumState<NoInfer<P>>>): { params: P; state: MomentumState<P> };
}

export interface SgdFn extends Sgd {
  (options: SgdOptions & { readonly momentum: Hyper }): Momentum;
  (options?: { readonly weightDecay?: Hyper }): Sgd;
}

/** g + λ θ */
const decayed = <P extends Tree<FloatDType>>(params: P, grad: P, decay: Double): P =>
  decay === 0 ? grad : tree.map((g, p) => add(g, mul(beside(decay, p), p)), grad, params);

/** θ − lr·d */
const moved = <P extends Tree<FloatDType>>(params: P, direction: P, lr: Double): P =>
  tree.map((p, d) => sub(p, mul(beside(lr, p), d)), params, direction);

/** θ ← θ − lr·(g + λθ) */
const plain = (decay: Double): Sgd => ({
  state: () => ({}),
  update: ({ params, grad, lr }) => ({ params: moved(params, decayed(params, grad, decay), asDouble(lr)), state: {} }),
});

/**
 * Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning", in PyTorch's form, where
 * the velocity is a sum of gradients and a change of lr acts on all of it:
 *
 *     u ← μ u + (g + λθ)
 *     θ ← θ − lr·u                       with nesterov: θ ← θ − lr·((g + λθ) + μ u)
 */
const heavyBall = (momentum: Double, nesterov: boolean, decay: Double): Momentum => ({
  state: (params) => ({ velocity: params }),
  update: ({ params, grad, state, lr }) => {
    const slope = decayed(params, grad, decay);
    const ahead = <D extends FloatDType>(u: Leaf<D>, g: Leaf<D>): Leaf<D> => add(mul(beside(momentum, u), u), g);
    const velocity = tree.map(ahead, state.velocity, slope);
    const direction = nesterov ? tree.map(ahead, velocity, slope) : velocity;
    return { params: moved(params, direction, asDouble(lr)), state: { velocity } };
  },
});

function makeSgd({ momentum, nesterov = false, weightDecay = 0 }: SgdOptions): Sgd | Momentum {
  checkHyper("sgd", "weightDecay", weightDecay, Number.POSITIVE_INFINITY);
  const decay = asDouble(weightDecay);
  if (momentum === undefined) {
    if (nesterov) throw new TypeError("sgd: nesterov needs momentum, as in sgd({ momentum: 0.9, nesterov: true })");
    return plain(decay);
  }
  checkHyper("sgd", "momentum", momentum, 1);
  return heavyBall(asDouble(momentum), nesterov, decay);
}

/**
 * Gradient descent: `sgd.state(params)`, `sgd.update({ params, grad, state, lr })`. Called, it gives one with momentum or
 * weight decay: `sgd({ momentum: 0.9, nesterov: true })`.
 */
export const sgd = Object.assign((options: SgdOptions = {}) => makeSgd(options), plain(0)) as SgdFn; // the overloads tell the two results apart by `momentum`, as makeSgd does
