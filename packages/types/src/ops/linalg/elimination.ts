/**
 * Gaussian elimination as loops: with row exchanges (`rowElimination`), or with row and column exchanges
 * (`fullElimination`).
 *
 * Nothing is moved: every row has a place, and two rows exchange theirs. At the end the row at place k is the pivot row
 * of step k. Each step writes one row of Lᵀ and one of U, and then subtracts their product in place, so a step costs n²
 * and nothing of it is kept but these two rows.
 */
import type { RuleOperand, Value, Vocabulary } from "../../graph/op.js";
import type { Size } from "../../shape/size.js";
import { filled } from "../filled.js";
import { loop } from "./loop.js";
import { inColumns, inRows, positions, turned } from "./matrix.js";

const trusted = { inRange: true } as const;

const repeated = (o: Vocabulary, x: RuleOperand, n: Size): Value => o.broadcastTo(x, { shape: [n], axes: [] });

/** Rows of `x` at the positions given for them. */
export const placed = (o: Vocabulary, x: Value, places: Value): Value =>
  o.scatterAdd(filled(o, 0, x.sizes, x.dtype), places, x, trusted);

/** The inverse of `placed`. */
export const unplaced = (o: Vocabulary, x: Value, places: Value): Value => o.gather(x, places, trusted);

/** Positions after the one who stands at `from` and the one at `k` have exchanged theirs. */
function exchanged(o: Vocabulary, places: Value, chosen: Value, from: Value, k: Value): Value {
  const [n = 0] = places.sizes;
  const isChosen = o.equal(positions(o, n), repeated(o, chosen, n));
  const displaced = o.where(o.equal(places, repeated(o, k, n)), repeated(o, from, n), places);
  return o.where(isChosen, repeated(o, k, n), displaced);
}

/** -1 where an exchange happens. */
const exchangeSign = (o: Vocabulary, from: Value, k: Value, { dtype }: Value): Value =>
  o.where(o.equal(from, k), filled(o, 1, [], dtype), -1);

/** A matrix under elimination, and the rows of Lᵀ and U that are found already; the others are 0. */
interface Factors {
  readonly rest: Value;
  readonly lower: Value;
  readonly upper: Value;
}

interface Pivot {
  readonly value: Value;
  readonly row: Value;
  readonly column: Value;
  /** The rows that stay after the pivot's, and the columns that were there up to now. */
  readonly below: Value;
  readonly open: Value;
}

/** Step k: subtracts multiples of the pivot row from the rows below. */
function eliminated(o: Vocabulary, { rest, lower, upper }: Factors, k: Value, pivot: Pivot): Factors {
  const [n = 0] = rest.sizes;
  const value = repeated(o, pivot.value, n);
  // Without a pivot the column below is all zeros.
  const multipliers = o.where(o.logicalAnd(pivot.below, o.notEqual(value, 0)), o.div(pivot.column, value), 0);
  const nextLower = o.scatterAdd(lower, k, multipliers, trusted);
  const nextUpper = o.scatterAdd(upper, k, o.where(pivot.open, pivot.row, 0), trusted);
  // Read back from the factors, so that the update reads the matrix where it writes it and nowhere else.
  const inRow = inRows(o, o.gather(nextLower, k, trusted), rest.sizes);
  const inColumn = inColumns(o, o.gather(nextUpper, k, trusted), rest.sizes);
  return { rest: o.sub(rest, o.mul(inRow, inColumn)), lower: nextLower, upper: nextUpper };
}

/** a with rows at their places is L U, L with ones on its diagonal that are not stored; `sign` is that of det a. */
export interface RowElimination {
  readonly lower: Value;
  readonly upper: Value;
  readonly places: Value;
  readonly sign: Value;
}

