/**
 * Pad: more elements before and after those of every axis.
 *
 * Invariant: an axis grows by what is put before and after it. What is mirrored or repeated must be there.
 */
import type { Less } from "./arithmetic.js";
import type { AddDim } from "./dims.js";
import type { Message, ShowDim } from "./messages.js";
import { shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { addSize, showSize } from "./size.js";
import { type ForEachAxis, forEachAxis } from "./slice.js";
import type { Dim, DType, Of, Shape, Tensor } from "./tensor.js";

/** What an axis gets: as much on both sides, or so much before and so much after. */
export type Padding = number | readonly [before: number, after: number];

/** What stands in the frame: one value, the elements mirrored at the border (which is not repeated), or the border. */
export type PadMode = "constant" | "reflect" | "edge";

type Before<P> = P extends readonly [infer B extends number, number] ? B : P & number;
type After<P> = P extends readonly [number, infer A extends number] ? A : P & number;

export const beforeOf = (padding: Padding): number => (typeof padding === "number" ? padding : padding[0]);
export const afterOf = (padding: Padding): number => (typeof padding === "number" ? padding : padding[1]);

type PadDim<D, N extends number> = N extends 0 ? D : AddDim<D, N>;

type NotWhole<N extends number> = `${N}` extends `-${string}` | `${string}.${string}` ? true : false;

/** How many elements an axis must have more than, for a mode. */
type IsAmple<D, N extends number, Mode> = Mode extends "reflect"
  ? N extends 0
    ? true
    : D extends number
      ? Less<N, D>
      : true
  : Mode extends "edge"
    ? N extends 0
      ? true
      : D extends 0
        ? false
        : true
    : true;

/** Whether an axis is known to have too few elements; of a size that nobody knows that cannot be said. */
type Lacks<D, N extends number, Mode> = [IsAmple<D, N, Mode>] extends [false] ? true : false;

/** The size of a padded axis, boxed, or the message. */
type PaddedDim<D, P, Mode extends PadMode, Ax extends number> = true extends NotWhole<Before<P>> | NotWhole<After<P>>
  ? Message<"padNegative", { op: "pad"; before: Before<P>; after: After<P> }>
  : true extends Lacks<D, Before<P>, Mode> | Lacks<D, After<P>, Mode>
    ? Message<"padSource", { op: "pad"; mode: Mode; axis: Ax; size: ShowDim<D>; before: Before<P>; after: After<P> }>
    : [PadDim<PadDim<D, Before<P>>, After<P>>];

/** The padded shape, or the message. */
export type Pad<S extends Shape, P extends readonly Padding[], Mode extends PadMode> = number extends
  | S["length"]
  | P["length"]
  ? Dim[]
  : PaddedDims<S, P, Mode>;

type PaddedDims<
  Left extends Shape,
  P extends readonly Padding[],
  Mode extends PadMode,
  Done extends Shape = [],
> = Left extends [infer First, ...infer Rest extends Shape]
  ? PaddedDim<First, P[Done["length"]], Mode, Done["length"]> extends infer R
    ? R extends [infer D extends Dim]
      ? PaddedDims<Rest, P, Mode, [...Done, D]>
      : R
    : never
  : Done;

/** Twin of `Pad`. */
export function padShape(shape: readonly Size[], padding: readonly Padding[], mode: PadMode = "constant"): Size[] {
  const op = "pad";
  const frames = forEachAxis(op, "the padding", shape, padding);
  return shape.map((size, axis) => {
    const frame = frames[axis] ?? 0;
    const [before, after] = [beforeOf(frame), afterOf(frame)];
    const isCount = (count: number): boolean => Number.isInteger(count) && count >= 0;
    if (!isCount(before) || !isCount(after)) throw shapeError("padNegative", { op, before, after });
    const most = Math.max(before, after);
    const least = mode === "reflect" && most > 0 ? most + 1 : mode === "edge" && most > 0 ? 1 : 0;
    if (typeof size !== "number" || size >= least) return addSize(size, before + after);
    throw shapeError("padSource", { op, mode, axis, size: showSize(size), before, after });
  });
}

type PadArg<S extends Shape, P extends readonly Padding[], Mode extends PadMode> =
  ForEachAxis<"pad", "the padding", S, P> extends infer M extends string
    ? M
    : Pad<S, P, Mode> extends infer M extends string
      ? M
      : P;

export interface PadOptions<Mode extends PadMode> {
  /** `"constant"` when left out. */
  readonly mode?: Mode;
  /** What a constant frame holds: 0 when left out. */
  readonly value?: number;
}

export interface PadFn {
  <S extends Shape, D extends DType, const P extends readonly Padding[], Mode extends PadMode = "constant">(
    x: Tensor<S, D>,
    padding: PadArg<S, P, Mode>,
    options?: PadOptions<Mode>,
  ): Of<Pad<S, P, Mode>, D>;
}
