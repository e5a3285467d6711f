/** Whether elements are numbers, that is not NaN. */
import type { Value, Vocabulary } from "../graph/op.js";

/**
 * Not `x = x`: of a value that is known within a bound only, that says nothing, and so would nothing that depends on it.
 * A number lies below Infinity wherever in its bound it is.
 */
export const isNumber = (o: Vocabulary, x: Value): Value => o.lessEqual(x, Number.POSITIVE_INFINITY);
