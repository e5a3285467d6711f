/**
 * The place of a slice whose starts are computed: each start is moved to where the slice lies within the axis, once, and
 * then is part of the index.
 */
import type { LoweringContext, Operand } from "../../graph/definition.js";
import { type Aval, makeLit } from "../../graph/ir.js";
import { asTraced, type TracedTensor, tensorOf } from "../../graph/tensor.js";
import type { Attrs } from "../../node/attrs.js";
import type { Index } from "../../scalar/expr.js";
import type { Start } from "../../shape/dynamic-slice.js";
import { addSize, type Size, showShape, subSize } from "../../shape/size.js";
import { flagsAttr } from "../attrs.js";

/** The start on one axis: max(0, min(start, size - count)), or as it is where that is known to be the same. */
function startOn(
  { s, index }: LoweringContext,
  start: Operand | undefined,
  size: Size,
  count: Size,
  isInside: boolean,
): Index {
  const room = subSize(size, count);
  if (start === undefined || room === 0) return 0;
  const given = start.at([]);
  if (given.kind === "Const" && (given.value <= 0 || typeof room === "number"))
    return Math.max(0, typeof room === "number" ? Math.min(given.value, room) : given.value);
  return isInside ? start.indexAt([]) : index(s.max(s.min(given, s.position(room)), 0));
}

/** The index in the whole of an index in the slice. Starts are read only when it is asked for. */
export function boxIndex(
  context: LoweringContext,
  attrs: Attrs,
  starts: readonly Operand[],
  shape: readonly Size[],
  sizes: readonly Size[],
): (i: readonly Index[]) => readonly Index[] {
  const inside = attrs.inside === undefined ? [] : flagsAttr(attrs, "inside");
  const at = (axis: number): Index =>
    startOn(context, starts[axis], shape[axis] ?? 0, sizes[axis] ?? 0, inside[axis] === true);
  return (i) => i.map((each, axis) => addSize(at(axis), each));
}

/** One start, an i32 scalar, for each axis of the whole; each size within its axis. */
export function checkBox(op: string, whole: Aval | undefined, sizes: readonly Size[], starts: readonly Aval[]): void {
  const shape = whole?.shape ?? [];
  const fits = shape.every((size, axis) => {
    const rest = subSize(size, sizes[axis] ?? 0);
    return typeof rest !== "number" || rest >= 0;
  });
  const scalars = starts.every((start) => start.dtype === "i32" && start.shape.length === 0);
  if (fits && scalars && sizes.length === shape.length && starts.length === shape.length) return;
  throw new Error(`bug: ${op}: ${starts.length} starts of a slice ${showShape(sizes)} of ${showShape(shape)}`);
}

/** Starts as operands of an equation: a number is an i32 literal. */
export const startOperands = (op: string, starts: readonly Start[]): readonly TracedTensor[] =>
  starts.map((start) => (typeof start === "number" ? tensorOf(makeLit(start, "i32")) : asTraced(start, op)));
