/**
 * A loop with a carry. Operands: what the body captures, then the initial carries, then the arrays it goes along (their
 * first axis is the steps). The body takes one of each (the arrays without their first axis) and gives the next carries
 * and one element of each stacked result. The compiler differentiates it and makes a plain loop of it.
 *
 * `checkpoint` asks reverse mode to keep the carries of some steps only; it changes no value and no derivative, and is gone
 * when all transformations are done.
 *
 * With `recompute` it is a checkpoint that the backward pass computes again: one step over captured operands, whose results
 * are not stacked. What is in its body is shared with nothing outside of it, which is all that this needs of a loop.
 */

import type { Aval } from "../../graph/ir.js";
import { type CheckpointEvery, isCheckpointEvery } from "../../graph/loop.js";
import type { Attrs } from "../../node/attrs.js";
import { equalSize, type Size, showShape, showSize } from "../../shape/size.js";
import { flagAttr, intAttr, sizeAttr } from "../attrs.js";
import { defineOp } from "../define.js";
import { sameAval } from "./body.js";

/** The attributes of a scan, read. */
export interface ScanAttrs {
  readonly length: Size;
  /** How many operands are captured. */
  readonly consts: number;
  readonly carries: number;
  /** From the last step to the first. */
  readonly reverse: boolean;
  /** One step, whose results are not stacked. */
  readonly recompute: boolean;
  /** Reverse mode keeps the carry every so many steps, and computes again what lies between. */
  readonly checkpoint: CheckpointEvery | undefined;
}

function checkpointAttr({ checkpoint }: Attrs): CheckpointEvery | undefined {
  if (checkpoint === undefined || isCheckpointEvery(checkpoint)) return checkpoint;
  throw new Error(`bug: scan: a checkpoint every ${JSON.stringify(checkpoint)} steps`);
}

export const scanAttrs = (attrs: Attrs): ScanAttrs => ({
  length: sizeAttr(attrs, "length"),
  consts: intAttr(attrs, "consts"),
  carries: intAttr(attrs, "carries"),
  reverse: flagAttr(attrs, "reverse"),
  recompute: attrs.recompute === true,
  checkpoint: checkpointAttr(attrs),
});

/** The body takes what is captured and carried as it is, and one step of what the loop walks along. */
function checkParams(
  inputs: readonly Aval[],
  params: readonly Aval[],
  { length, consts, carries }: Pick<ScanAttrs, "length" | "consts" | "carries">,
): void {
  if (inputs.length !== params.length)
    throw new Error(`bug: scan: ${inputs.length} operands for a body of ${params.length} parameters`);
  inputs.forEach((input, k) => {
    const [first, ...rest] = input.shape;
    const isWalked = k >= consts + carries;
    if (isWalked && (first === undefined || !equalSize(first, length)))
      throw new Error(`bug: scan: operand ${k} ${showShape(input.shape)} is walked along in ${showSize(length)} steps`);
    if (sameAval(isWalked ? { ...input, shape: rest } : input, params[k])) return;
    const shown = params[k] === undefined ? "" : `${params[k].dtype}${showShape(params[k].shape)}`;
    throw new Error(
      `bug: scan: the body's parameter ${k} is ${shown}, its operand ${input.dtype}${showShape(input.shape)}`,
    );
  });
}

export default defineOp({
  name: "scan",
  doc: "[carry, y[t]] = body(carry, x[t]) for every step t; gives the last carry and the stacked y.",
  elementwise: false,
  arity: "variadic",
  infer: (inputs, attrs, [body]) => {
    const { length, consts, carries, recompute } = scanAttrs(attrs);
    if (body === undefined) throw new Error("bug: scan has no body");
    if (recompute && (consts < inputs.length || length !== 1))
      throw new Error("bug: scan: what is computed again is one step over captured operands");
    checkParams(inputs, body.params, { length, consts, carries });
    const outs: readonly Aval[] = body.outs;
    const init = inputs.slice(consts, consts + carries);
    init.forEach((carry, k) => {
      if (!sameAval(carry, outs[k])) {
        throw new Error(
          `bug: scan: carry ${k} is ${showShape(carry.shape)} but comes out as ${showShape(outs[k]?.shape ?? [])}`,
        );
      }
    });
    const stacked = outs.slice(carries).map(({ shape, dtype }) => ({
      shape: recompute ? shape : [length, ...shape],
      dtype,
    }));
    return [...init.map(({ shape, dtype }) => ({ shape, dtype })), ...stacked];
  },
  derivative: { form: "structural" },
  lowering: { form: "structural" },
  dtypes: [],
  samples: [],
  edges: [],
  domain: [-1, 1],
});
