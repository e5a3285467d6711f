/** Operands that must broadcast to exactly a given shape: masks, positions, parameters of distributions. */
import type { BroadcastDims } from "./broadcast.js";
import { broadcastShapes } from "./broadcast.js";
import type { SameShape } from "./dims.js";
import type { Message, ShowShape } from "./messages.js";
import { ShapeError, shapeError } from "./messages.js";
import type { Size } from "./size.js";
import { equalShape, showShape } from "./size.js";
import type { Shape } from "./tensor.js";

/** `X` where its shape broadcasts to another one, else the message. */
export type FitsTo<Op extends string, From extends Shape, To extends Shape, X> =
  BroadcastDims<To, From> extends infer R
    ? R extends Shape
      ? SameShape<R, To> extends true
        ? X
        : NoFit<Op, From, To>
      : NoFit<Op, From, To>
    : never;

type NoFit<Op extends string, From extends Shape, To extends Shape> = Message<
  "broadcastTo",
  { op: Op; from: ShowShape<From>; to: ShowShape<To> }
>;

/** Twin of `FitsTo`. */
export function fitsTo(op: string, from: readonly Size[], to: readonly Size[]): void {
  try {
    if (equalShape(broadcastShapes(op, to, from), to)) return;
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
  }
  throw shapeError("broadcastTo", { op, from: showShape(from), to: showShape(to) });
}
