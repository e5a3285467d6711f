/**
 * Linear layers and embeddings.
 *
 * Invariant: the weight is `[outputs, inputs]`, as everybody stores it; the last axis of x holds the inputs.
 */
import type { SameDim, Unranked } from "./dims.js";
import type { Takes } from "./dtypes.js";
import { commonDType, takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Gather } from "./gather.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Optional, Parameter } from "./parameter.js";
import { checkParameter } from "./parameter.js";
import type { WithAxis } from "./reduce.js";
import { alongAxis } from "./reduce.js";
import type { Size } from "./size.js";
import { equalSize, showShape, showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf } from "./tensor.js";

// ---- linear

/** The shape of x with its last dim exchanged for the outputs of w, or the message. */
export type Linear<Op extends string, S extends Shape, W extends Shape, What extends string = "w"> = W extends [
  infer O extends Dim,
  infer I,
]
  ? S extends [...infer Batch extends Shape, infer K]
    ? SameDim<K, I> extends true
      ? [...Batch, O]
      : Message<"innerSizes", { op: Op; left: ShowDim<K>; right: ShowDim<I> }>
    : Dim[]
  : Unranked<W> extends true
    ? Dim[]
    : Message<"rank", { op: Op; what: What; shape: ShowShape<W>; expected: 2 }>;

/** The shape itself where the rule gave one: a weight may have any number of outputs. */
type Accepted<R, W> = R extends string ? R : W;

type Outputs<W extends Shape> = W extends [infer O extends Dim, unknown] ? [O] : Dim[];

export interface LinearFn<Op extends string = "linear"> {
  <X extends AnyTensor, W extends AnyTensor, B extends Optional = null>(
    x: WithAxis<Op, "float", X>,
    w: Parameter<Op, "w", X, W, Accepted<Linear<Op, ShapeOf<X>, ShapeOf<W>>, ShapeOf<W>>>,
    b?: Parameter<Op, "b", X, B, Outputs<ShapeOf<W>>>,
  ): Of<Linear<Op, ShapeOf<X>, ShapeOf<W>>, DTypeOf<X>>;
}

/** Twin of `Linear`: what the layer gives. `names` are those of the parameters in messages. */
export function linearSize(
  op: string,
  x: TensorSize,
  w: TensorSize,
  b: TensorSize | undefined,
  names: { readonly w: string; readonly b: string } = { w: "w", b: "b" },
): TensorSize {
  takenDType(op, "float", x.dtype);
  alongAxis(op, x.shape);
  commonDType(op, "float", [x.dtype, w.dtype]);
  const [outputs, inputs] = w.shape;
  if (outputs === undefined || inputs === undefined || w.shape.length !== 2) {
    throw shapeError("rank", { op, what: names.w, shape: showShape(w.shape), expected: 2 });
  }
  const last: Size = x.shape.at(-1) ?? 1;
  if (!equalSize(last, inputs)) throw shapeError("innerSizes", { op, left: showSize(last), right: showSize(inputs) });
  if (b !== undefined) checkParameter(op, names.b, x, b, [outputs]);
  return { shape: [...x.shape.slice(0, -1), outputs], dtype: x.dtype };
}

// ---- embedding

/** The table, floats in rows, or the message. */
type TableArg<Op extends string, X, Prefix extends Shape = [Dim, Dim]> =
  Takes<Op, "float", X, "the table"> extends infer M extends string
    ? M
    : Unranked<ShapeOf<X>> extends true
      ? X
      : ShapeOf<X> extends Prefix
        ? X
        : Message<"rank", { op: Op; what: "the table"; shape: ShowShape<ShapeOf<X>>; expected: 2 }>;

export interface EmbeddingFn<Op extends string = "embedding"> {
  <X extends AnyTensor, I extends AnyTensor>(
    table: TableArg<Op, X>,
    indices: Takes<Op, "integer", I, "the indices">,
  ): Of<Gather<Op, ShapeOf<X>, ShapeOf<I>>, DTypeOf<X>>;
}

/** Twin of the rule of `EmbeddingFn`. */
export function checkEmbedding(op: string, table: TensorSize, indices: TensorSize): void {
  takenDType(op, "float", table.dtype, "the table");
  if (table.shape.length !== 2) {
    throw shapeError("rank", { op, what: "the table", shape: showShape(table.shape), expected: 2 });
  }
  takenDType(op, "integer", indices.dtype, "the indices");
}
