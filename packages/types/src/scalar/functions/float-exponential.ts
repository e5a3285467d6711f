/**
 * The exponential and its kin in float precision, for values that are stored as floats; in a third of the time that the
 * functions of `Math` take (adr/0017).
 *
 * With x = n h + r, h = (ln 2)/16 and n the nearest whole number, e^x is 2^(n/16) e^r: a term of a table, and a short
 * polynomial, for |r| is at most h/2 = 0.0217 (P.-T. P. Tang, Table-driven implementation of the exponential function in
 * IEEE floating-point arithmetic, ACM TOMS 15, 1989). All arithmetic is in doubles, so subnormal floats need no care:
 * they are made when a result is stored.
 *
 * They are written to be short, 108 to 142 bytes of bytecode, so that engines inline them. Hence one table and not two, a
 * square and not an absolute value in the test, and `Math` for what is rare.
 *
 * Invariant: where a result is a normal float, there is nothing in these functions but the arithmetic that IEEE 754 fixes, so
 * every engine gives the same bits.
 */
import type { ScalarExpr } from "../expr.js";
import { tables } from "../tables.js";
import type { FunctionBuilder, FunctionDefinition } from "../vocabulary.js";
import { series } from "./polynomial.js";

const h = Math.LN2 / 16;
const origin = tables.floatPowers.reach;

interface Reduced {
  /** 2^(n/16) */
  readonly power: ScalarExpr;
  readonly r: ScalarExpr;
}

/** Of scale · x, where the table has it. No number of a term is negative, so `| 0` is the floor. */
function reduced(f: FunctionBuilder, x: ScalarExpr, scale = 1): Reduced {
  const n = f.let("n", f.toI32(f.add(f.mul(x, scale / h), origin + 0.5)));
  const scaled = scale === 1 ? x : f.mul(scale, x);
  const r = f.let("r", f.sub(scaled, f.mul(f.sub(f.toF64(n), origin), h)));
  return { power: f.floatPowers(n), r };
}

const isWithin = (f: FunctionBuilder, x: ScalarExpr, bound: number): ScalarExpr => f.less(f.mul(x, x), bound * bound);

/** 2^127 is e^88.03: the end of the table. */
const end = 88;

/** The next term, r⁵/120, is below 4.1e-11. */
export const expf: FunctionDefinition = {
  arity: 1,
  inlined: true,
  doc: "e^x to 10 digits, more than a float has: 2^(n/16) from a table times e^r, r = x - n (ln 2)/16.",
  ulps: 2 ** 18.75,
  body: (f, x) => {
    const { power, r } = reduced(f, x);
    const inside = f.mul(power, series(f, r, [1, 1, 1 / 2, 1 / 6, 1 / 24]));
    return f.select(isWithin(f, x, end), inside, f.exp(x));
  },
};

/**
 * e^x - 1 = P (e^r - 1) - (1 - P) with P = 2^(n/16). Where n is 0 the second term is 0, else |r| is at most half of what P
 * differs from 1 by, so nothing cancels; and -0 stays -0, as 0 is taken from it. In e^r - 1 the next term is r⁵/720 of it,
 * below 7e-12.
 */
function lessOne(f: FunctionBuilder, { power, r }: Reduced): ScalarExpr {
  const p = f.let("p", power);
  const q = f.let("q", f.mul(r, series(f, r, [1, 1 / 2, 1 / 6, 1 / 24, 1 / 120])));
  return f.sub(f.mul(p, q), f.sub(1, p));
}

export const expm1f: FunctionDefinition = {
  arity: 1,
  inlined: true,
  doc: "e^x - 1 to 10 digits, also near 0: p (e^r - 1) - (1 - p) with p = 2^(n/16) from a table, r = x - n (ln 2)/16.",
  ulps: 2 ** 17,
  body: (f, x) => f.select(isWithin(f, x, end), lessOne(f, reduced(f, x)), f.expm1(x)),
};

/** From 20 on it is 1, in doubles too. */
export const tanhf: FunctionDefinition = {
  arity: 1,
  inlined: true,
  doc: "tanh x to 10 digits, also near 0: m / (m + 2) with m = e^2x - 1 = p (e^r - 1) - (1 - p), p = 2^(n/16) from a table.",
  ulps: 2 ** 17,
  body: (f, x) => {
    const m = f.let("m", lessOne(f, reduced(f, x, 2)));
    return f.select(isWithin(f, x, 20), f.div(m, f.add(m, 2)), f.sign(x));
  },
};
