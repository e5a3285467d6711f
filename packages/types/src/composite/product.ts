/**
 * Products over axes. No primitive: products of two are differentiated as such, so an element's derivative is the product
 * of the others, whatever is zero, and so is every further derivative.
 */
import { vocabulary } from "../graph/emit.js";
import { loop } from "../graph/loop.js";
import type { Value, Vocabulary } from "../graph/op.js";
import { asTraced } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import { axesOf, type ReduceOptions, withKept } from "../ops/reduce/reduction.js";
import type { Axes } from "../shape/axes.js";
import { takenDType } from "../shape/dtypes.js";
import type { ReduceFn } from "../shape/reduce.js";
import type { AnyTensor } from "../shape/tensor.js";
import { axisFirst } from "./along.js";

/** Up to this size an axis is multiplied as one expression, written out; above, and where it has a name, in a loop. */
const written = 16;

/** One half of an axis of known size times the other, again and again. */
function halved(o: Vocabulary, x: Value, axis: number, size: number): Value {
  if (size === 1) return x;
  const half = Math.floor(size / 2);
  const part = (start: number, count: number): Value =>
    o.slice(x, { start: x.sizes.map((_, k) => (k === axis ? start : 0)), shape: x.sizes.with(axis, count) });
  const product = halved(o, o.mul(part(0, half), part(half, half)), axis, half);
  return size % 2 === 0 ? product : o.mul(product, part(size - 1, 1));
}

/** The product along one axis, which is gone. */
function productAlong(o: Vocabulary, x: Value, axis: number): Value {
  const [size = 1, rest] = [x.sizes[axis], x.sizes.toSpliced(axis, 1)];
  const one = () => o.broadcastTo(1, { shape: rest, axes: [], dtype: x.dtype });
  if (size === 0) return one();
  if (typeof size === "number" && size <= written) return o.reshape(halved(o, x, axis, size), { shape: rest });
  const spec = { length: size, carry: [one()], along: [axisFirst(x, axis)], names: ["product", "x"] };
  const { carry } = loop(spec, ([product], [factor]) => {
    if (product === undefined || factor === undefined) throw new Error("bug: a loop of one carry along one tensor");
    return { carry: [asTraced(o.mul(product, factor), "prod")], stacked: [] };
  });
  return carry[0] ?? x;
}

/**
 * Product over one axis, several, or all.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = Πx
 * @derivative dy = Σᵢ (Π of all x but xᵢ) dxᵢ, right also where some are 0
 * @conventions 1 where there is no element
 */
export const prod = publicFunction<ReduceFn<"prod", "numeric">>(
  (x: AnyTensor, axes?: Axes, options: ReduceOptions = {}) => {
    const tensor = asTraced(x, "prod");
    takenDType("prod", "numeric", tensor.dtype);
    const o = vocabulary();
    const { axes: all } = axesOf("prod", tensor, axes);
    const product = all.toReversed().reduce<Value>((value, axis) => productAlong(o, value, axis), tensor);
    return withKept("prod", asTraced(product, "prod"), tensor, axes, options);
  },
);
