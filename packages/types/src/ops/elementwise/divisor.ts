/** What derivatives of lengths and angles divide by. */
import type { Value, Vocabulary } from "../../graph/op.js";

/** The length, and 1 at the origin, where what is divided by it is 0. */
export const divisor = (o: Vocabulary, length: Value): Value => o.where(o.equal(length, 0), 1, length);
