/**
 * Parameters of layers: tensors whose shape follows from the layer's input.
 *
 * Invariant: a parameter has the input's dtype and exactly the shape that the layer asks for. It does not broadcast: a
 * weight of another size is a mistake that would train without a word. One that may be left out is `null` then.
 */
import type { Same, SameShape } from "./dims.js";
import type { DTypesDiffer } from "./dtypes.js";
import { commonDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalShape, showShape } from "./size.js";
import type { AnyTensor, DTypeOf, Shape, ShapeOf, Tensor } from "./tensor.js";

/** A tensor, or nothing. */
export type Optional = AnyTensor | null;

/** `P` where it has the dtype of `X` and the expected shape, else the message. A message for the shape is passed on. */
export type Parameter<Op extends string, What extends string, X, P, Expected> =
  P extends Tensor<infer S, infer E>
    ? Same<DTypeOf<X>, E> extends true
      ? Expected extends infer W extends Shape
        ? SameShape<W, S> extends true
          ? P
          : Message<"parameter", { op: Op; what: What; expected: ShowShape<W>; actual: ShowShape<S> }>
        : Expected extends string
          ? Expected
          : P
      : DTypesDiffer<Op, DTypeOf<X>, E>
    : P;

/** Twin of `Parameter`. */
export function checkParameter(
  op: string,
  what: string,
  x: TensorSize,
  parameter: TensorSize,
  expected: readonly Size[],
): void {
  commonDType(op, "float", [x.dtype, parameter.dtype]);
  if (equalShape(expected, parameter.shape)) return;
  throw shapeError("parameter", { op, what, expected: showShape(expected), actual: showShape(parameter.shape) });
}

/** The last dims of a shape, as many as another shape has; all of them where it has more. */
export type Trailing<S extends Shape, Like extends Shape, Done extends Shape = []> = number extends
  | S["length"]
  | Like["length"]
  ? Like
  : Like extends [...infer Rest extends Shape, unknown]
    ? S extends [...infer Before extends Shape, infer Last extends S[number]]
      ? Trailing<Before, Rest, [Last, ...Done]>
      : Done
    : Done;

/** Twin of `Trailing`. */
export const trailing = (shape: readonly Size[], count: number): readonly Size[] =>
  shape.slice(Math.max(shape.length - count, 0));

/** The shape of the parameters of a layer over the last axes: as many as its weight has, which must be one at least. */
export type TrailingLike<Op extends string, What extends string, X, P, Scalar = []> =
  P extends Tensor<infer S, infer _>
    ? Same<S, Scalar> extends true
      ? Message<"minimumRank", { op: Op; what: What; shape: "[]"; expected: 1 }>
      : Trailing<ShapeOf<X>, S>
    : never;
