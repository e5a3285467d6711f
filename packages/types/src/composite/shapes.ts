/** Shape functions made of reshape, permute and concat. */
import { emit } from "../graph/emit.js";
import { asTraced } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { newAxisIndex } from "../shape/axes.js";
import { type StackFn, stackShape } from "../shape/concat.js";
import { permutationOf, type TransposeFn, transpositionOf } from "../shape/permute.js";
import { type FlattenFn, flattenShape } from "../shape/reshape.js";
import type { Size } from "../shape/size.js";
import { type SqueezeFn, squeezeShape, type UnsqueezeFn, unsqueezeShape } from "../shape/squeeze.js";
import type { AnyTensor } from "../shape/tensor.js";

const reshaped = (op: string, x: AnyTensor, shape: (from: readonly Size[]) => readonly Size[]) => {
  const tensor = asTraced(x, op);
  return emit("reshape", [tensor], { shape: shape(tensor.sizes) });
};

/**
 * All axes from `from` (0 when left out) on made one: `flatten(x, 1)` keeps the batch.
 *
 * @shapes x: [..., s, t, u] -> [..., s·t·u]
 * @formula the same elements in row-major order
 * @derivative dy is dx reshaped
 */
export const flatten = publicFunction<FlattenFn>((x: AnyTensor, from = 0) =>
  reshaped("flatten", x, (shape) => flattenShape(shape, from)),
);

/**
 * `x` without the given axis, whose size is 1; without all axes of size 1 when none is given.
 *
 * @shapes x: [..., 1, ...] -> [..., ...]
 * @formula the same elements
 * @derivative dy is dx reshaped
 */
export const squeeze = publicFunction<SqueezeFn>((x: AnyTensor, axis?: number) =>
  reshaped("squeeze", x, (shape) => squeezeShape(shape, axis)),
);

/**
 * `x` with a new axis of size 1 before the given one; -1 puts it last.
 *
 * @shapes x: [..., ...] -> [..., 1, ...]
 * @formula the same elements
 * @derivative dy is dx reshaped
 */
export const unsqueeze = publicFunction<UnsqueezeFn>((x: AnyTensor, axis: number) =>
  reshaped("unsqueeze", x, (shape) => unsqueezeShape(shape, axis)),
);

/**
 * The last two axes exchanged, or all axes in the given order.
 *
 * @shapes x: [..., m, n] -> [..., n, m]
 * @formula y = xᵀ
 * @derivative dy = dxᵀ
 */
export const transpose = publicFunction<TransposeFn>((x: AnyTensor, order?: readonly number[]) => {
  const tensor = asTraced(x, "transpose");
  const perm = order === undefined ? transpositionOf(tensor.sizes) : permutationOf("transpose", tensor.sizes, order);
  return emit("permute", [tensor], { perm });
});

/**
 * Tensors of one shape, one beside the other along a new axis (the first when left out).
 *
 * @shapes k times [...] -> [..., k, ...]
 * @formula slice i of y is xᵢ
 * @derivative slice i of dy is dxᵢ
 */
export const stack = publicFunction<StackFn>((tensors: readonly AnyTensor[], axis = 0) => {
  const shape = stackShape(
    tensors.map((tensor) => operandSize("stack", tensor)),
    axis,
  );
  const first = asTraced(tensors[0] as AnyTensor, "stack"); // stackShape refuses an empty list
  const index = newAxisIndex("stack", first.sizes, axis);
  const slices = tensors.map((tensor) => emit("reshape", [asTraced(tensor, "stack")], { shape: shape.with(index, 1) }));
  return emit("concat", slices, { axis: index });
});
