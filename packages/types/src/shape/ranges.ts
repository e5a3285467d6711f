/** Numbers that a model hands to a layer when it is built: rates, momenta, epsilons. */
import { shapeError } from "./messages.js";

interface Range {
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/** Throws unless the number lies in the range, its ends included. */
export function numberWithin(op: string, what: string, value: number, { min, max, whole = false }: Range): void {
  const fits = value >= min && value <= (max ?? Number.MAX_VALUE);
  if (fits && (!whole || Number.isInteger(value))) return;
  const range = max === undefined ? `${min} or more` : `from ${min} to ${max}`;
  throw shapeError("numberRange", { op, what, expected: whole ? `a whole number, ${range}` : range, actual: value });
}
