/**
 * One matrix function for each position of leading axes: the axes become batch axes of the equation, which rules and
 * lowerings never see.
 */
import { currentTrace, emit } from "../../graph/emit.js";
import type { BatchAxis } from "../../graph/ir.js";
import { atomOf, type TracedTensor, tensorOf } from "../../graph/tensor.js";
import type { Attrs } from "../../node/attrs.js";
import { equalSize, type Size } from "../../shape/size.js";

interface Operand {
  readonly tensor: TracedTensor;
  /** For each batch axis whether the operand has it. */
  readonly mapped: readonly boolean[];
}

/** The operand without the batch axes of size 1 that are stretched: all positions share what it holds there. */
function shared(x: TracedTensor, rank: number, batch: readonly Size[]): Operand {
  const own = x.sizes.slice(0, x.sizes.length - rank);
  const first = batch.length - own.length;
  const mapped = batch.map((size, axis) => axis >= first && equalSize(own[axis - first] ?? 1, size));
  const shape = [...batch.filter((_, axis) => mapped[axis]), ...x.sizes.slice(own.length)];
  return { tensor: shape.length === x.sizes.length ? x : emit("reshape", [x], { shape }), mapped };
}

/** The op for each position of `batch`; the last `rank` axes of each operand are its own, those before broadcast. */
export function emitBatched(
  op: string,
  operands: readonly { readonly tensor: TracedTensor; readonly rank: number }[],
  batch: readonly Size[],
  attrs: Attrs = {},
): TracedTensor {
  const given = operands.map(({ tensor, rank }) => shared(tensor, rank, batch));
  const axes = batch.map(
    (size, axis): BatchAxis => ({ size, mapped: given.map(({ mapped }) => mapped[axis] === true) }),
  );
  const inputs = given.map(({ tensor }) => atomOf(tensor, op));
  const trace = currentTrace(op);
  const [out] = trace.emit({ op, inputs, attrs, batch: axes, spans: trace.places() });
  if (out === undefined) throw new Error(`bug: '${op}' gave no result`);
  return tensorOf(out);
}