/** Partial pivoting: the largest element of the column in the rows that are left. */
export function rowElimination(o: Vocabulary, a: Value): RowElimination {
  const [n = 0] = a.sizes;
  const zeros = filled(o, 0, a.sizes, a.dtype);
  const init = [a, zeros, zeros, positions(o, n), filled(o, 1, [], a.dtype)] as const;
  const [, lower, upper, places, sign] = loop(
    { length: n, init, along: [positions(o, n)] },
    ([rest, below, above, at, signs], [k]) => {
      if (k === undefined) throw new Error("bug: one array is walked");
      const step = repeated(o, k, n);
      const column = o.gather(turned(o, rest), k, trusted);
      const chosen = o.argmax(o.where(o.greaterEqual(at, step), o.abs(column), -1), { axes: [0] });
      const from = o.gather(at, chosen, trusted);
      const row = o.gather(rest, chosen, trusted);
      const value = o.gather(row, k, trusted);
      const next = exchanged(o, at, chosen, from, k);
      const pivot = { row, column, value, below: o.greater(next, step), open: o.greaterEqual(positions(o, n), step) };
      const factors = eliminated(o, { rest, lower: below, upper: above }, k, pivot);
      const factor = o.mul(o.sign(value), exchangeSign(o, from, k, a));
      return [factors.rest, factors.lower, factors.upper, next, o.mul(signs, factor)] as const;
    },
  );
  return { lower: placed(o, turned(o, lower), places), upper, places, sign };
}

/** a with rows and columns at their places is L U; `exchanges` is the sign of all exchanges, `det` the determinant. */
export interface FullElimination {
  readonly lower: Value;
  readonly upper: Value;
  readonly rows: Value;
  readonly columns: Value;
  readonly exchanges: Value;
  readonly det: Value;
}

/** The largest element in the rows and columns that are left. */
function largest(
  o: Vocabulary,
  rest: Value,
  openRows: Value,
  openColumns: Value,
): { readonly i: Value; readonly j: Value } {
  const open = o.logicalAnd(inRows(o, openRows, rest.sizes), inColumns(o, openColumns, rest.sizes));
  const sizes = o.where(open, o.abs(rest), -1);
  const i = o.argmax(o.max(sizes, { axes: [1] }), { axes: [0] });
  return { i, j: o.argmax(o.gather(sizes, i, trusted), { axes: [0] }) };
}

/** Complete pivoting: the largest element that is left. Pivots that are zero come last, and then nothing else is left. */
export function fullElimination(o: Vocabulary, a: Value): FullElimination {
  const [n = 0] = a.sizes;
  const [one, zeros] = [filled(o, 1, [], a.dtype), filled(o, 0, a.sizes, a.dtype)];
  const init = [a, zeros, zeros, positions(o, n), positions(o, n), one, one] as const;
  const [, lower, upper, rows, columns, exchanges, det] = loop(
    { length: n, init, along: [positions(o, n)] },
    ([rest, below, above, rowAt, columnAt, signs, product], [k]) => {
      if (k === undefined) throw new Error("bug: one array is walked");
      const step = repeated(o, k, n);
      const open = o.greaterEqual(columnAt, step);
      const { i, j } = largest(o, rest, o.greaterEqual(rowAt, step), open);
      const [rowFrom, columnFrom] = [o.gather(rowAt, i, trusted), o.gather(columnAt, j, trusted)];
      const row = o.gather(rest, i, trusted);
      const value = o.gather(row, j, trusted);
      const next = exchanged(o, rowAt, i, rowFrom, k);
      const pivot = { row, column: o.gather(turned(o, rest), j, trusted), value, below: o.greater(next, step), open };
      const factors = eliminated(o, { rest, lower: below, upper: above }, k, pivot);
      const sign = o.mul(exchangeSign(o, rowFrom, k, a), exchangeSign(o, columnFrom, k, a));
      const places = [next, exchanged(o, columnAt, j, columnFrom, k)] as const;
      const numbers = [o.mul(signs, sign), o.mul(product, o.mul(sign, value))] as const;
      return [factors.rest, factors.lower, factors.upper, ...places, ...numbers] as const;
    },
  );
  const inPlaces = (x: Value, places: Value): Value => placed(o, turned(o, x), places);
  return { lower: inPlaces(lower, rows), upper: turned(o, inPlaces(upper, columns)), rows, columns, exchanges, det };
}
