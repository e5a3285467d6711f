/**
 * eˣ and tanh x from a table of powers of 2, within 0.6 and 2 units in the last place: nearer than `Math.exp` and `Math.tanh` of
 * the engines there are, about twice as fast where they are called in loops, and the same bits on all engines (adr/0016).
 *
 * With k the whole number next to 128 x / ln 2 and r what is left, |r| ≤ ln 2 / 256, eˣ = 2^(k/128) eʳ; the first factor has its
 * fraction from the table, in two doubles, and five terms of the series give eʳ - 1 to 2^-60 (P. T. P. Tang, "Table-driven
 * implementation of the exponential function in IEEE floating-point arithmetic", ACM TOMS 15, 1989).
 */
import type { ScalarExpr } from "../expr.js";
import { tables } from "../tables.js";
import type { FunctionBuilder, FunctionDefinition } from "../vocabulary.js";

/** 128 / ln 2, and (ln 2) / 128 in two parts: products of a number of steps with the first are exact. */
const stepsPerUnit = 184.6649652337873;
const step = { head: 0.0054152123475432745, rest: 5.812982117197185e-13 };
/** A double has no room for a fraction beside 1.5 · 2⁵², so adding that rounds to a whole number. */
const rounder = 6755399441055744;

interface Reduced {
  /** 2^(j/128) of the whole powers and of the fraction, and what the fraction leaves out, in parts of it. */
  readonly whole: ScalarExpr;
  readonly fraction: ScalarExpr;
  readonly rest: ScalarExpr;
  /** eʳ - 1 */
  readonly series: ScalarExpr;
}

/** Of scale · x, where neither it nor a power of 2 below it is subnormal or infinite. */
function reduced(f: FunctionBuilder, x: ScalarExpr, scale = 1): Reduced {
  const near = f.let("near", f.sub(f.add(f.mul(x, scale * stepsPerUnit), rounder), rounder));
  const k = f.let("k", f.toI32(near));
  const scaled = scale === 1 ? x : f.mul(scale, x);
  const r = f.let("r", f.sub(f.sub(scaled, f.mul(near, step.head)), f.mul(near, step.rest)));
  const pair = f.let("pair", f.shiftLeft(f.bitAnd(k, 127), 1));
  const higher = [1 / 24, 1 / 6, 1 / 2].reduce<ScalarExpr>((sum, coefficient) => f.add(coefficient, f.mul(r, sum)), {
    kind: "Const",
    value: 1 / 120,
    dtype: "f64",
  });
  return {
    // k >> 7 is between -1024 and 1023, where 1024 is added by flipping a bit; of other x a place in the table all the same.
    whole: f.powersOfTwo(f.bitAnd(f.bitXor(f.shiftRight(k, 7), tables.powersOfTwo.reach), 2047)),
    fraction: f.fractionsOfTwo(f.bitOr(pair, 1)),
    rest: f.fractionsOfTwo(pair),
    series: f.let("series", f.add(r, f.mul(f.mul(r, r), higher))),
  };
}

/** Where it is subnormal or beyond the doubles, the engine's. */
export const expByTable: FunctionDefinition = {
  arity: 1,
  bytecode: 196,
  spelled: { as: "exp" },
  doc: "e^x = 2^(k / 128) e^r, within 0.6 units in the last place.",
  ulps: 0.6,
  body: (f, x) => {
    const { whole, fraction, rest, series } = reduced(f, x);
    const high = f.let("fraction", fraction);
    const inside = f.mul(f.add(high, f.mul(high, f.add(rest, series))), whole);
    return f.select(f.less(f.abs(x), 708), inside, f.exp(x));
  },
};

/** The coefficients of tanh x / x, in x². Their signs alternate; below 1/16 these are enough. */
const smallTanh = [
  1, 0.3333333333333333, 0.13333333333333333, 0.05396825396825397, 0.021869488536155203, 0.008863235529902197,
  0.003592128036572481,
];

/** tanh x = m / (m + 2) with m = e^2|x| - 1 and the sign of x; 2^(k/128) - 1 is exact up to 1. */
export const tanhByTable: FunctionDefinition = {
  arity: 1,
  bytecode: 302,
  spelled: { as: "tanh" },
  doc: "tanh x by e^2|x| - 1, within 2 units in the last place; its series below 1/16.",
  ulps: 2,
  body: (f, x) => {
    const size = f.let("size", f.abs(x));
    const z = f.let("z", f.mul(x, x));
    const [last = 0, ...lower] = smallTanh.toReversed();
    const near = lower.reduce<ScalarExpr>((sum, coefficient) => f.sub(coefficient, f.mul(z, sum)), {
      kind: "Const",
      value: last,
      dtype: "f64",
    });
    const { whole, fraction, rest, series } = reduced(f, size, 2);
    const power = f.let("power", f.mul(fraction, whole));
    const less = f.let("less", f.add(f.sub(power, 1), f.mul(power, f.add(rest, series))));
    const height = f.let("height", f.div(less, f.add(less, 2)));
    const far = f.select(f.greater(size, 20), f.sign(x), f.select(f.greater(x, 0), height, f.neg(height)));
    return f.select(f.greaterEqual(size, 1 / 16), far, f.mul(x, near));
  },
};
