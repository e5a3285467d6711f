/**
 * Convolutions and their transposes: batch, channels, and axes along which windows move.
 *
 * Invariant: `[N, C, L…]` with a kernel `[O, C / groups, K…]` gives `[N, O, …]`; with a transposed one `[C, O / groups, K…]`.
 */
import type { Add, Mul, Sub } from "./arithmetic.js";
import type { DivDim, MulDim, Same } from "./dims.js";
import type { DTypesDiffer, Takes } from "./dtypes.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import { afterOf, beforeOf, type Padding } from "./pad.js";
import type { AddNames, MulNames, SubNames } from "./polynomial.js";
import { addSize, divideSize, equalSize, mulSize, type Size, showShape, showSize, subSize } from "./size.js";
import type { EachAxis, OptionAt, SpatialRank, Steps, StepsArg, WindowDims, WindowPadding } from "./spatial.js";
import { type AxisWindows, eachAxis, stepsOf, windowsOf } from "./spatial.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf } from "./tensor.js";
import { windowSpan } from "./windows.js";

// ---- what both have in common

type Rank<R extends SpatialRank> = R extends 1 ? 3 : R extends 2 ? 4 : 5;

type RankMessage<Op extends string, What extends string, S extends Shape, R extends SpatialRank> = Message<
  "rank",
  { op: Op; what: What; shape: ShowShape<S>; expected: Rank<R> }
>;

/** The operand, of the rank and dtype that a convolution takes, or the message. */
type OperandArg<Op extends string, R extends SpatialRank, X> = number extends ShapeOf<X>["length"]
  ? Takes<Op, "float", X>
  : Same<ShapeOf<X>["length"], Rank<R>> extends true
    ? Takes<Op, "float", X>
    : RankMessage<Op, "the operand", ShapeOf<X>, R>;

/** Twin of `OperandArg` and of the rank of a kernel. */
export function checkRank(op: string, what: string, shape: readonly Size[], rank: number): void {
  if (shape.length === rank) return;
  throw shapeError("rank", { op, what, shape: showShape(shape), expected: rank });
}

/** The message of a kernel of another rank or dtype, else what the rule says. */
type KernelArg<Op extends string, R extends SpatialRank, X, W, Rule> =
  Same<DTypeOf<X>, DTypeOf<W>> extends true
    ? number extends ShapeOf<W>["length"]
      ? W
      : Same<ShapeOf<W>["length"], Rank<R>> extends true
        ? Rule extends infer M extends string
          ? M
          : W
        : RankMessage<Op, "the kernel", ShapeOf<W>, R>
    : DTypesDiffer<Op, DTypeOf<X>, DTypeOf<W>>;

/** The bias, one number for each channel of the result, or the message. */
type BiasArg<Op extends string, Out, B> = B extends AnyTensor
  ? Out extends readonly [unknown, infer O, ...unknown[]]
    ? IsVectorOf<ShapeOf<B>, O> extends true
      ? B
      : Message<"bias", { op: Op; bias: ShowShape<ShapeOf<B>>; channels: ShowDim<O> }>
    : B
  : B;

type IsVectorOf<S extends Shape, O> = S extends [infer Only]
  ? Meets<Only, O>
  : number extends S["length"]
    ? true
    : false;

/** Twin of `BiasArg`. */
export function checkBias(op: string, bias: readonly Size[], channels: Size): void {
  if (bias.length === 1 && equalSize(bias[0] ?? 0, channels)) return;
  throw shapeError("bias", { op, bias: showShape(bias), channels: showSize(channels) });
}

/** The sizes of a kernel, which windows are made of. */
export function kernelSizes(op: string, kernel: readonly Size[]): readonly number[] {
  return kernel.slice(2).map((size) => {
    if (typeof size === "number") return size;
    throw shapeError("kernelSize", { op, kernel: showShape(kernel) });
  });
}

type Spatial<S extends Shape> = S extends [Dim, Dim, ...infer Rest extends Shape] ? Rest : never;

/** A dim in so many groups, boxed; `false` where it does not divide. */
type GroupOf<D, G extends number> = G extends 1 ? [D] : [DivDim<D, G>] extends [never] ? false : [DivDim<D, G>];

type GroupsMessage<Op extends string, What extends string, D, G extends number> = Message<
  "kernelGroups",
  { op: Op; count: ShowDim<D>; what: What; groups: G }
>;

/** Twin of `GroupOf`. */
export function groupOf(op: string, what: string, size: Size, groups: number): Size {
  const each = Number.isInteger(groups) && groups > 0 ? divideSize(size, groups) : undefined;
  if (each !== undefined) return each;
  throw shapeError("kernelGroups", { op, count: showSize(size), what, groups });
}

type Unknown<D> = number extends D ? true : false;

/** Whether two sizes are the same as far as anybody knows. */
type Meets<A, B> = Same<A, B> extends true ? true : true extends Unknown<A> | Unknown<B> ? true : false;

