/** Tensors made from nothing but their shape. In generated code they are no arrays: whoever reads them has the formula. */
import { emit, vocabulary } from "../graph/emit.js";
import { makeLit } from "../graph/ir.js";
import type { Value } from "../graph/op.js";
import { asTraced, type TracedTensor, tensorOf } from "../graph/tensor.js";
import { publicFunction } from "../ops/define.js";
import {
  type ArangeFn,
  type ConstantFn,
  type ConstantLikeFn,
  checkRamp,
  type DimensionFn,
  type EyeFn,
  type FullFn,
  type LinspaceFn,
  type MatrixSize,
  matrixShape,
  newShape,
  rampLength,
} from "../shape/create.js";
import { type Size, subSize } from "../shape/size.js";
import type { AnyTensor, Dim, DType } from "../shape/tensor.js";
import { sizeValue } from "./size-value.js";

/** One value at every element. */
export function constantOf(shape: readonly Size[], value: number, dtype: DType): TracedTensor {
  const literal = tensorOf(makeLit(value, dtype));
  return shape.length === 0 ? literal : emit("broadcastTo", [literal], { shape, axes: [] });
}

/**
 * Zeros of the given shape; f32 when no dtype is given. A size may be a name: what it is an input of the
 * function tells by its length, or else its caller says it.
 *
 * @shapes shape: [n…] -> [n…]
 * @formula y = 0
 * @derivative none: a constant
 */
export const zeros = publicFunction<ConstantFn<"zeros">>((shape: readonly Dim[], dtype: DType = "f32") =>
  constantOf(newShape("zeros", shape), 0, dtype),
);

/**
 * Ones of the given shape; f32 when no dtype is given.
 *
 * @shapes shape: [n…] -> [n…]
 * @formula y = 1
 * @derivative none: a constant
 */
export const ones = publicFunction<ConstantFn<"ones">>((shape: readonly Dim[], dtype: DType = "f32") =>
  constantOf(newShape("ones", shape), 1, dtype),
);

/**
 * One value at every element of the given shape; f32 when no dtype is given.
 *
 * @shapes shape: [n…], value -> [n…]
 * @formula y = value
 * @derivative none: a constant
 */
export const full = publicFunction<FullFn>((shape: readonly Dim[], value: number, dtype: DType = "f32") =>
  constantOf(newShape("full", shape), value, dtype),
);

const like = (op: string, x: AnyTensor, value: number): TracedTensor => {
  const { sizes, dtype } = asTraced(x, op);
  return constantOf(sizes, value, dtype);
};

/**
 * Zeros of the shape and dtype of `x`.
 *
 * @shapes x: [...] -> [...]
 * @formula y = 0
 * @derivative none: a constant
 */
export const zerosLike = publicFunction<ConstantLikeFn>((x: AnyTensor) => like("zerosLike", x, 0));

/**
 * Ones of the shape and dtype of `x`.
 *
 * @shapes x: [...] -> [...]
 * @formula y = 1
 * @derivative none: a constant
 */
export const onesLike = publicFunction<ConstantLikeFn>((x: AnyTensor) => like("onesLike", x, 1));

/** Column less row, at every element of a matrix or of a batch of them: k on the k-th diagonal. */
export function diagonalNumber(shape: readonly Size[]): Value {
  const o = vocabulary();
  const rank = shape.length;
  return o.sub(o.iota({ shape, axis: rank - 1 }), o.iota({ shape, axis: rank - 2 }));
}

/**
 * The identity: ones on the main diagonal, or on the `k`-th above it (below it where `k` is negative). `size` is the
 * number of rows and columns, or `[rows, columns]`.
 *
 * @shapes n -> [n, n]; [m, n] -> [m, n]
 * @formula y[i, j] = 1 where j - i = k, else 0
 * @derivative none: a constant
 */
export const eye = publicFunction<EyeFn>((size: MatrixSize, dtype: DType = "f32", k = 0) => {
  const o = vocabulary();
  return o.cast(o.equal(diagonalNumber(matrixShape(size)), k), { dtype });
});

/**
 * A size in arithmetic, as a scalar: of a dimension with a name what it is in the call. i32 unless another dtype is given.
 *
 * @shapes n -> []
 * @formula y = n
 * @derivative none: a constant
 */
export const dimension = publicFunction<DimensionFn>((size: Dim, dtype: DType = "i32") => {
  const [value = 0] = newShape("dimension", [size]);
  const read = sizeValue(value, dtype);
  return typeof read === "number" ? constantOf([], read, dtype) : read;
});

/** 0, 1, … along the one axis, in the given dtype. */
function positions(count: Size, dtype: DType): Value {
  const o = vocabulary();
  const index = o.iota({ shape: [count], axis: 0 });
  return dtype === "i32" ? index : o.cast(index, { dtype });
}

/**
 * `arange(n)`: 0, 1, …, n - 1; `arange(start, end, step)`: from start on, step apart, up to but not including end. i32
 * unless another dtype is given last; a count may be the name of a dimension.
 *
 * @shapes n -> [n]; start, end, step -> [⌈(end - start) / step⌉]
 * @formula y[i] = start + step · i
 * @derivative none: a constant
 */
export const arange = publicFunction<ArangeFn>((from: Dim, end?: number, step = 1, dtype: DType = "i32") => {
  const o = vocabulary();
  if (end === undefined || typeof from === "string") {
    const [count = 0] = newShape("arange", [from]);
    return positions(count, dtype);
  }
  checkRamp([from, end, step], dtype);
  const index = positions(rampLength(from, end, step), dtype);
  const scaled = step === 1 ? index : o.mul(index, step);
  return from === 0 ? scaled : o.add(scaled, from);
});

/**
 * `count` numbers at equal distances, the first and the last of them exactly `start` and `end`. One number is `start`.
 *
 * @shapes start, end, n -> [n]
 * @formula y[i] = start + i · (end - start) / (n - 1)
 * @derivative none: a constant
 */
export const linspace = publicFunction<LinspaceFn>((start: number, end: number, count: Dim, dtype: DType = "f32") => {
  const o = vocabulary();
  const [size = 0] = newShape("linspace", [count]);
  const index = positions(size, dtype);
  const whole = { size: subSize(size, 1), shape: index.sizes };
  const last = o.cast(o.sizeOf(whole), { dtype });
  const step = o.div(end - start, o.maximum(last, 1));
  // Each half is counted from its own end, so that both ends are met to the bit.
  const fromStart = o.add(start, o.mul(index, step));
  const fromEnd = o.sub(end, o.mul(o.sub(last, index), step));
  return o.where(o.less(o.mul(index, 2), o.maximum(last, 1)), fromStart, fromEnd);
});
