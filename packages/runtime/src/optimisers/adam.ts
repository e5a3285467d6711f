/**
 * Adam by hand: the rule of the DSL's `adam`, generated for one array, on every leaf of the parameters.
 *
 * Invariant: parameters and state are updated where they are and nothing else is written; the numbers are those of
 * `adam.update` in a generated function, bit for bit.
 */
import { eachLeaf, type GradientOf, type Leaves, zerosLike } from "./leaves.js";
import { adamF32, adamF64 } from "./rules.gen.js";

export interface AdamOptions {
  /** Learning rate where a step names none; default 0.001. */
  readonly lr?: number;
  /** Decay of the mean of gradients, β₁; default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of their squares, β₂; default 0.999. */
  readonly beta2?: number;
  /** Keeps the divisor away from 0, ε; default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled weight decay, λ (AdamW); default 0. */
  readonly weightDecay?: number;
}

/** What Adam remembers; just what a generated function with `adam.state(params)` in its input takes. */
export interface AdamState<P> {
  /** Mean of gradients. */
  m: P;
  /** Mean of their squares. */
  v: P;
  /** Steps taken. */
  step: number;
}

export interface Adam {
  /** The state before the first step: zeros. */
  init<P extends object>(params: P): AdamState<P>;
  /** One step against the gradient; `params` and `state` are updated in place. */
  step<P extends object>(
    params: P,
    grad: GradientOf<P>,
    state: AdamState<NoInfer<P>>,
    options?: { readonly lr?: number | undefined },
  ): void;
}

type Scalars = Required<AdamOptions> & { readonly step: number };

/** What the generated rules take and give, for arrays of one kind. */
type GeneratedRule<A> = (
  input: Required<AdamOptions> & { params: A; grad: A; state: AdamState<A> },
  out: { params: A; state: AdamState<A> },
) => void;

const onLeaf =
  <A extends Float32Array | Float64Array>(rule: GeneratedRule<A>, { step, ...constants }: Scalars) =>
  ({ params, grad, m, v }: Leaves<"params" | "grad" | "m" | "v", A>): void =>
    rule({ params, grad, state: { m, v, step }, ...constants }, { params, state: { m, v, step } });

/** Adam with the usual constants; with `weightDecay` AdamW. */
export function adam(options: AdamOptions = {}): Adam {
  const defaults = { lr: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, ...options };
  return {
    init: (params) => ({ m: zerosLike("adam", params), v: zerosLike("adam", params), step: 0 }),
    step(params, grad, state, { lr = defaults.lr } = {}) {
      const scalars = { ...defaults, lr, step: state.step };
      eachLeaf(
        "adam",
        { params, grad, m: state.m, v: state.v },
        { f32: onLeaf(adamF32, scalars), f64: onLeaf(adamF64, scalars) },
      );
      state.step = (state.step + 1) | 0;
    },
  };
}
