/**
 * Euclidean norm. A primitive because the square root of a sum of squares overflows and underflows long before the norm
 * does, and its derivative is infinite where the norm's is bounded.
 *
 * The sum is taken three times in one sweep: of the squares as they are, of scaled down and of scaled up ones (powers of
 * two, so without rounding), and the one that did not leave the range is used (the idea of J. L. Blue, "A Portable Fortran
 * Program to Find the Euclidean Norm of a Vector", ACM TOMS 4, 1978).
 */
import type { Value, Vocabulary } from "../../graph/op.js";
import type { Attrs } from "../../node/attrs.js";
import type { ReduceFn } from "../../shape/reduce.js";
import type { DType } from "../../shape/tensor.js";
import { shiftAxes } from "../attrs.js";
import { defineOp } from "../define.js";
import { keptShape, reduceFunction, spread } from "./reduction.js";

/** Scales, and the sums of squares from and up to which no scale is wanted. */
const rangeOf = (dtype: DType) =>
  dtype === "f32"
    ? { up: 2 ** 96, down: 2 ** -72, low: 2 ** -80, high: 2 ** 100 }
    : { up: 2 ** 600, down: 2 ** -600, low: 2 ** -900, high: 2 ** 900 };

/** √Σx², whatever the size of x. */
function norm(o: Vocabulary, x: Value, attrs: Attrs): Value {
  const squares = (scale: number): Value => {
    const scaled = scale === 1 ? x : o.mul(x, scale);
    return o.sum(o.mul(scaled, scaled), attrs);
  };
  const { up, down, low, high } = rangeOf(x.dtype);
  const plain = squares(1);
  const large = o.mul(o.sqrt(squares(down)), 1 / down);
  const small = o.mul(o.sqrt(squares(up)), 1 / up);
  return o.where(o.greater(plain, high), large, o.where(o.less(plain, low), small, o.sqrt(plain)));
}

export default defineOp({
  name: "l2Norm",
  doc: "√Σx² over the given axes (all when none are given), also where the squares overflow or underflow; its gradient at 0 is 0.",
  elementwise: false,
  arity: 1,
  infer: ([x], attrs) => [{ shape: keptShape(x?.shape ?? [], attrs), dtype: x?.dtype ?? "f32" }],
  // dy = Σ (x/y) dx: quotients between -1 and 1. Where y is 0 they are 0, and a constant to further derivatives.
  derivative: {
    form: "jvp",
    jvp: (o, [x], [dx], out, { attrs }) => {
      if (x === undefined || dx === undefined) throw new Error("bug: l2Norm takes one operand");
      const zero = o.equal(out, 0);
      const length = spread(o, o.where(zero, 1, out), x.sizes, attrs);
      const direction = o.where(spread(o, zero, x.sizes, attrs), 0, o.div(x, length));
      return o.sum(o.mulZero(dx, direction), attrs);
    },
  },
  absorb: (attrs) => shiftAxes(attrs, "axes"),
  lowering: {
    form: "decompose",
    decompose: (o, [x], { attrs }) => {
      if (x === undefined) throw new Error("bug: l2Norm takes one operand");
      return norm(o, x, attrs);
    },
  },
  dtypes: [["f64", "f32"]],
  samples: [
    { in: [[3, -4]], attrs: { axes: [0] }, out: 5 },
    { in: [[0, 0]], attrs: { axes: [0] }, out: 0 },
    {
      in: [
        [
          [1, 2, 2],
          [3e30, 0, 4e30],
          [3e-30, 0, 4e-30],
        ],
      ],
      attrs: { axes: [1] },
      out: [3, 5e30, 5e-30],
    },
  ],
  edges: [Number.NaN, Number.POSITIVE_INFINITY],
  domain: [0.5, 2],
});

/**
 * Euclidean norm over one axis, several (for two: the Frobenius norm of matrices), or all.
 *
 * @shapes x: [...] -> [... without the axes]
 * @formula y = √Σx²
 * @derivative dy = Σ x dx / y
 * @conventions the gradient at 0 is 0
 */
export const l2Norm = reduceFunction<ReduceFn<"l2Norm", "float">>("l2Norm", "float");
