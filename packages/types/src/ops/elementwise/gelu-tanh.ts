/** What gelu's approximation by tanh and its derivatives share: v = k x + c x³ and its logistic function. */
import type { Value, Vocabulary } from "../../graph/op.js";

/** k = √(8/π) */
export const geluTanhLinear = 1.5957691216057308;
/** c = 0.044715 √(8/π) */
export const geluTanhCubic = 0.07135481627260025;

interface Parts {
  /** x where anything still happens: beyond, powers of x may overflow beside a factor that is 0. */
  readonly near: Value;
  /** σ(v) and σ(-v) */
  readonly up: Value;
  readonly down: Value;
  /** v' */
  readonly speed: Value;
}

export function geluTanhParts(o: Vocabulary, x: Value): Parts {
  const near = o.maximum(o.minimum(x, 32), -32);
  const square = o.mul(geluTanhCubic, o.mul(near, near));
  const v = o.mul(near, o.add(geluTanhLinear, square));
  return { near, up: o.sigmoid(v), down: o.sigmoid(o.neg(v)), speed: o.add(geluTanhLinear, o.mul(3, square)) };
}
