/**
 * Stand-ins for the ops, with their signatures as types and the run-time twins of the shape rules as bodies.
 *
 * Invariant: a tensor here is its shape and dtype and nothing else, so what a snippet of the tables throws when it is
 * run comes from the shape rules alone. The tables run against the real ops just so; only the module path differs.
 */
import type { Axes } from "../src/shape/axes.js";
import type { BroadcastToFn } from "../src/shape/broadcast.js";
import { broadcastToShape } from "../src/shape/broadcast.js";
import type { ConcatFn, StackFn } from "../src/shape/concat.js";
import { concatShape, stackShape } from "../src/shape/concat.js";
import type { DTypeKind } from "../src/shape/dtypes.js";
import { commonDType, takenDType } from "../src/shape/dtypes.js";
import type {
  BinaryFn,
  CastFn,
  CompareFn,
  TensorSize,
  UnaryFn,
  VariadicFn,
  WhereFn,
} from "../src/shape/elementwise.js";
import { elementwiseSize, whereSize } from "../src/shape/elementwise.js";
import type { GatherFn, ScatterAddFn } from "../src/shape/gather.js";
import { gatherSize, scatterAddSize } from "../src/shape/gather.js";
import type { CrossEntropyFn, PairLossFn } from "../src/shape/loss.js";
import { crossEntropySize, pairLossShape } from "../src/shape/loss.js";
import type { DotFn, MatMulFn, OuterFn } from "../src/shape/matmul.js";
import { dotShape, matMulShape, outerShape } from "../src/shape/matmul.js";
import type { OneHotFn } from "../src/shape/one-hot.js";
import { oneHotSize } from "../src/shape/one-hot.js";
import type { PermuteFn, TransposeFn } from "../src/shape/permute.js";
import { permuteShape, transposeShape } from "../src/shape/permute.js";
import type { ArgReduceFn, AxisFn, ReduceFn } from "../src/shape/reduce.js";
import { alongAxis, reducedDType, reduceShape } from "../src/shape/reduce.js";
import type { FlattenFn, ReshapeFn } from "../src/shape/reshape.js";
import { flattenShape, reshapeShape } from "../src/shape/reshape.js";
import type { Size } from "../src/shape/size.js";
import { showSize, toSize } from "../src/shape/size.js";
import type { PadFn, SliceFn } from "../src/shape/slice.js";
import { padShape, sliceShape } from "../src/shape/slice.js";
import type { SqueezeFn, UnsqueezeFn } from "../src/shape/squeeze.js";
import { squeezeShape, unsqueezeShape } from "../src/shape/squeeze.js";
import type { AnyTensor, Dim, DType, Shape, Tensor } from "../src/shape/tensor.js";

export type { AnyTensor, Dim, DType, FloatDType, Shape, Tensor } from "../src/shape/tensor.js";

// ---- tensors that are nothing but their size

const sizeOf = (x: AnyTensor): TensorSize => ({ shape: x.shape.map(toSize), dtype: x.dtype });
const operand = (x: AnyTensor | number): TensorSize | number => (typeof x === "number" ? x : sizeOf(x));
const dimOf = (size: Size): Dim => (typeof size === "number" ? size : showSize(size));
const tensor = ({ shape, dtype }: TensorSize): AnyTensor => ({ shape: shape.map(dimOf), dtype });

/** A body that works on sizes, under the signature that users see: the one place where the two meet, hence the cast. */
const op = <F>(body: (...args: never[]) => TensorSize): F =>
  ((...args: never[]) => tensor(body(...args))) as unknown as F;

type Spec<D extends DType> = <const S extends Shape>(shape: readonly [...S]) => Tensor<S, D>;

const specOf = <D extends DType>(dtype: D): Spec<D> =>
  op((shape: readonly Dim[]) => ({ shape: shape.map(toSize), dtype }));

export const f32 = specOf("f32");
export const f64 = specOf("f64");
export const i32 = specOf("i32");
export const bool = specOf("bool");

// ---- elementwise

const unary = <Op extends string, Kind extends DTypeKind>(name: Op, kind: Kind): UnaryFn<Op, Kind> =>
  op((x: AnyTensor) => ({ ...sizeOf(x), dtype: takenDType(name, kind, x.dtype) }));

const elementwise = <F>(name: string, kind: DTypeKind, dtype?: DType): F =>
  op((...operands: (AnyTensor | number)[]) => {
    const size = elementwiseSize(name, kind, operands.map(operand));
    return { shape: size.shape, dtype: dtype ?? size.dtype };
  });

export const relu: UnaryFn<"relu", "numeric"> = unary("relu", "numeric");
export const neg: UnaryFn<"neg", "numeric"> = unary("neg", "numeric");
export const exp: UnaryFn<"exp"> = unary("exp", "float");
export const tanh: UnaryFn<"tanh"> = unary("tanh", "float");
export const stopGradient: UnaryFn<"stopGradient", "any"> = unary("stopGradient", "any");

