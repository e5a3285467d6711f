/**
 * The exponential and its kin in float precision, for values that are stored as floats; in a third of the time that the
 * functions of `Math` take (adr/0017).
 *
 * With x = (n + r) h, h = (ln 2)/32 and n the nearest whole number, e^x is 2^(n/32) e^(r h): a term of a table, and a short
 * polynomial, for |r| is at most 1/2, and |r h| at most 0.0109 (P.-T. P. Tang, Table-driven implementation of the exponential
 * function in IEEE floating-point arithmetic, ACM TOMS 15, 1989). All arithmetic is in doubles, so subnormal floats need no
 * care: they are made when a result is stored.
 *
 * They are written to be short, 98 to 126 bytes of bytecode, so that engines inline them. Hence one table and not two, a
 * square and not an absolute value in the test, and `Math` for what is rare. Loops that know by a test of their own that several
 * operands are where the table is good call what stands behind the test alone (adr/0023).
 *
 * Invariant: where a result is a normal float, there is nothing in these functions but the arithmetic that IEEE 754 fixes, so
 * every engine gives the same bits.
 */
import type { ScalarExpr } from "../expr.js";
import { tables } from "../tables.js";
import type { FunctionBuilder, FunctionDefinition } from "../vocabulary.js";
import { series } from "./polynomial.js";

const h = Math.LN2 / 32;
const origin = tables.floatPowers.reach;

interface Reduced {
  /** 2^(n/32) */
  readonly power: ScalarExpr;
  /** What is left of x, in parts of h. */
  readonly r: ScalarExpr;
}

/** Of scale · x, where the table has it. No number of a term is negative, so `| 0` is the floor. */
function reduced(f: FunctionBuilder, x: ScalarExpr, scale = 1): Reduced {
  const t = f.let("t", f.mul(x, scale / h));
  const n = f.let("n", f.toI32(f.add(t, origin + 0.5)));
  return { power: f.floatPowers(n), r: f.let("r", f.sub(t, f.sub(f.toF64(n), origin))) };
}

const isWithin = (f: FunctionBuilder, x: ScalarExpr, bound: number): ScalarExpr => f.less(f.mul(x, x), bound * bound);

/** 2^127 is e^88.03: the end of the table. */
const end = 88;

/**
 * u⁴ is about c u² with c = 2 (√2 - 1) U² for |u| ≤ U = h/2: their difference, (√2 - 1)² U⁴ where u² = c/2 and at the end, is
 * nowhere larger, and with no other c smaller. So the next term of a polynomial goes into one that it has.
 */
const lower = 2 * (Math.SQRT2 - 1) * (h / 2) ** 2;

/** Σ coefficients[k] uᵏ with u = r h, as coefficients of rᵏ. */
const inParts = (coefficients: readonly number[], first = 0): readonly number[] =>
  coefficients.map((each, k) => each * h ** (k + first));

/** 1 + u + u²/2 + u³/6, and u⁴/24 as a part of u²: within 1e-10. */
const exponential = inParts([1, 1, 1 / 2 + lower / 24, 1 / 6]);

function fromTable(f: FunctionBuilder, x: ScalarExpr): ScalarExpr {
  const { power, r } = reduced(f, x);
  return f.mul(power, series(f, r, exponential));
}

export const expf: FunctionDefinition = {
  arity: 1,
  bytecode: 98,
  inside: { bound: end, is: "expfInside" },
  doc: "e^x to 10 digits, more than a float has: 2^(n/32) from a table times e^(r h), x = (n + r) h with h = (ln 2)/32.",
  ulps: 2 ** 19.9,
  body: (f, x) => f.select(isWithin(f, x, end), fromTable(f, x), f.exp(x)),
};

export const expfInside: FunctionDefinition = {
  arity: 1,
  bytecode: 72,
  doc: `e^x to 10 digits for |x| < ${end}: 2^(n/32) from a table times e^(r h), x = (n + r) h with h = (ln 2)/32.`,
  ulps: 2 ** 19.9,
  body: fromTable,
};

/** e^u - 1 = u (1 + u/2 + u²/6 + u³/24), and u⁴/120 in it as a part of u²: within 2.3e-11. */
const exponentialLessOne = inParts([1, 1 / 2, 1 / 6 + lower / 120, 1 / 24], 1);

/**
 * e^x - 1 = P (e^u - 1) - (1 - P) with P = 2^(n/32). Where n is 0 the second term is 0, else |u| is at most half of what P
 * differs from 1 by, so nothing cancels; and -0 stays -0, as 0 is taken from it.
 */
function lessOne(f: FunctionBuilder, { power, r }: Reduced): ScalarExpr {
  const p = f.let("p", power);
  const q = f.let("q", f.mul(r, series(f, r, exponentialLessOne)));
  return f.sub(f.mul(p, q), f.sub(1, p));
}

export const expm1f: FunctionDefinition = {
  arity: 1,
  bytecode: 119,
  inside: { bound: end, is: "expm1fInside" },
  doc: "e^x - 1 to 10 digits, also near 0: p (e^(r h) - 1) - (1 - p), p = 2^(n/32) from a table, x = (n + r) h with h = (ln 2)/32.",
  ulps: 2 ** 18,
  body: (f, x) => f.select(isWithin(f, x, end), lessOne(f, reduced(f, x)), f.expm1(x)),
};

export const expm1fInside: FunctionDefinition = {
  arity: 1,
  bytecode: 93,
  doc: `e^x - 1 to 10 digits for |x| < ${end}: p (e^(r h) - 1) - (1 - p), p = 2^(n/32) from a table, x = (n + r) h with h = (ln 2)/32.`,
  ulps: 2 ** 18,
  body: (f, x) => lessOne(f, reduced(f, x)),
};

/** From here on it is 1, in doubles too. */
const flat = 20;

function tangent(f: FunctionBuilder, x: ScalarExpr): ScalarExpr {
  const m = f.let("m", lessOne(f, reduced(f, x, 2)));
  return f.div(m, f.add(m, 2));
}

export const tanhf: FunctionDefinition = {
  arity: 1,
  bytecode: 126,
  inside: { bound: flat, is: "tanhfInside" },
  doc: "tanh x to 10 digits, also near 0: m / (m + 2) with m = e^2x - 1 = p (e^(r h) - 1) - (1 - p), p = 2^(n/32) from a table.",
  ulps: 2 ** 18,
  body: (f, x) => f.select(isWithin(f, x, flat), tangent(f, x), f.sign(x)),
};

export const tanhfInside: FunctionDefinition = {
  arity: 1,
  bytecode: 100,
  doc: `tanh x to 10 digits for |x| < ${flat}: m / (m + 2) with m = e^2x - 1 = p (e^(r h) - 1) - (1 - p), p = 2^(n/32) from a table.`,
  ulps: 2 ** 18,
  body: tangent,
};
