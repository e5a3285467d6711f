/**
 * Normalisation layers: the shapes of their parameters.
 *
 * Invariant: the result has the shape and dtype of x. Layers over the last axes have parameters of the shape of those
 * axes; layers that know channels have one parameter for every channel.
 */

import type { ExactDiv } from "./arithmetic.js";
import type { AxisArg, AxisIndex } from "./axes.js";
import { axisIndex } from "./axes.js";
import type { DivDim } from "./dims.js";
import type { Takes } from "./dtypes.js";
import { takenDType } from "./dtypes.js";
import type { TensorSize } from "./elementwise.js";
import type { Message, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Optional, Parameter, TrailingLike } from "./parameter.js";
import { checkParameter, trailing } from "./parameter.js";
import type { WithAxis } from "./reduce.js";
import { alongAxis } from "./reduce.js";
import type { Size } from "./size.js";
import { divideSize, showShape, showSize } from "./size.js";
import type { AnyTensor, Dim, DTypeOf, Shape, ShapeOf, Tensor } from "./tensor.js";

export interface NormOptions {
  /** Added to the variance, so that nothing is divided by 0. */
  readonly eps?: number;
}

// ---- over the last axes

export interface TrailingOptions extends NormOptions {
  /** How many of the last axes are normalised together: as many as `w` has when left out, or one without `w`. */
  readonly rank?: number;
}

export interface LayerNormFn<Op extends string = "layerNorm"> {
  <X extends AnyTensor, W extends Optional = null, B extends Optional = null>(
    x: WithAxis<Op, "float", X>,
    w?: Parameter<Op, "w", X, W, TrailingLike<Op, "w", X, W>>,
    b?: Parameter<Op, "b", X, B, TrailingLike<Op, "b", X, W extends null ? B : W>>,
    options?: TrailingOptions,
  ): X;
}

export interface RmsNormFn<Op extends string = "rmsNorm"> {
  <X extends AnyTensor, W extends Optional = null>(
    x: WithAxis<Op, "float", X>,
    w?: Parameter<Op, "w", X, W, TrailingLike<Op, "w", X, W>>,
    options?: TrailingOptions,
  ): X;
}

/** Parameters by name; those left out are not there. */
export type GivenParameters = Readonly<Record<string, TensorSize | undefined>>;

/** Twin of `LayerNormFn` and `RmsNormFn`: the axes to normalise over. */
export function trailingAxes(
  op: string,
  x: TensorSize,
  given: GivenParameters,
  rank: number | undefined,
): readonly number[] {
  takenDType(op, "float", x.dtype);
  alongAxis(op, x.shape);
  const [first] = Object.entries(given).flatMap(([what, parameter]) => (parameter ? [{ what, parameter }] : []));
  if (first?.parameter.shape.length === 0) {
    throw shapeError("minimumRank", { op, what: first.what, shape: "[]", expected: 1 });
  }
  const count = rank ?? first?.parameter.shape.length ?? 1;
  if (!(Number.isInteger(count) && count >= 1 && count <= (first === undefined ? x.shape.length : Infinity))) {
    throw shapeError("axisRange", { op, axis: -count, shape: showShape(x.shape) });
  }
  for (const [what, parameter] of Object.entries(given)) {
    if (parameter !== undefined) checkParameter(op, what, x, parameter, trailing(x.shape, count));
  }
  return Array.from({ length: count }, (_, k) => x.shape.length - count + k);
}

// ---- channels

/** The shape of a parameter with an element for every channel. */
export type PerChannel<S extends Shape, Ax extends number> = number extends S["length"] | Ax
  ? [number]
  : [AxisIndex<S, Ax>] extends [never]
    ? [number]
    : [S[AxisIndex<S, Ax>] & Dim];

/** `X` where its rank is enough, else the message. */
type MinimumRank<Op extends string, X, Least extends number, Prefix extends Shape> =
  X extends Tensor<infer S, infer _>
    ? number extends S["length"]
      ? X
      : S extends [...Prefix, ...Shape]
        ? X
        : Message<"minimumRank", { op: Op; what: "the operand"; shape: ShowShape<S>; expected: Least }>
    : never;

/** A float operand of at least that rank, or the message. */
type Channelled<Op extends string, X, Least extends number, Prefix extends Shape> =
  Takes<Op, "float", X> extends infer M extends string ? M : MinimumRank<Op, X, Least, Prefix>;