// ---- convolution

/** The shape of a convolution's result, or the message. */
export type Conv<Op extends string, S extends Shape, W extends Shape, St, P, D, G extends number> = number extends
  | S["length"]
  | W["length"]
  ? Dim[]
  : GroupOf<W[0], G> extends false
    ? GroupsMessage<Op, "kernels", W[0], G>
    : Meets<S[1], MulDim<W[1], G>> extends true
      ? WindowDims<Op, Spatial<S>, Spatial<W>, St, D, P> extends infer L
        ? L extends Shape
          ? [S[0], W[0], ...L]
          : L
        : never
      : Message<"channels", { op: Op; channels: ShowDim<S[1]>; groups: G; kernel: ShowDim<W[1]> }>;

export interface ConvOptions {
  readonly stride?: number | readonly number[];
  readonly padding?: number | readonly Padding[] | "same" | "valid";
  readonly dilation?: number | readonly number[];
  readonly groups?: number;
}

/** Twin of `Conv`: the windows along each axis; the shapes were judged. */
export function convWindows(
  op: string,
  shape: readonly Size[],
  kernel: readonly Size[],
  { groups = 1, ...options }: ConvOptions,
): readonly AxisWindows[] {
  groupOf(op, "kernels", kernel[0] ?? 0, groups);
  const [channels, perGroup] = [shape[1] ?? 0, kernel[1] ?? 0];
  if (!equalSize(channels, mulSize(perGroup, groups)))
    throw shapeError("channels", { op, channels: showSize(channels), groups, kernel: showSize(perGroup) });
  return windowsOf(op, shape.slice(2), { ...options, kernel: kernelSizes(op, kernel) });
}

type Float = AnyTensor | undefined;

export interface ConvFn<Op extends string, R extends SpatialRank> {
  <
    X extends AnyTensor,
    W extends AnyTensor,
    const St extends Steps<R> = 1,
    const P extends WindowPadding<R> = 0,
    const D extends Steps<R> = 1,
    const G extends number = 1,
    B extends Float = undefined,
  >(
    x: OperandArg<Op, R, X>,
    kernel: KernelArg<Op, R, X, W, Conv<Op, ShapeOf<X>, ShapeOf<W>, St, P, D, G>>,
    options?: {
      /** Steps from window to window: 1 when left out. */
      readonly stride?: StepsArg<Op, "stride", St>;
      /** Zeros at the borders: none when left out. */
      readonly padding?: P;
      /** Steps from element to element of a window: 1 when left out. */
      readonly dilation?: StepsArg<Op, "dilation", D>;
      /** Groups of channels that do not meet: 1 when left out. */
      readonly groups?: G;
      /** One number for each channel of the result. */
      readonly bias?: BiasArg<Op, Conv<Op, ShapeOf<X>, ShapeOf<W>, St, P, D, G>, B>;
    },
  ): Of<Conv<Op, ShapeOf<X>, ShapeOf<W>, St, P, D, G>, DTypeOf<X>>;
}

// ---- transposed convolution

type Both<P> = P extends readonly [infer B extends number, infer A extends number]
  ? Add<B, A>
  : P extends number
    ? Add<P, P>
    : 0;

/** The size along one axis, boxed: (L - 1) · s + d · (K - 1) + 1 + more - padding; or the message. */
type UpDim<
  Op extends string,
  Axis extends number,
  L,
  K extends number,
  S extends number,
  D extends number,
  P,
  More extends number,
  One = 1,
> = number extends K | S | D | More
  ? [number]
  : L extends number
    ? number extends L
      ? [number]
      : L extends 0
        ? [number]
        : Sub<Add<Add<Mul<Sub<L, 1>, S>, Mul<D, Sub<K, 1>>>, Add<More, 1>>, Both<P>> extends infer N
          ? [N] extends [never]
            ? Message<"cropped", { op: Op; axis: Axis }>
            : [N & Dim]
          : never
    : Same<[S, Both<P>], [One, Add<Mul<D, Sub<K, 1>>, More>]> extends true
      ? [L]
      : [SubNames<AddNames<MulNames<SubNames<L, 1>, S>, Add<Mul<D, Sub<K, 1>>, Add<More, 1>>>, Both<P>>];

type UpDims<
  Op extends string,
  Ls extends readonly unknown[],
  Ks extends readonly unknown[],
  S,
  D,
  P,
  More,
  Passed extends unknown[] = [],
  Done extends Shape = [],
> = Ls extends readonly [infer L, ...infer Rest]
  ? UpDim<
      Op,
      [0, 0, ...Passed]["length"],
      L,
      Ks[Passed["length"]] & number,
      OptionAt<S, Passed["length"]> & number,
      OptionAt<D, Passed["length"]> & number,
      OptionAt<P, Passed["length"]>,
      OptionAt<More, Passed["length"]> & number
    > extends infer R
    ? R extends [infer N extends Dim]
      ? UpDims<Op, Rest, Ks, S, D, P, More, [...Passed, 0], [...Done, N]>
      : R
    : never
  : Done;

