/** A tensor of one number, inside rules, lowerings and compositions. */
import type { Value, Vocabulary } from "../graph/op.js";
import type { Size } from "../shape/size.js";
import type { DType } from "../shape/tensor.js";

export const filled = (o: Vocabulary, value: number, shape: readonly Size[], dtype: DType): Value =>
  o.broadcastTo(value, { shape, axes: [], dtype });
