/**
 * Pools: a window at a time made one element, channel by channel.
 *
 * Invariant: `[N, C, L…]` stays `[N, C, …]`; a window that is not given a stride moves by its own size.
 */
import type { Mul } from "./arithmetic.js";
import { checkRank } from "./conv.js";
import type { DivDim, MulDim, Same } from "./dims.js";
import type { Takes } from "./dtypes.js";
import type { Message, ShowDim, ShowShape } from "./messages.js";
import { shapeError } from "./messages.js";
import { divideSize, mulSize, type Size, showSize } from "./size.js";
import type { AxisWindows, SpatialRank, Steps, StepsArg, WindowDims, WindowOptions, WindowPadding } from "./spatial.js";
import { eachAxis, stepsOf, windowsOf } from "./spatial.js";
import type { AnyTensor, Dim, DTypeOf, Of, Shape, ShapeOf } from "./tensor.js";

type Rank<R extends SpatialRank> = R extends 1 ? 3 : R extends 2 ? 4 : 5;

/** The operand, of the rank and dtype that a pool takes, or the message. */
type OperandArg<Op extends string, R extends SpatialRank, X> = number extends ShapeOf<X>["length"]
  ? Takes<Op, "float", X>
  : Same<ShapeOf<X>["length"], Rank<R>> extends true
    ? Takes<Op, "float", X>
    : Message<"rank", { op: Op; what: "the operand"; shape: ShowShape<ShapeOf<X>>; expected: Rank<R> }>;

// ---- pools with windows

/** The shape of a pool's result, or the message. */
export type Pool<Op extends string, S extends Shape, K, St, P, D, Ceil> = S extends [
  infer N extends Dim,
  infer C extends Dim,
  ...infer Rest extends Shape,
]
  ? WindowDims<Op, Rest, K, [St] extends [undefined] ? K : St, D, P, Ceil> extends infer L
    ? L extends Shape
      ? [N, C, ...L]
      : L
    : never
  : Dim[];

export interface PoolOptions extends Omit<WindowOptions, "kernel"> {
  readonly kernel: number | readonly number[];
}

/** Twin of `Pool`: the windows along each axis. */
export function poolWindows(
  op: string,
  rank: number,
  shape: readonly Size[],
  options: PoolOptions,
): readonly AxisWindows[] {
  checkRank(op, "the operand", shape, rank + 2);
  const kernel = eachAxis(op, "the kernel", rank, options.kernel);
  return windowsOf(op, shape.slice(2), { ...options, kernel, stride: options.stride ?? kernel });
}

/** The kernel of a pool: what is wrong with itself, else what the rule says. */
type KernelArg<Op extends string, K, Rule> =
  StepsArg<Op, "the kernel", K> extends infer M extends string ? M : Rule extends infer M extends string ? M : K;

interface Options<Op extends string, St, P, D, Ceil> {
  /** Steps from window to window: the kernel's size when left out. */
  readonly stride?: StepsArg<Op, "stride", St>;
  /** Elements at the borders that do not count: none when left out. */
  readonly padding?: P;
  /** Steps from element to element of a window: 1 when left out. */
  readonly dilation?: StepsArg<Op, "dilation", D>;
  /** A last window that does not fit whole counts too. */
  readonly ceil?: Ceil;
}

export interface MaxPoolFn<Op extends string, R extends SpatialRank> {
  <
    X extends AnyTensor,
    const K extends Steps<R>,
    const St extends Steps<R> | undefined = undefined,
    const P extends WindowPadding<R> = 0,
    const D extends Steps<R> = 1,
    Ceil extends boolean = false,
  >(
    x: OperandArg<Op, R, X>,
    kernel: KernelArg<Op, K, Pool<Op, ShapeOf<X>, K, St, P, D, Ceil>>,
    options?: Options<Op, St, P, D, Ceil>,
  ): Of<Pool<Op, ShapeOf<X>, K, St, P, D, Ceil>, DTypeOf<X>>;
}

export interface AvgPoolFn<Op extends string, R extends SpatialRank> {
  <
    X extends AnyTensor,
    const K extends Steps<R>,
    const St extends Steps<R> | undefined = undefined,
    const P extends WindowPadding<R> = 0,
    const D extends Steps<R> = 1,
    Ceil extends boolean = false,
  >(
    x: OperandArg<Op, R, X>,
    kernel: KernelArg<Op, K, Pool<Op, ShapeOf<X>, K, St, P, D, Ceil>>,
    options?: Options<Op, St, P, D, Ceil> & {
      /** Whether the zeros of the padding count as elements: they do when left out. */
      readonly countIncludePad?: boolean;
    },
  ): Of<Pool<Op, ShapeOf<X>, K, St, P, D, Ceil>, DTypeOf<X>>;
}

