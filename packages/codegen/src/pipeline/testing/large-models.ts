/**
 * Models of any size, for what must not grow faster than they do: time of compilation, number of kernels, bytes of code.
 *
 * Invariant: the same arguments give the same model.
 */
import {
  add,
  f32,
  f64,
  fn,
  gelu,
  layerNorm,
  linear,
  mean,
  mul,
  multiHeadAttention,
  sin,
  square,
  sub,
  type Tensor,
  valueAndGrad,
} from "@tapeless/types";
import { type FnValue, isFn } from "@tapeless/types/compiler";

/** What a test hands to the compiler, whatever its type. */
export function compilable(value: unknown): FnValue {
  if (!isFn(value)) throw new Error("no function of the language");
  return value;
}

export interface TransformerSize {
  readonly blocks: number;
  /** Features of a token. */
  readonly width: number;
  readonly heads: number;
  readonly tokens: number;
}

const norm = (width: number) => ({ w: f32([width]), b: f32([width]) });
const layer = (from: number, to: number) => ({ w: f32([to, from]), b: f32([to]) });

const block = (width: number) => ({
  before: norm(width),
  attention: { q: layer(width, width), k: layer(width, width), v: layer(width, width), out: layer(width, width) },
  between: norm(width),
  up: layer(width, 4 * width),
  down: layer(4 * width, width),
});

/**
 * A transformer's mean squared error, and its gradient with respect to all parameters: causal attention and a network of
 * two layers in each block, normalised before each. Blocks differ in nothing but their parameters.
 */
export function transformer({ blocks, width, heads, tokens }: TransformerSize): FnValue {
  const params = Array.from({ length: blocks }, () => block(width));
  const x = f32(["batch", tokens, width]);
  const loss = fn({ params, x, y: x }, (input) => {
    let h = input.x;
    for (const { before, attention, between, up, down } of input.params) {
      const u = layerNorm(h, before.w, before.b);
      h = add(h, multiHeadAttention(u, u, u, attention, { heads, causal: true }));
      const v = gelu(linear(layerNorm(h, between.w, between.b), up.w, up.b));
      h = add(h, linear(v, down.w, down.b));
    }
    return mean(square(sub(h, input.y)));
  });
  return compilable(valueAndGrad(loss, "params"));
}

/** Numbers from 0 to `below`, the same at every run. */
function* numbers(): Generator<(below: number) => number, never> {
  let state = 1;
  for (;;) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    const now = state;
    yield (below) => now % below;
  }
}

/** A graph of scalar nodes, each of one that is near and one that may be anywhere before it. */
export function scalarGraph(nodes: number): FnValue {
  const draws = numbers();
  const draw = (below: number): number => draws.next().value(below);
  const value = fn({ x: f64([]), y: f64([]) }, ({ x, y }) => {
    const all: Tensor<[], "f64">[] = [x, y];
    for (let k = 0; k < nodes; k++) {
      const near = all[Math.max(0, all.length - 1 - draw(40))] ?? x;
      const far = all[draw(all.length)] ?? y;
      all.push(k % 3 === 0 ? sin(add(near, far)) : k % 3 === 1 ? mul(near, far) : add(near, mul(far, 0.5)));
    }
    return all.slice(-8).reduce((sum, each) => add(sum, each));
  });
  return compilable(value);
}

/** One tensor after the other, each of the one before: `nodes` equations without the gradient's. */
export function tensorChain(nodes: number): FnValue {
  const loss = fn({ x: f64(["n"]), y: f64(["n"]) }, ({ x, y }) => {
    let z: Tensor<["n"], "f64"> = x;
    for (let k = 0; k < nodes / 4; k++) z = add(sin(mul(z, y)), mul(z, 0.5 + k / nodes));
    return mean(z);
  });
  return compilable(valueAndGrad(loss, ["x", "y"]));
}