type ChannelParameter<Op extends string, What extends string, X, P, Ax extends number> = Parameter<
  Op,
  What,
  X,
  P,
  PerChannel<ShapeOf<X>, Ax>
>;

/** Mean and variance of every channel. */
export interface Statistics<M, V = M> {
  readonly mean: M;
  readonly variance: V;
}

export interface BatchNormFn<Op extends string = "batchNorm"> {
  <
    X extends AnyTensor,
    W extends Optional = null,
    B extends Optional = null,
    M extends Optional = null,
    V extends Optional = null,
    const Ax extends number = 1,
  >(
    x: WithAxis<Op, "float", X>,
    w?: ChannelParameter<Op, "w", X, W, Ax>,
    b?: ChannelParameter<Op, "b", X, B, Ax>,
    options?: NormOptions & {
      /** The axis of the channels, 1 when left out. */
      readonly axis?: AxisArg<Op, ShapeOf<X>, Ax>;
      /** Normalise with these instead of those of the batch, as at inference. */
      readonly statistics?: Statistics<
        ChannelParameter<Op, "mean", X, M, Ax>,
        ChannelParameter<Op, "variance", X, V, Ax>
      >;
    },
  ): X;
}

export interface RunningStatisticsFn<Op extends string = "runningStatistics"> {
  <X extends AnyTensor, M extends AnyTensor, V extends AnyTensor, const Ax extends number = 1>(
    x: WithAxis<Op, "float", X>,
    running: Statistics<ChannelParameter<Op, "mean", X, M, Ax>, ChannelParameter<Op, "variance", X, V, Ax>>,
    options?: {
      /** The axis of the channels, 1 when left out. */
      readonly axis?: AxisArg<Op, ShapeOf<X>, Ax>;
      /** How much of the batch's statistics goes into the new ones, 0.1 when left out. */
      readonly momentum?: number;
    },
  ): { mean: Tensor<PerChannel<ShapeOf<X>, Ax>, DTypeOf<X>>; variance: Tensor<PerChannel<ShapeOf<X>, Ax>, DTypeOf<X>> };
}

/** Twin of the rules of layers that know channels: the axis of the channels. */
export function channelAxis(op: string, x: TensorSize, given: GivenParameters, axis: number, least = 1): number {
  takenDType(op, "float", x.dtype);
  if (x.shape.length < least) {
    throw shapeError("minimumRank", { op, what: "the operand", shape: showShape(x.shape), expected: least });
  }
  const index = axisIndex(op, x.shape, axis);
  for (const [what, parameter] of Object.entries(given)) {
    if (parameter !== undefined) checkParameter(op, what, x, parameter, [x.shape[index] ?? 1]);
  }
  return index;
}

export interface InstanceNormFn<Op extends string = "instanceNorm"> {
  <X extends AnyTensor, W extends Optional = null, B extends Optional = null>(
    x: Channelled<Op, X, 3, [Dim, Dim, Dim]>,
    w?: ChannelParameter<Op, "w", X, W, 1>,
    b?: ChannelParameter<Op, "b", X, B, 1>,
    options?: NormOptions,
  ): X;
}

/** The number of groups, or the message when the channels cannot be dealt out to them evenly. */
type GroupsArg<Op extends string, S extends Shape, G extends number> =
  PerChannel<S, 1> extends [infer C]
    ? C extends number
      ? [ExactDiv<C, G>] extends [never]
        ? Message<"groups", { op: Op; size: C; what: "channels"; groups: G }>
        : G
      : C extends string
        ? [DivDim<C, G>] extends [never]
          ? Message<"groups", { op: Op; size: C; what: "channels"; groups: G }>
          : G
        : G
    : G;

export interface GroupNormFn<Op extends string = "groupNorm"> {
  <X extends AnyTensor, const G extends number, W extends Optional = null, B extends Optional = null>(
    x: Channelled<Op, X, 2, [Dim, Dim]>,
    groups: GroupsArg<Op, ShapeOf<X>, G>,
    w?: ChannelParameter<Op, "w", X, W, 1>,
    b?: ChannelParameter<Op, "b", X, B, 1>,
    options?: NormOptions,
  ): X;
}

/** Twin of `GroupsArg`: how many there are in a group. */
export function groupSize(op: string, what: string, size: Size, groups: number): Size {
  const each = Number.isInteger(groups) && groups > 0 ? divideSize(size, groups) : undefined;
  if (each !== undefined) return each;
  throw shapeError("groups", { op, size: showSize(size), what, groups });
}
