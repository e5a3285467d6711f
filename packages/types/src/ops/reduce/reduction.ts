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
import { type Size, showShape } from "../../shape/size.js";
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

/** As `keptShape`, for what must have an element to choose: an axis known to be empty is an error. */
export function chosenShape(op: string, shape: readonly Size[], attrs: Attrs): readonly Size[] {
  const kept = keptShape(shape, attrs);
  if (!intsAttr(attrs, "axes").some((axis) => shape[axis] === 0)) return kept;
  throw shapeError("emptyReduction", { op, shape: showShape(shape) });
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

interface ReduceOptions {
  readonly keepDims?: boolean;
}

/** Reduces over the axes that a user names and puts sizes of 1 in their place where he wants them kept. */
export function reduceWith(
  op: string,
  kind: DTypeKind,
  x: AnyTensor | Value,
  axes: Axes,
  options: ReduceOptions = {},
): TracedTensor {
  const tensor = asTraced(x, op);
  takenDType(op, kind, tensor.dtype);
  const reduced = emit(op, [tensor], { axes: reducedAxes(op, tensor.sizes, axes).toSorted((a, b) => a - b) });
  if (options.keepDims !== true) return reduced;
  return emit("reshape", [reduced], { shape: reduceShape(op, tensor.sizes, axes, true) });
}

/** The public function of a reduction primitive. */
export const reduceFunction = <F>(op: string, kind: DTypeKind): F =>
  publicFunction<F>((x: AnyTensor, axes?: Axes, options?: ReduceOptions) => reduceWith(op, kind, x, axes, options));
