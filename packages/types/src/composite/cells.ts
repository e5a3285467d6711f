/**
 * Recurrent cells: one step. A whole sequence is a `scan` with the state as its carry.
 *
 * Invariant: gates lie one after the other in the rows of the weights, in the order that the cell's text gives.
 */
import { asTraced, userShape } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { add } from "../ops/elementwise/add.op.js";
import { mul } from "../ops/elementwise/mul.op.js";
import { relu } from "../ops/elementwise/relu.op.js";
import { sigmoid } from "../ops/elementwise/sigmoid.op.js";
import { sub } from "../ops/elementwise/sub.op.js";
import { tanh } from "../ops/elementwise/tanh.op.js";
import { reshape } from "../ops/shape/reshape.op.js";
import { slice } from "../ops/shape/slice.op.js";
import {
  type CellParameters,
  cellFeatures,
  type GruCellFn,
  type GruParameters,
  type LstmCellFn,
  type LstmState,
  type RnnCellFn,
} from "../shape/cells.js";
import type { AnyTensor } from "../shape/tensor.js";
import { linearLayer } from "./linear.js";

/** What a cell of so many gates is given, checked. */
function check(
  op: string,
  gates: number,
  x: AnyTensor,
  states: Readonly<Record<string, AnyTensor>>,
  { wx, wh, ...biases }: CellParameters | GruParameters,
): void {
  const size = (tensor: AnyTensor) => operandSize(op, tensor);
  const sizes = (tensors: Readonly<Record<string, AnyTensor | undefined>>) =>
    Object.fromEntries(Object.entries(tensors).flatMap(([name, given]) => (given ? [[name, size(given)]] : [])));
  cellFeatures(op, gates, {
    x: size(x),
    states: sizes(states),
    wx: size(wx),
    wh: size(wh),
    biases: sizes({ ...biases }),
  });
}

/** The parts of the last axis, one for each gate: `[..., gates · h]` to as many `[..., h]`. */
function gatesOf(all: AnyTensor, gates: number, like: AnyTensor): readonly AnyTensor[] {
  const { sizes } = asTraced(like, "cell");
  const apart = reshape(all, userShape([...sizes.slice(0, -1), gates, ...sizes.slice(-1)]));
  return Array.from({ length: gates }, (_, k) => reshape(slice(apart, -2, k, k + 1), like.shape));
}

/** x wxᵀ + h whᵀ + b */
const mixed = (x: AnyTensor, h: AnyTensor, { wx, wh, b }: CellParameters): AnyTensor =>
  add(linearLayer(x, wx, b), linearLayer(h, wh));

/**
 * One step of a plain recurrent network; gives the new state.
 *
 * @shapes x: [..., i], h: [..., h], params: { wx: [h, i], wh: [h, h], b: [h] } -> [..., h]
 * @formula h' = tanh(x wxᵀ + h whᵀ + b)
 * @derivative dh' = (1 − h'²) · d(x wxᵀ + h whᵀ + b)
 * @conventions b may be left out; activation "relu" instead of "tanh"
 */
export const rnnCell = publicFunction<RnnCellFn>(
  (x: AnyTensor, h: AnyTensor, params: CellParameters, options: { readonly activation?: "tanh" | "relu" } = {}) => {
    check("rnnCell", 1, x, { h }, params);
    const z = mixed(x, h, params);
    return options.activation === "relu" ? relu(z) : tanh(z);
  },
);

/**
 * One step of a long short-term memory (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000); gives the
 * new state. The gates are i, f, g, o, in this order.
 *
 * @shapes x: [..., i], state: { h: [..., h], c: [..., h] }, params: { wx: [4h, i], wh: [4h, h], b: [4h] } -> { h, c }
 * @formula (i, f, g, o) = x wxᵀ + h whᵀ + b; c' = σ(f) c + σ(i) tanh(g); h' = σ(o) tanh(c')
 * @derivative that of σ, tanh and the products
 * @conventions b may be left out
 */
export const lstmCell = publicFunction<LstmCellFn>(
  (x: AnyTensor, { h, c }: LstmState<AnyTensor>, params: CellParameters) => {
    check("lstmCell", 4, x, { h, c }, params);
    const [i, f, g, o] = gatesOf(mixed(x, h, params), 4, h) as readonly [AnyTensor, AnyTensor, AnyTensor, AnyTensor]; // four were asked for
    const cell = add(mul(sigmoid(f), c), mul(sigmoid(i), tanh(g)));
    return { h: mul(sigmoid(o), tanh(cell)), c: cell };
  },
);

/**
 * One step of a gated recurrent unit (Cho et al. 2014), with the reset gate behind the product, as cuDNN and PyTorch have
 * it; gives the new state. The gates are r, z, n, in this order; x and h have a bias each.
 *
 * @shapes x: [..., i], h: [..., h], params: { wx: [3h, i], wh: [3h, h], bx: [3h], bh: [3h] } -> [..., h]
 * @formula (a, b, c) = x wxᵀ + bx, (d, e, f) = h whᵀ + bh; r = σ(a + d), z = σ(b + e), n = tanh(c + r f); h' = (1 − z) n + z h
 * @derivative that of σ, tanh and the products
 * @conventions bx and bh may be left out
 */
export const gruCell = publicFunction<GruCellFn>((x: AnyTensor, h: AnyTensor, params: GruParameters) => {
  check("gruCell", 3, x, { h }, params);
  type Three = readonly [AnyTensor, AnyTensor, AnyTensor];
  const [xr, xz, xn] = gatesOf(linearLayer(x, params.wx, params.bx), 3, h) as Three; // three were asked for
  const [hr, hz, hn] = gatesOf(linearLayer(h, params.wh, params.bh), 3, h) as Three;
  const reset = sigmoid(add(xr, hr));
  const update = sigmoid(add(xz, hz));
  const fresh = tanh(add(xn, mul(reset, hn)));
  return add(fresh, mul(update, sub(h, fresh)));
});
