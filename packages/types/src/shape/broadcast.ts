/**
 * Broadcasting: shapes are aligned at their last axes; equal sizes stay, and a literal 1 gives way to the other size.
 *
 * Invariant: a named size equals only itself. It never broadcasts against another name or another literal, because at
 * run time it may be anything.
 */
import type { Same, SameDim, SameKnown, Unranked } from "./dims.js";
import type { Message, MessageValues, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalSize, showShape, showSize, toSize } from "./size.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

/** Where two shapes do not broadcast: the two sizes. */
interface Clash<A, B> {
  readonly a: A;
  readonly b: B;
}

/** The common dim of two that are not the same, in a box; `false` if there is none. */
type BroadcastDim<A, B, One, Unknown> =
  Same<A, One> extends true
    ? [B]
    : Same<B, One> extends true
      ? [A]
      : Same<A, Unknown> extends true
        ? [B]
        : Same<B, Unknown> extends true
          ? [A]
          : false;

/** The common shape of two shapes, or a `Clash`; of unknown rank where one of them is. */
export type BroadcastDims<
  A extends unknown[],
  B extends unknown[],
  Done extends unknown[] = [],
  One = 1,
  Unknown = number,
> = B extends [...infer RestB, infer b]
  ? A extends [...infer RestA, infer a]
    ? Same<a, b> extends true
      ? BroadcastDims<RestA, RestB, [a, ...Done], One, Unknown>
      : BroadcastDim<a, b, One, Unknown> extends [infer Common]
        ? BroadcastDims<RestA, RestB, [Common, ...Done], One, Unknown>
        : Clash<a, b>
    : A extends []
      ? [...B, ...Done]
      : Dim[]
  : B extends []
    ? [...A, ...Done]
    : Dim[];

type ClashError<Op extends string, A extends Shape, B extends Shape, R> =
  R extends Clash<infer a, infer b>
    ? Message<"broadcast", { op: Op; left: ShowShape<A>; right: ShowShape<B>; a: ShowDim<a>; b: ShowDim<b> }>
    : never;

/**
 * The tensor of the common shape of two operands, or the message. Two shapes of one rank may be the same, and then a
 * type parameter that stands for a whole shape is as good as any.
 */
export type Broadcast<Op extends string, A extends Shape, B extends Shape, D extends DType> =
  SameKnown<A["length"], B["length"]> extends true
    ? Same<A, B> extends true
      ? Tensor<A, D>
      : OrMessage<Op, A, B, D, BroadcastDims<A, B>>
    : OrMessage<Op, A, B, D, BroadcastDims<A, B>>;

type OrMessage<Op extends string, A extends Shape, B extends Shape, D extends DType, R> = R extends infer S extends
  Shape
  ? Tensor<S, D>
  : ClashError<Op, A, B, R>;

/** The common size of two sizes; `undefined` if there is none. */
function broadcastSize(a: Size, b: Size): Size | undefined {
  if (equalSize(a, b) || b === 1) return a;
  return a === 1 ? b : undefined;
}

type BroadcastMessage = "broadcast" | "batchShapes";

/** Twin of `Broadcast`; the message may be another one with the same values. */
export function broadcastShapes(
  op: string,
  left: readonly Size[],
  right: readonly Size[],
  message: BroadcastMessage = "broadcast",
): Size[] {
  const rank = Math.max(left.length, right.length);
  const aligned = (shape: readonly Size[], axis: number): Size => shape[axis - rank + shape.length] ?? 1;
  const sizes = Array.from({ length: rank }, (_, axis) => [aligned(left, axis), aligned(right, axis)] as const);
  // From the last axis on, as the type does, so that both name the same clash.
  const clash = sizes.findLast(([a, b]) => broadcastSize(a, b) === undefined);
  if (clash === undefined) return sizes.map(([a, b]) => broadcastSize(a, b) ?? 1);
  const values: MessageValues<BroadcastMessage> = {
    op,
    left: showShape(left),
    right: showShape(right),
    a: showSize(clash[0]),
    b: showSize(clash[1]),
  };
  throw shapeError(message, values);
}

// ---- broadcastTo

/** The target shape, or the message when a shape does not broadcast to exactly that. */
export type BroadcastTo<S extends Shape, Target extends Shape, Op extends string = "broadcastTo"> = true extends
  | Unranked<S>
  | Unranked<Target>
  ? Target
  : FitsInto<S, Target> extends true
    ? Target
    : Message<"broadcastTo", { op: Op; from: ShowShape<S>; to: ShowShape<Target> }>;

/** Whether a shape broadcasts to exactly the target. */
export type FitsInto<S extends Shape, Target extends Shape, One = 1, Unknown = number> = S extends [
  ...infer Rest extends Shape,
  infer From,
]
  ? Target extends [...infer TargetRest extends Shape, infer To]
    ? FitsDim<From, To, One, Unknown> extends true
      ? FitsInto<Rest, TargetRest, One, Unknown>
      : false
    : false
  : true;

type FitsDim<From, To, One, Unknown> = SameDim<From, To, Unknown> extends true ? true : Same<From, One>;

/** Twin of `BroadcastTo`. */
export function broadcastToShape(
  from: readonly Size[],
  target: readonly (Size | string)[],
  op = "broadcastTo",
): Size[] {
  const to = target.map((dim) => (typeof dim === "string" ? toSize(dim) : dim));
  const fits = from.every((size, axis) => size === 1 || equalSize(size, to[axis - from.length + to.length] ?? 1));
  if (fits && from.length <= to.length) return to;
  throw shapeError("broadcastTo", { op, from: showShape(from), to: showShape(to) });
}

export interface BroadcastToFn {
  /** `x` repeated along new leading axes and along axes of size 1, to the given shape. */
  <S extends Shape, D extends DType, const T extends Shape>(
    x: Tensor<S, D>,
    shape: BroadcastTo<S, T> extends infer M extends string ? M : readonly [...T],
  ): Of<BroadcastTo<S, T>, D>;
}
