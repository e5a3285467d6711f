/** What all reductions over axes share: which axes stay, how a result is spread out again, the public function. */

import type { ReduceDefinition } from "../../graph/definition.js";
import { emit } from "../../graph/emit.js";
import type { Value, Vocabulary } from "../../graph/op.js";
import { asTraced, type TracedTensor } from "../../graph/tensor.js";
import type { Attrs } from "../../node/attrs.js";
import type { Axes } from "../../shape/axes.js";
import { type DTypeKind, takenDType } from "../../shape/dtypes.js";
import { shapeError } from "../../shape/messages.js";
import { reducedAxes, reduceShape } from "../../shape/reduce.js";
import { productSize, type Size, showShape } from "../../shape/size.js";
import type { AnyTensor } from "../../shape/tensor.js";
import { intsAttr } from "../attrs.js";
import { publicFunction } from "../define.js";

/** The axes of an operand that a reduction keeps, in order. */
export function keptAxes(rank: number, attrs: Attrs): readonly number[] {
  const reduced = intsAttr(attrs, "axes");
  const wrong = reduced.find((axis) => !(axis >= 0 && axis < rank));
  if (wrong !== undefined) throw new Error(`bug: a reduction over axis ${wrong} of ${rank} axes`);
  return Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !reduced.includes(axis));
}

export const keptShape = (shape: readonly Size[], attrs: Attrs): readonly Size[] =>
  keptAxes(shape.length, attrs).map((axis) => shape[axis] ?? 1);

/**
 * As `keptShape`, for what must have an element to choose: an axis known to be empty is an error, unless whoever asks
 * makes something else of the extreme of nothing, an infinity (`orNothing`).
 */
export function chosenShape(op: string, shape: readonly Size[], attrs: Attrs): readonly Size[] {
  const kept = keptShape(shape, attrs);
  if (attrs["orNothing"] === true || !intsAttr(attrs, "axes").some((axis) => shape[axis] === 0)) return kept;
  throw shapeError("emptyReduction", { op, shape: showShape(shape) });
}

/** The largest element over axes where that may be -Infinity, of nothing; for shifts, and what is chosen by `where`. */
export const largestIfAny = (o: Vocabulary, x: Value, attrs: Attrs): Value => o.max(x, { ...attrs, orNothing: true });

/** The largest element over axes, and another number where there is none. */
export function largestOr(o: Vocabulary, nothing: number, x: Value, attrs: Attrs): Value {
  const size = productSize(intsAttr(attrs, "axes").map((axis) => x.sizes[axis] ?? 1));
  const shape = keptShape(x.sizes, attrs);
  if (size === 0) return o.broadcastTo(nothing, { shape, axes: [], dtype: x.dtype });
  if (typeof size === "number") return o.max(x, attrs);
  return o.where(o.greater(o.sizeOf({ size, shape }), 0), largestIfAny(o, x, attrs), nothing);
}

/** A reduced value in the shape of its operand, constant along the reduced axes. */
export const spread = (o: Vocabulary, reduced: Value, shape: readonly Size[], attrs: Attrs): Value =>
  o.broadcastTo(reduced, { shape, axes: keptAxes(shape.length, attrs) });

/** The loops of a reduction: the operand's axes in their order. */
export const reductionLoops = (
  shape: readonly Size[],
  attrs: Attrs,
): Pick<ReduceDefinition, "form" | "domain" | "keep"> => ({
  form: "reduce",
  domain: shape,
  keep: keptAxes(shape.length, attrs),
});

/**
 * `value` divided by the number of elements of `x` that are reduced to one, less a `correction`. The number is a literal
 * where it is known.
 */
export function dividedByCount(o: Vocabulary, value: Value, x: Value, attrs: Attrs, correction = 0): Value {
  const size = productSize(intsAttr(attrs, "axes").map((axis) => x.sizes[axis] ?? 1));
  if (typeof size === "number") return o.div(value, Math.max(size - correction, 0));
  const count = o.cast(o.sizeOf({ size, shape: value.sizes }), { dtype: x.dtype });
  return o.div(value, correction === 0 ? count : o.maximum(o.sub(count, correction), 0));
}

export interface ReduceOptions {
  readonly keepDims?: boolean;
}

/** The axes that a user names as attributes of a reduction, in order. */
export const axesOf = (op: string, x: Value, axes: Axes): { readonly axes: readonly number[] } => ({
  axes: reducedAxes(op, x.sizes, axes).toSorted((a, b) => a - b),
});

/** A reduced value, with sizes of 1 in the places of the reduced axes where the user wants them kept. */
export const withKept = (
  op: string,
  reduced: TracedTensor,
  x: Value,
  axes: Axes,
  { keepDims = false }: ReduceOptions,
): TracedTensor => (keepDims ? emit("reshape", [reduced], { shape: reduceShape(op, x.sizes, axes, true) }) : reduced);

/** Reduces over the axes that a user names. */
export function reduceWith(
  op: string,
  kind: DTypeKind,
  x: AnyTensor | Value,
  axes: Axes,
  options: ReduceOptions = {},
  more: Attrs = {},
): TracedTensor {
  const tensor = asTraced(x, op);
  takenDType(op, kind, tensor.dtype);
  return withKept(op, emit(op, [tensor], { ...axesOf(op, tensor, axes), ...more }), tensor, axes, options);
}

/** The public function of a reduction primitive. */
export const reduceFunction = <F>(op: string, kind: DTypeKind): F =>
  publicFunction<F>((x: AnyTensor, axes?: Axes, options?: ReduceOptions) => reduceWith(op, kind, x, axes, options));
