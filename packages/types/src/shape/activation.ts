/**
 * Signatures of activations: elementwise functions of one tensor with numbers beside it, and `clip`.
 *
 * Invariant: a number beside the tensor changes neither its shape nor its dtype.
 */
import type { Takes } from "./dtypes.js";
import type { Combine, Combined, Following } from "./elementwise.js";
import type { AnyTensor, Operand } from "./tensor.js";

/** `elu` and its like: the function's one number under the name that papers give it. */
export interface AlphaFn<Op extends string> {
  <X extends AnyTensor>(x: Takes<Op, "float", X>, alpha?: number): X;
}

export interface SlopeFn<Op extends string> {
  <X extends AnyTensor>(x: Takes<Op, "float", X>, slope?: number): X;
}

/** `hardShrink` and `softShrink`: what is at most `lambda` in size becomes 0. */
export interface ShrinkFn<Op extends string> {
  <X extends AnyTensor>(x: Takes<Op, "float", X>, lambda?: number): X;
}

export interface RangeFn<Op extends string> {
  <X extends AnyTensor>(x: Takes<Op, "float", X>, min?: number, max?: number): X;
}

export interface GeluFn<Op extends string = "gelu"> {
  <X extends AnyTensor>(x: Takes<Op, "float", X>, approximate?: "none" | "tanh"): X;
}

export interface ClipFn<Op extends string = "clip", Kind extends "numeric" = "numeric"> {
  /** Bounds are numbers, or tensors that broadcast with `x`. */
  <X extends AnyTensor, L extends Operand, H extends Operand>(
    x: Takes<Op, Kind, X>,
    min: Following<Op, Kind, X, L>,
    max: Following<Op, Kind, Combine<Op, Kind, X, L>, H>,
  ): Combined<Combine<Op, Kind, Combine<Op, Kind, X, L>, H>>;
}
