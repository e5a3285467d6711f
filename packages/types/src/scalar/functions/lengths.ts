/**
 * Lengths and directions in the plane. `Math.hypot` takes any number of operands, and longer for it; and a quotient
 * of two lengths would lose digits where these are subnormal, or overflow.
 */
import type { FunctionDefinition } from "../vocabulary.js";

/** Within these the sum of squares has all its digits: nothing that matters underflows. */
const [least, most] = [1e-280, Number.MAX_VALUE];

export const hypot: FunctionDefinition = {
  arity: 2,
  doc: "√(x² + y²); where the squares would overflow or underflow, the larger operand is divided out.",
  ulps: 2,
  body: (f, x, y) => {
    const squares = f.let("squares", f.add(f.mul(x, x), f.mul(y, y)));
    const large = f.let("large", f.max(f.abs(x), f.abs(y)));
    const ratio = f.let("ratio", f.div(f.min(f.abs(x), f.abs(y)), large));
    const isPlain = f.and(f.greater(squares, least), f.lessEqual(squares, most));
    const isEnd = f.or(f.equal(large, 0), f.equal(large, Number.POSITIVE_INFINITY));
    const scaled = f.mul(large, f.sqrt(f.add(1, f.mul(ratio, ratio))));
    return f.select(isPlain, f.sqrt(squares), f.select(isEnd, large, scaled));
  },
};

export const direction: FunctionDefinition = {
  arity: 2,
  doc: "x / √(x² + y²), the cosine of the angle of (x, y), and 0 at the origin; by ratios, which neither overflow nor underflow.",
  ulps: 3,
  body: (f, x, y) => {
    const slope = f.let("slope", f.div(y, x));
    const part = f.let("part", f.div(x, f.abs(y)));
    const steep = f.div(part, f.sqrt(f.add(1, f.mul(part, part))));
    const flat = f.div(f.sign(x), f.sqrt(f.add(1, f.mul(slope, slope))));
    return f.select(f.equal(x, 0), x, f.select(f.less(f.abs(x), f.abs(y)), steep, flat));
  },
};
