/**
 * The DSL as the type tests of functions use it: the real one, with what only tests need.
 *
 * Invariant: nothing of the DSL is declared again here, so what a row shows is what users see.
 */
import { add, broadcastTo } from "../../src/functions.gen.js";
import type { Same } from "../../src/shape/dims.js";
import type { Shape, Tensor } from "../../src/shape/tensor.js";

export * from "../../src/index.js";

/** `Is<X, Y>` of a right use is `true`; anything else stops at the call of `is`. */
export type Is<X, Y> = Same<X, Y>;
export function is<_T extends true>(): void {}

/** Zeros of a shape, inside a body. */
export const zeros = <const S extends Shape>(shape: S): Tensor<S> =>
  broadcastTo(add(0, 0) as Tensor<[]>, shape) as unknown as Tensor<S>; // literals make a scalar; the result's shape is S
