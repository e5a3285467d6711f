/**
 * Gaussian elimination as loops: with row exchanges (`rowElimination`), or with row and column exchanges
 * (`fullElimination`).
 *
 * Nothing is moved: every row has a position, and two rows exchange theirs. At the end the row at position k is the
 * pivot row of step k. Invariant: the multipliers stand where they made zeros, so that with the rows (and columns) at
 * their positions the matrix holds L below the diagonal and U on and above it. A column without a pivot has multipliers 0.
 */
import type { RuleOperand, Value, Vocabulary } from "../../graph/op.js";
import type { Size } from "../../shape/size.js";
import { loop } from "./loop.js";
import { filled, inColumns, inRows, positions, turned } from "./matrix.js";

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

/** What one step knows of its pivot. */
interface Pivot {
  readonly row: Value;
  readonly column: Value;
  readonly value: Value;
  /** The index of the pivot's column. */
  readonly at: Value;
  /** The rows below the pivot, the columns behind it. */
  readonly below: Value;
  readonly behind: Value;
}

/** Subtracts multiples of the pivot row from the rows below, and keeps the multipliers in place of the zeros. */
function eliminated(o: Vocabulary, a: Value, { row, column, value, at, below, behind }: Pivot): Value {
  const [n = 0] = a.sizes;
  const pivot = repeated(o, value, n);
  // Without a pivot the column below is all zeros.
  const multipliers = o.where(o.logicalAnd(below, o.notEqual(pivot, 0)), o.div(column, pivot), 0);
  const inRow = inRows(o, multipliers, a.sizes);
  const less = o.sub(a, o.mul(inRow, inColumns(o, o.where(behind, row, 0), a.sizes)));
  const isColumn = inColumns(o, o.equal(positions(o, n), repeated(o, at, n)), a.sizes);
  return o.where(o.logicalAnd(inRows(o, below, a.sizes), isColumn), inRow, less);
}

/** a with rows at their places is L U; `sign` is that of the determinant. */
export interface RowElimination {
  readonly packed: Value;
  readonly places: Value;
  readonly sign: Value;
}

/** Partial pivoting: the largest element of the column in the rows that are left. */
export function rowElimination(o: Vocabulary, a: Value): RowElimination {
  const [n = 0] = a.sizes;
  const one = filled(o, 1, [], a.dtype);
  const [left, places, sign] = loop(
    { length: n, init: [a, positions(o, n), one], along: [positions(o, n)] },
    ([rest, at, signs], [k]) => {
      if (k === undefined) throw new Error("bug: one array is walked");
      const column = o.gather(turned(o, rest), k, trusted);
      const open = o.greaterEqual(at, repeated(o, k, n));
      const chosen = o.argmax(o.where(open, o.abs(column), -1), { axes: [0] });
      const from = o.gather(at, chosen, trusted);
      const row = o.gather(rest, chosen, trusted);
      const value = o.gather(row, k, trusted);
      const next = exchanged(o, at, chosen, from, k);
      const below = o.greater(next, repeated(o, k, n));
      const behind = o.greater(positions(o, n), repeated(o, k, n));
      const factor = o.mul(o.sign(value), exchangeSign(o, from, k, a));
      return [eliminated(o, rest, { row, column, value, at: k, below, behind }), next, o.mul(signs, factor)];
    },
  );
  return { packed: placed(o, left, places), places, sign };
}

/** a with rows and columns at their places is L U; `exchanges` is the sign of all exchanges, `det` the determinant. */
export interface FullElimination {
  readonly packed: Value;
  readonly rows: Value;
  readonly columns: Value;
  readonly exchanges: Value;
  readonly det: Value;
}

/** Complete pivoting: the largest element that is left. Pivots that are zero come last, and then nothing else is left. */
export function fullElimination(o: Vocabulary, a: Value): FullElimination {
  const [n = 0] = a.sizes;
  const one = filled(o, 1, [], a.dtype);
  const [left, rows, columns, exchanges, det] = loop(
    { length: n, init: [a, positions(o, n), positions(o, n), one, one], along: [positions(o, n)] },
    ([rest, rowAt, columnAt, signs, product], [k]) => {
      if (k === undefined) throw new Error("bug: one array is walked");
      const from = repeated(o, k, n);
      const [openRows, openColumns] = [o.greaterEqual(rowAt, from), o.greaterEqual(columnAt, from)];
      const open = o.logicalAnd(inRows(o, openRows, a.sizes), inColumns(o, openColumns, a.sizes));
      const sizes = o.where(open, o.abs(rest), -1);
      const i = o.argmax(o.max(sizes, { axes: [1] }), { axes: [0] });
      const j = o.argmax(o.gather(sizes, i, trusted), { axes: [0] });
      const [rowFrom, columnFrom] = [o.gather(rowAt, i, trusted), o.gather(columnAt, j, trusted)];
      const row = o.gather(rest, i, trusted);
      const column = o.gather(turned(o, rest), j, trusted);
      const value = o.gather(row, j, trusted);
      const nextRows = exchanged(o, rowAt, i, rowFrom, k);
      const nextColumns = exchanged(o, columnAt, j, columnFrom, k);
      const [below, behind] = [o.greater(nextRows, from), o.greater(nextColumns, from)];
      const sign = o.mul(exchangeSign(o, rowFrom, k, a), exchangeSign(o, columnFrom, k, a));
      const next = eliminated(o, rest, { row, column, value, at: j, below, behind });
      return [next, nextRows, nextColumns, o.mul(signs, sign), o.mul(product, o.mul(sign, value))];
    },
  );
  const packed = turned(o, placed(o, turned(o, placed(o, left, rows)), columns));
  return { packed, rows, columns, exchanges, det };
}
