/** `checkpoint`: less memory for more arithmetic. */
import { emitAll } from "../graph/emit.js";
import { fnParts, makeFn } from "../graph/fn.js";
import { buildTree, withLeaves } from "../graph/trees.js";
import { captured, tensorsIn } from "./derivatives.js";
import type { CheckpointFn } from "./signatures.js";

/**
 * The same function; but where reverse mode differentiates it, the values between its inputs and its result are not kept
 * from the forward pass: they are computed again from the inputs when the backward pass gets there. A checkpoint around
 * the body of a loop keeps the carry of each step alone. Nothing changes in forward mode, and no value or derivative
 * does anywhere.
 *
 * @shapes trees in and out: those of the function
 */
export const checkpoint = ((f: unknown) => {
  const parts = fnParts(f, "checkpoint");
  return makeFn(parts.input, (input) => {
    const operands = [...tensorsIn(input), ...captured(parts)];
    return buildTree(withLeaves(parts.output, emitAll("checkpoint", operands, { recompute: false }, [parts.func])));
  });
}) as unknown as CheckpointFn; // public signature, see fn.ts