// ---- adaptive pools

type Adapted<S extends Shape, K, R extends SpatialRank> = S extends [infer N extends Dim, infer C extends Dim, ...Shape]
  ? K extends readonly number[]
    ? [N, C, ...K]
    : R extends 1
      ? [N, C, K & number]
      : R extends 2
        ? [N, C, K & number, K & number]
        : [N, C, K & number, K & number, K & number]
  : Dim[];

/** Twin of `Adapted`: how many windows each axis is to have. */
export function adaptedSizes(
  op: string,
  rank: number,
  shape: readonly Size[],
  size: number | readonly number[],
): readonly number[] {
  checkRank(op, "the operand", shape, rank + 2);
  return stepsOf(op, "the size", rank, size);
}

export interface AdaptivePoolFn<Op extends string, R extends SpatialRank> {
  <X extends AnyTensor, const K extends Steps<R>>(
    x: OperandArg<Op, R, X>,
    size: StepsArg<Op, "the size", K>,
  ): Of<Adapted<ShapeOf<X>, K, R>, DTypeOf<X>>;
}

// ---- blocks of pixels and channels

type Blocks<Op extends string, Axis extends number, D, B extends number> = [DivDim<D, B>] extends [never]
  ? Message<"chunks", { op: Op; axis: Axis; size: ShowDim<D>; count: B }>
  : [DivDim<D, B>];

/** The shape with blocks of channels as blocks of pixels, or the message. */
export type DepthToSpace<S extends Shape, B extends number> = S extends [
  infer N extends Dim,
  infer C extends Dim,
  infer H extends Dim,
  infer W extends Dim,
]
  ? Blocks<"depthToSpace", 1, C, Mul<B, B>> extends infer R
    ? R extends [infer Each extends Dim]
      ? [N, Each, MulDim<H, B> & Dim, MulDim<W, B> & Dim]
      : R
    : never
  : Dim[];

/** The shape with blocks of pixels as blocks of channels, or the message. */
export type SpaceToDepth<S extends Shape, B extends number> = S extends [
  infer N extends Dim,
  infer C extends Dim,
  infer H extends Dim,
  infer W extends Dim,
]
  ? Blocks<"spaceToDepth", 2, H, B> extends infer RH
    ? RH extends [infer h extends Dim]
      ? Blocks<"spaceToDepth", 3, W, B> extends infer RW
        ? RW extends [infer w extends Dim]
          ? [N, MulDim<C, Mul<B, B>> & Dim, h, w]
          : RW
        : never
      : RH
    : never
  : Dim[];

/** Twin of `Blocks`. */
export function blocksOf(op: string, axis: number, size: Size, count: number): Size {
  const each = Number.isInteger(count) && count > 0 ? divideSize(size, count) : undefined;
  if (each !== undefined) return each;
  throw shapeError("chunks", { op, axis, size: showSize(size), count });
}

/** `[n, c, h, w]` with an operand of another rank refused. */
export function imageOf(op: string, shape: readonly Size[]): readonly [n: Size, c: Size, h: Size, w: Size] {
  checkRank(op, "the operand", shape, 4);
  const [n = 1, c = 1, h = 1, w = 1] = shape;
  return [n, c, h, w];
}

export const grown = (size: Size, block: number): Size => mulSize(size, block);

type ImageArg<Op extends string, X, Four = 4> = number extends ShapeOf<X>["length"]
  ? X
  : Same<ShapeOf<X>["length"], Four> extends true
    ? X
    : Message<"rank", { op: Op; what: "the operand"; shape: ShowShape<ShapeOf<X>>; expected: 4 }>;

/** Which of the two parts of a channel's number comes first: the place in the block (`"dcr"`) or the channel (`"crd"`). */
export type BlockOrder = "dcr" | "crd";

export interface DepthToSpaceFn {
  <X extends AnyTensor, const B extends number>(
    x: ImageArg<"depthToSpace", X>,
    block: DepthToSpace<ShapeOf<X>, B> extends infer M extends string ? M : B,
    options?: { readonly order?: BlockOrder },
  ): Of<DepthToSpace<ShapeOf<X>, B>, DTypeOf<X>>;
}

export interface SpaceToDepthFn {
  <X extends AnyTensor, const B extends number>(
    x: ImageArg<"spaceToDepth", X>,
    block: SpaceToDepth<ShapeOf<X>, B> extends infer M extends string ? M : B,
    options?: { readonly order?: BlockOrder },
  ): Of<SpaceToDepth<ShapeOf<X>, B>, DTypeOf<X>>;
}
