/**
 * The inverse of the standard normal distribution function.
 *
 * Invariant: operation by operation what the runtime draws normal numbers with, so both give the same bits.
 * Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37 (1988),
 * 477-484, routine PPND16.
 */
import type { ScalarExpr } from "../expr.js";
import type { FunctionBuilder, FunctionDefinition } from "../vocabulary.js";

/** Coefficients, highest power first. */
type Polynomial = readonly number[];

interface Rational {
  readonly numerator: Polynomial;
  readonly denominator: Polynomial;
}

/** |p - 1/2| ≤ 0.425, in r = 0.425² - (p - 1/2)². */
const central: Rational = {
  numerator: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  denominator: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
};

/** r = sqrt(-log(tail)) ≤ 5, in r - 1.6. */
const middle: Rational = {
  numerator: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  denominator: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};

/** Beyond, in r - 5. */
const far: Rational = {
  numerator: [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  denominator: [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
};

function horner(f: FunctionBuilder, [first = 0, ...rest]: Polynomial, x: ScalarExpr): ScalarExpr {
  const [second = 0, ...others] = rest;
  return others.reduce<ScalarExpr>(
    (sum, coefficient) => f.add(f.mul(sum, x), coefficient),
    f.add(f.mul(first, x), second),
  );
}

const ratio = (f: FunctionBuilder, { numerator, denominator }: Rational, x: ScalarExpr): ScalarExpr =>
  f.div(horner(f, numerator, x), horner(f, denominator, x));

export const normalQuantile: FunctionDefinition = {
  arity: 1,
  doc: "The number that a standard normal variable stays below with probability x; ∓Infinity at 0 and 1.",
  ulps: 8,
  body: (f, x) => {
    const q = f.let("q", f.sub(x, 0.5));
    const square = f.let("square", f.sub(0.180625, f.mul(q, q)));
    const tail = f.let("tail", f.select(f.less(q, 0), x, f.sub(1, x)));
    const r = f.let("r", f.sqrt(f.neg(f.log(tail))));
    const near = f.let("near", f.sub(r, 1.6));
    const beyond = f.let("beyond", f.sub(r, 5));
    const size = f.let("size", f.select(f.lessEqual(r, 5), ratio(f, middle, near), ratio(f, far, beyond)));
    const end = f.select(f.equal(tail, 0), f.div(f.sign(q), tail), f.select(f.less(q, 0), f.neg(size), size));
    return f.select(f.lessEqual(f.abs(q), 0.425), f.mul(q, ratio(f, central, square)), end);
  },
};