/** The shape of a transposed convolution's result, or the message. */
export type ConvTranspose<
  Op extends string,
  S extends Shape,
  W extends Shape,
  St,
  P,
  D,
  G extends number,
  More,
> = number extends S["length"] | W["length"]
  ? Dim[]
  : GroupOf<S[1], G> extends false
    ? GroupsMessage<Op, "channels", S[1], G>
    : Meets<S[1], W[0]> extends true
      ? UpDims<Op, Spatial<S>, Spatial<W>, St, D, P, More> extends infer L
        ? L extends Shape
          ? [S[0], MulDim<W[1], G>, ...L]
          : L
        : never
      : Message<"channels", { op: Op; channels: ShowDim<S[1]>; groups: G; kernel: ShowDim<W[0]> }>;

export interface ConvTransposeOptions {
  readonly stride?: number | readonly number[];
  readonly padding?: number | readonly Padding[];
  readonly outputPadding?: number | readonly number[];
  readonly dilation?: number | readonly number[];
  readonly groups?: number;
}

/** One axis of a transposed convolution: windows laid down, and what is kept of their sum. */
export interface UpWindows {
  readonly stride: number;
  readonly dilation: number;
  /** Size of the sum of all windows, and more where the result reaches behind it. */
  readonly sum: Size;
  readonly start: number;
  readonly count: Size;
}

/** Twin of `UpDim`. */
function upWindows(
  op: string,
  axis: number,
  size: Size,
  kernel: number,
  at: Omit<UpWindows, "sum" | "start" | "count">,
  frame: Padding,
  more: number,
): UpWindows {
  const [before, after] = [beforeOf(frame), afterOf(frame)];
  const whole = addSize(mulSize(subSize(size, 1), at.stride), windowSpan(kernel, at.dilation));
  const count = addSize(whole, more - before - after);
  if (typeof count === "number" && count < 0) throw shapeError("cropped", { op, axis });
  return { ...at, sum: addSize(whole, Math.max(0, more - after)), start: before, count };
}

/** Twin of `ConvTranspose`. */
export function convTransposeWindows(
  op: string,
  shape: readonly Size[],
  kernel: readonly Size[],
  { groups = 1, ...options }: ConvTransposeOptions,
): readonly UpWindows[] {
  groupOf(op, "channels", shape[1] ?? 0, groups);
  const [channels, taken] = [shape[1] ?? 0, kernel[0] ?? 0];
  if (!equalSize(channels, taken))
    throw shapeError("channels", { op, channels: showSize(channels), groups, kernel: showSize(taken) });
  const [sizes, widths] = [shape.slice(2), kernelSizes(op, kernel)];
  const rank = sizes.length;
  const stride = stepsOf(op, "stride", rank, options.stride ?? 1);
  const dilation = stepsOf(op, "dilation", rank, options.dilation ?? 1);
  const frames = eachAxis<Padding>(op, "padding", rank, options.padding ?? 0);
  const more = eachAxis(op, "outputPadding", rank, options.outputPadding ?? 0);
  return sizes.map((size, at) => {
    const steps = { stride: stride[at] ?? 1, dilation: dilation[at] ?? 1 };
    return upWindows(op, at + 2, size, widths[at] ?? 1, steps, frames[at] ?? 0, more[at] ?? 0);
  });
}

export interface ConvTransposeFn<Op extends string, R extends SpatialRank> {
  <
    X extends AnyTensor,
    W extends AnyTensor,
    const St extends Steps<R> = 1,
    const P extends number | EachAxis<R, Padding> = 0,
    const D extends Steps<R> = 1,
    const G extends number = 1,
    const More extends Steps<R> = 0,
    B extends Float = undefined,
  >(
    x: OperandArg<Op, R, X>,
    kernel: KernelArg<Op, R, X, W, ConvTranspose<Op, ShapeOf<X>, ShapeOf<W>, St, P, D, G, More>>,
    options?: {
      /** Steps from window to window of the result: 1 when left out. */
      readonly stride?: StepsArg<Op, "stride", St>;
      /** What is cut off at the borders: nothing when left out. */
      readonly padding?: P;
      /** Elements more at the end, which a stride leaves open: 0 when left out. */
      readonly outputPadding?: More;
      /** Steps from element to element of a window: 1 when left out. */
      readonly dilation?: StepsArg<Op, "dilation", D>;
      /** Groups of channels that do not meet: 1 when left out. */
      readonly groups?: G;
      /** One number for each channel of the result. */
      readonly bias?: BiasArg<Op, ConvTranspose<Op, ShapeOf<X>, ShapeOf<W>, St, P, D, G, More>, B>;
    },
  ): Of<ConvTranspose<Op, ShapeOf<X>, ShapeOf<W>, St, P, D, G, More>, DTypeOf<X>>;
}
