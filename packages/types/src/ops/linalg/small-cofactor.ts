/**
 * Cofactors of matrices with up to three rows, written out. With rows and columns counted in a circle no sign is needed
 * for three, and a cofactor is a[i+1, j+1] a[i+2, j+2] - a[i+1, j+2] a[i+2, j+1].
 *
 * A cofactor is a form of degree n - 1 in the elements; its derivatives along v₁ … vₖ are the polarised form, and vanish
 * from k = n on. Each error is within a few roundings of the products that are summed, as with an elimination.
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import { filled } from "../filled.js";
import { rolled, wherePositions } from "./matrix.js";

/** The bilinear form that is cof(x) at x = y, twice. */
function pairs(o: Vocabulary, x: Value, y: Value): Value {
  const term = (p: readonly [number, number], q: readonly [number, number]): Value =>
    o.mul(rolled(o, x, ...p), rolled(o, y, ...q));
  const [plus, minus] = [
    o.add(term([1, 1], [2, 2]), term([2, 2], [1, 1])),
    o.add(term([1, 2], [2, 1]), term([2, 1], [1, 2])),
  ];
  return o.sub(plus, minus);
}

/** For three rows: of degree 2. */
function ofThree(o: Vocabulary, a: Value, directions: readonly Value[]): Value {
  const [v, w] = directions;
  if (v === undefined) {
    const [plus, minus] = [
      o.mul(rolled(o, a, 1, 1), rolled(o, a, 2, 2)),
      o.mul(rolled(o, a, 1, 2), rolled(o, a, 2, 1)),
    ];
    return o.sub(plus, minus);
  }
  return pairs(o, v, w ?? a);
}

/** For two rows: the other element, with a sign. */
function ofTwo(o: Vocabulary, a: Value): Value {
  const other = rolled(o, a, 1, 1);
  return o.where(wherePositions(o, "equal", a.sizes), other, o.neg(other));
}

/** The cofactors of `a`, or their derivative along the directions; undefined for more than three rows. */
export function smallCofactor(o: Vocabulary, a: Value, directions: readonly Value[]): Value | undefined {
  const [n = 0] = a.sizes;
  if (typeof n !== "number" || n > 3) return undefined;
  if (directions.length >= n) return filled(o, 0, a.sizes, a.dtype);
  if (n === 1) return filled(o, 1, a.sizes, a.dtype);
  return n === 2 ? ofTwo(o, directions[0] ?? a) : ofThree(o, a, directions);
}

/** The determinant by its first row; undefined for more than three rows. */
export function smallDet(o: Vocabulary, a: Value): Value | undefined {
  const [n = 0] = a.sizes;
  if (n === 0) return filled(o, 1, [], a.dtype);
  const cofactors = smallCofactor(o, a, []);
  if (cofactors === undefined) return undefined;
  const first = (x: Value): Value => o.reshape(o.slice(x, { start: [0, 0], shape: [1, n] }), { shape: [n] });
  return o.contract(first(a), first(cofactors), { left: [0], right: [0], out: [] });
}
