/** Linear layers and embeddings. */
import { emit } from "../graph/emit.js";
import { asTraced } from "../graph/tensor.js";
import { operandSize, publicFunction } from "../ops/define.js";
import { add } from "../ops/elementwise/add.op.js";
import { checkEmbedding, type EmbeddingFn, type LinearFn, linearSize } from "../shape/linear.js";
import type { Optional } from "../shape/parameter.js";
import type { AnyTensor } from "../shape/tensor.js";

/** What a linear layer is called, and its parameters, in messages. */
export interface LinearNames {
  readonly op: string;
  readonly w: string;
  readonly b: string;
}

const plain: LinearNames = { op: "linear", w: "w", b: "b" };

/** x·wᵀ + b over the last axis. */
export function linearLayer(
  x: AnyTensor,
  w: AnyTensor,
  b?: Optional,
  { op, ...names }: LinearNames = plain,
): AnyTensor {
  linearSize(op, operandSize(op, x), operandSize(op, w), b ? operandSize(op, b) : undefined, names);
  const batch = x.shape.map((_, k) => k).slice(0, -1);
  const [inputs, outputs] = [batch.length, batch.length + 1];
  const product = emit("contract", [asTraced(x, op), asTraced(w, op)], {
    left: [...batch, inputs],
    right: [outputs, inputs],
    out: [...batch, outputs],
  });
  return b ? add(product, b) : product;
}

/**
 * A linear layer over the last axis.
 *
 * @shapes x: [..., i], w: [o, i], b: [o] -> [..., o]
 * @formula y = x · wᵀ + b
 * @derivative dy = dx · wᵀ + x · dwᵀ + db
 * @conventions b may be left out, or null
 */
export const linear = publicFunction<LinearFn>((x: AnyTensor, w: AnyTensor, b?: Optional) => linearLayer(x, w, b));

/**
 * Rows of a table: an index becomes the row of that number.
 *
 * @shapes table: [v, d], indices: [...] (i32) -> [..., d]
 * @formula y[i..., k] = table[indices[i...], k]
 * @derivative dy[i..., k] = dtable[indices[i...], k]; the cotangents of a row picked several times add up
 * @conventions an index that is an input is checked in the call; a computed one out of range gives zeros
 */
export const embedding = publicFunction<EmbeddingFn>((table: AnyTensor, indices: AnyTensor) => {
  checkEmbedding("embedding", operandSize("embedding", table), operandSize("embedding", indices));
  return emit("gather", [asTraced(table, "embedding"), asTraced(indices, "embedding")]);
});
