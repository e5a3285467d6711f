/** Whether something holds somewhere, or everywhere: counts of bools. */
import { vocabulary } from "../graph/emit.js";
import type { Value, Vocabulary } from "../graph/op.js";
import { asTraced } from "../graph/tensor.js";
import type { Attrs } from "../node/attrs.js";
import { publicFunction } from "../ops/define.js";
import { axesOf, type ReduceOptions, withKept } from "../ops/reduce/reduction.js";
import type { Axes } from "../shape/axes.js";
import { takenDType } from "../shape/dtypes.js";
import type { TruthFn } from "../shape/reduce.js";
import type { AnyTensor } from "../shape/tensor.js";

const counted =
  (op: string, holds: (o: Vocabulary, x: Value, attrs: Attrs) => Value) =>
  (x: AnyTensor, axes?: Axes, options: ReduceOptions = {}) => {
    const tensor = asTraced(x, op);
    takenDType(op, "boolean", tensor.dtype);
    const truth = holds(vocabulary(), tensor, axesOf(op, tensor, axes));
    return withKept(op, asTraced(truth, op), tensor, axes, options);
  };

/**
 * Whether any element is true, over one axis, several, or all.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = x₀ ∨ x₁ ∨ …
 * @derivative none: a bool
 * @conventions false where there is no element
 */
export const any = publicFunction<TruthFn<"any">>(counted("any", (o, x, attrs) => o.greater(o.sum(x, attrs), 0)));

/**
 * Whether all elements are true, over one axis, several, or all.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = x₀ ∧ x₁ ∧ …
 * @derivative none: a bool
 * @conventions true where there is no element
 */
export const all = publicFunction<TruthFn<"all">>(
  counted("all", (o, x, attrs) => o.equal(o.sum(o.logicalNot(x), attrs), 0)),
);