export const add: VariadicFn<"add"> = elementwise("add", "numeric");
export const mul: VariadicFn<"mul"> = elementwise("mul", "numeric");
export const sub: BinaryFn<"sub"> = elementwise("sub", "numeric");
export const div: BinaryFn<"div", "float"> = elementwise("div", "float");
export const maximum: BinaryFn<"maximum"> = elementwise("maximum", "numeric");
export const greater: CompareFn<"greater"> = elementwise("greater", "numeric", "bool");
export const equal: CompareFn<"equal", "any"> = elementwise("equal", "any", "bool");

export const where: WhereFn = op((condition: AnyTensor, a: AnyTensor | number, b: AnyTensor | number) =>
  whereSize(sizeOf(condition), operand(a), operand(b)),
);
export const cast: CastFn = op((x: AnyTensor, dtype: DType) => ({ ...sizeOf(x), dtype }));

// ---- products

const product = <F>(name: string, shape: (a: readonly Size[], b: readonly Size[]) => Size[]): F =>
  op((a: AnyTensor, b: AnyTensor) => {
    const dtype = commonDType(name, "numeric", [a.dtype, b.dtype]);
    return { shape: shape(sizeOf(a).shape, sizeOf(b).shape), dtype };
  });

export const matmul: MatMulFn = product("matmul", matMulShape);
export const dot: DotFn = product("dot", dotShape);
export const outer: OuterFn = product("outer", outerShape);

// ---- reductions

interface KeepDims {
  readonly keepDims?: boolean;
}

const reduce = <F>(name: string, kind: DTypeKind, result: (dtype: DType) => DType = reducedDType): F =>
  op((x: AnyTensor, axes?: Axes, options?: KeepDims) => {
    const dtype = result(takenDType(name, kind, x.dtype));
    return { shape: reduceShape(name, sizeOf(x).shape, axes, options?.keepDims), dtype };
  });

export const sum: ReduceFn<"sum"> = reduce("sum", "any");
export const mean: ReduceFn<"mean", "float"> = reduce("mean", "float");
export const max: ReduceFn<"max", "numeric"> = reduce("max", "numeric");
export const argmax: ArgReduceFn<"argmax"> = reduce("argmax", "numeric", () => "i32");
export const l2Norm: ReduceFn<"l2Norm", "float"> = reduce("l2Norm", "float");

export const softmax: AxisFn<"softmax"> = op((x: AnyTensor, axis?: number) => {
  takenDType("softmax", "float", x.dtype);
  alongAxis("softmax", sizeOf(x).shape, axis);
  return sizeOf(x);
});

// ---- the same elements in another order or shape

const reshaped = <F>(shape: (from: readonly Size[], ...args: never[]) => Size[]): F =>
  op((x: AnyTensor, ...args: never[]) => ({ shape: shape(sizeOf(x).shape, ...args), dtype: x.dtype }));

export const reshape: ReshapeFn = reshaped(reshapeShape);
export const flatten: FlattenFn = reshaped(flattenShape);
export const squeeze: SqueezeFn = reshaped(squeezeShape);
export const unsqueeze: UnsqueezeFn = reshaped(unsqueezeShape);
export const broadcastTo: BroadcastToFn = reshaped(broadcastToShape);
export const slice: SliceFn = reshaped(sliceShape);
export const pad: PadFn = reshaped(padShape);
export const permute: PermuteFn = reshaped((shape, order: readonly number[]) => permuteShape("permute", shape, order));
export const transpose: TransposeFn = reshaped((shape, order?: readonly number[]) =>
  order === undefined ? transposeShape(shape) : permuteShape("transpose", shape, order),
);

// ---- several tensors, and indices

const joined = <F>(shape: (operands: readonly TensorSize[], axis?: number) => Size[]): F =>
  op((tensors: readonly AnyTensor[], axis?: number) => ({
    shape: shape(tensors.map(sizeOf), axis),
    dtype: tensors[0]?.dtype ?? "f32",
  }));

export const concat: ConcatFn = joined(concatShape);
export const stack: StackFn = joined(stackShape);

export const gather: GatherFn = op((table: AnyTensor, indices: AnyTensor) =>
  gatherSize(sizeOf(table), sizeOf(indices)),
);
export const scatterAdd: ScatterAddFn = op((base: AnyTensor, indices: AnyTensor, updates: AnyTensor) =>
  scatterAddSize(sizeOf(base), sizeOf(indices), sizeOf(updates)),
);
export const oneHot: OneHotFn = op((indices: AnyTensor, depth: Dim, dtype?: DType) =>
  oneHotSize(sizeOf(indices), depth, dtype),
);

// ---- losses

export const crossEntropy: CrossEntropyFn = op((logits: AnyTensor, labels: AnyTensor) =>
  crossEntropySize("crossEntropy", sizeOf(logits), sizeOf(labels)),
);
export const mse: PairLossFn<"mse"> = op((a: AnyTensor, b: AnyTensor) => {
  const dtype = commonDType("mse", "float", [a.dtype, b.dtype]);
  return { shape: pairLossShape("mse", sizeOf(a).shape, sizeOf(b).shape), dtype };
});
