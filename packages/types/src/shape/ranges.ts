/** Numbers that a model hands to a layer when it is built: rates, momenta, epsilons. */
import { shapeError } from "./messages.js";

/** Throws unless the number lies in the range, its ends included. */
export function numberWithin(
  op: string,
  what: string,
  value: number,
  { min, max }: { readonly min: number; readonly max?: number },
): void {
  if (value >= min && value <= (max ?? Number.MAX_VALUE)) return;
  const expected = max === undefined ? `${min} or more` : `from ${min} to ${max}`;
  throw shapeError("numberRange", { op, what, expected, actual: value });
}
