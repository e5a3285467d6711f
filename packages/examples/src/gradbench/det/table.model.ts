/**
 * GradBench's det for larger matrices, where an expansion written out has too many terms: the same minors, in a table.
 *
 * A set of columns is a number, with a bit for each. The table has the minor of every set of as many columns as there are rows so
 * far, from the last row up, and 0 for every other set.
 */
import {
  arange,
  bitAnd,
  bitXor,
  cast,
  equal,
  f64,
  fn,
  gather,
  grad,
  matmul,
  mul,
  scan,
  shiftLeft,
  shiftRight,
  slice,
  sub,
  sum,
  unsqueeze,
} from "tapeless";

/** For every set and column: the set without it, and its sign, (-1) to the number of columns of the set before it; 0 if outside. */
function expansion() {
  const set = unsqueeze(arange("sets"), 1);
  const column = unsqueeze(arange("l"), 0);
  const bit = shiftLeft(1, column);
  const before = bitAnd(set, sub(bit, 1));
  const odd = [16, 8, 4, 2, 1].reduce((bits, half) => bitXor(bits, shiftRight(bits, half)), before);
  const inside = bitAnd(shiftRight(set, column), 1);
  return { rest: bitXor(set, bit), sign: cast(mul(inside, sub(1, mul(2, bitAnd(odd, 1)))), "f64") };
}

/** Its caller says how many sets there are: 2^l. */
export const det = fn({ a: f64(["l", "l"]) }, ({ a }) => {
  const { rest, sign } = expansion();
  const [minors] = scan(
    (smaller, row) => [matmul(mul(sign, gather(smaller, rest)), row), null] as const,
    cast(equal(arange("sets"), 0), "f64"),
    a,
    { reverse: true },
  );
  return sum(slice(minors, 0, -1));
});

export const gradient = grad(det, "a");
