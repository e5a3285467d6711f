/**
 * The optimisers of the DSL for one array of any length: what a step by hand runs on every leaf of the parameters.
 *
 * Invariant: no formula stands here. `adam` and `sgd` of the DSL are the only definition; this file says for which
 * dtypes and with which constants known only at run time they are generated. `rules.gen.ts` is what an app gets.
 */
import { adam, type FloatDType, f32, f64, fn, sgd, type Tensor } from "@tapeless/types";

const lr = f64([]);
const weightDecay = f64([]);
const momentum = f64([]);

const adamRule = <D extends FloatDType>(leaf: Tensor<["n"], D>) =>
  fn(
    {
      ...{ params: leaf, grad: leaf, state: adam.state(leaf) },
      ...{ lr, weightDecay, beta1: f64([]), beta2: f64([]), epsilon: f64([]) },
    },
    ({ params, grad, state, lr, ...constants }) => adam(constants).update({ params, grad, state, lr }),
    { donate: ["params", "state"] },
  );

const plainRule = <D extends FloatDType>(leaf: Tensor<["n"], D>) =>
  fn(
    { params: leaf, grad: leaf, lr, weightDecay },
    ({ params, grad, lr, weightDecay }) => ({
      params: sgd({ weightDecay }).update({ params, grad, state: {}, lr }).params,
    }),
    { donate: ["params"] },
  );

const momentumRule = <D extends FloatDType>(leaf: Tensor<["n"], D>, nesterov: boolean) => {
  const { state } = sgd({ momentum: 0 });
  return fn(
    { params: leaf, grad: leaf, state: state(leaf), lr, weightDecay, momentum },
    ({ params, grad, state, lr, ...constants }) => sgd({ ...constants, nesterov }).update({ params, grad, state, lr }),
    { donate: ["params", "state"] },
  );
};

/** Adam and AdamW on an array of 32-bit floats. */
export const adamF32 = adamRule(f32(["n"]));
/** Adam and AdamW on an array of 64-bit floats. */
export const adamF64 = adamRule(f64(["n"]));

/** Plain gradient descent on 32-bit floats. */
export const plainF32 = plainRule(f32(["n"]));
/** Plain gradient descent on 64-bit floats. */
export const plainF64 = plainRule(f64(["n"]));

/** Gradient descent with momentum on 32-bit floats. */
export const momentumF32 = momentumRule(f32(["n"]), false);
/** Gradient descent with momentum on 64-bit floats. */
export const momentumF64 = momentumRule(f64(["n"]), false);

/** Gradient descent with Nesterov's momentum on 32-bit floats. */
export const nesterovF32 = momentumRule(f32(["n"]), true);
/** Gradient descent with Nesterov's momentum on 64-bit floats. */
export const nesterovF64 = momentumRule(f64(["n"]), true);
