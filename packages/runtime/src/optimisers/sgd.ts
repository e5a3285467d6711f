/**
 * Gradient descent by hand, plain or with momentum: the rules of the DSL's `sgd`, generated for one array, on every
 * leaf of the parameters.
 *
 * Invariant: as for Adam by hand, in place and bit for bit what `sgd(…).update` gives in a generated function.
 */
import { eachLeaf, type GradientOf, type Leaves, zerosLike } from "./leaves.js";
import { momentumF32, momentumF64, nesterovF32, nesterovF64, plainF32, plainF64 } from "./rules.gen.js";

export interface SgdOptions {
  /** Learning rate where a step names none. */
  readonly lr: number;
  /** How much of the velocity is kept, μ; default: there is none. */
  readonly momentum?: number;
  /** Steps by the velocity as it will be after the next step; needs `momentum`. */
  readonly nesterov?: boolean;
  /** L2 regularisation, λ: λθ is added to the gradient. Default 0. */
  readonly weightDecay?: number;
}

/** The state of plain descent: nothing. */
export type NoState = Record<never, never>;

/** The state of descent with momentum. */
export interface MomentumState<P> {
  velocity: P;
}

interface StepOptions {
  readonly lr?: number | undefined;
}

export interface Sgd {
  /** The state before the first step: an empty object. */
  init<P extends object>(params: P): NoState;
  /** One step against the gradient; `params` are updated in place. */
  step<P extends object>(params: P, grad: GradientOf<P>, state: NoState, options?: StepOptions): void;
}

export interface Momentum {
  /** The state before the first step: no velocity. */
  init<P extends object>(params: P): MomentumState<P>;
  /** One step along the velocity; `params` and `state` are updated in place. */
  step<P extends object>(params: P, grad: GradientOf<P>, state: MomentumState<NoInfer<P>>, options?: StepOptions): void;
}

interface PlainConstants {
  readonly lr: number;
  readonly weightDecay: number;
}

type PlainRule<A> = (input: PlainConstants & { params: A; grad: A }, out: { params: A }) => void;

const plainOnLeaf =
  <A extends Float32Array | Float64Array>(rule: PlainRule<A>, constants: PlainConstants) =>
  ({ params, grad }: Leaves<"params" | "grad", A>): void =>
    rule({ params, grad, ...constants }, { params });

const plain = ({ lr: usual, weightDecay = 0 }: SgdOptions): Sgd => ({
  init: () => ({}),
  step(params, grad, _state, { lr = usual } = {}) {
    const constants = { lr, weightDecay };
    eachLeaf("sgd", { params, grad }, { f32: plainOnLeaf(plainF32, constants), f64: plainOnLeaf(plainF64, constants) });
  },
});

interface MomentumConstants extends PlainConstants {
  readonly momentum: number;
}

type MomentumRule<A> = (
  input: MomentumConstants & { params: A; grad: A; state: MomentumState<A> },
  out: { params: A; state: MomentumState<A> },
) => void;

const momentumOnLeaf =
  <A extends Float32Array | Float64Array>(rule: MomentumRule<A>, constants: MomentumConstants) =>
  ({ params, grad, velocity }: Leaves<"params" | "grad" | "velocity", A>): void =>
    rule({ params, grad, state: { velocity }, ...constants }, { params, state: { velocity } });

function heavyBall({
  lr: usual,
  momentum,
  nesterov = false,
  weightDecay = 0,
}: SgdOptions & { momentum: number }): Momentum {
  const [f32, f64] = nesterov ? [nesterovF32, nesterovF64] : [momentumF32, momentumF64];
  return {
    init: (params) => ({ velocity: zerosLike("sgd", params) }),
    step(params, grad, { velocity }, { lr = usual } = {}) {
      const constants = { lr, momentum, weightDecay };
      const rule = { f32: momentumOnLeaf(f32, constants), f64: momentumOnLeaf(f64, constants) };
      eachLeaf("sgd", { params, grad, velocity }, rule);
    },
  };
}

/** Gradient descent; with `momentum` by a velocity, and with `nesterov` by Nesterov's. */
export function sgd(options: SgdOptions & { readonly momentum: number }): Momentum;
export function sgd(options: { readonly lr: number; readonly weightDecay?: number }): Sgd;
export function sgd({ momentum, ...options }: SgdOptions): Sgd | Momentum {
  if (momentum !== undefined) return heavyBall({ ...options, momentum });
  if (options.nesterov === true) throw new TypeError("sgd: nesterov needs momentum");
  return plain(options);
}
