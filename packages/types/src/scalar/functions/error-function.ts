/**
 * The error function and its kin, which `Math` has not.
 *
 * Near 0, erf x = x + x q(x²). Beyond, erfc x = e^(-x²) p(t)/(1 + 2x) with t = (x - 3)/(x + 3), and the distribution
 * function of the normal distribution is Φ(-x) = e^(-x²/2) p(t)/(1 + x) with t = (x - 4)/(x + 4): quotients that change so
 * slowly that one polynomial in t will do for all x (M. M. Shepherd and J. G. Laframboise, Chebyshev Approximation of
 * (1 + 2x) exp(x²) erfc x, Mathematics of Computation 36, 1981). The coefficients interpolate at Chebyshev nodes and were
 * computed in 60 digits; all polynomials are within 2e-17 of what they stand for.
 *
 * What would lose digits is e^(-x²): a rounding of x² = 600 is an error of 500 units in the last place of its
 * exponential. So rounding errors that matter are computed, and go on as a factor.
 */
import type { ScalarExpr } from "../expr.js";
import type { FunctionBuilder, FunctionDefinition } from "../vocabulary.js";
import { polynomial } from "./polynomial.js";

/** q on [0, 1]. */
const near = [
  0.1283791670955126, -0.3761263890318375, 0.11283791670954879, -0.026866170645076792, 0.0052239776248180145,
  -0.000854832698083379, 0.0001205533111164271, -1.4925595266831182e-5, 1.6461000484121368e-6, -1.6350312701054695e-7,
  1.4659775274047436e-8, -1.1372848856791674e-9, 5.957176147748911e-11,
];

interface Tail {
  /** x² or x²/2 in the exponent. */
  readonly scale: number;
  /** t = (x - center)/(x + center). */
  readonly center: number;
  /** 1 + slope x below the polynomial. */
  readonly slope: number;
  readonly coefficients: readonly number[];
  /** From here on the value is less than the least double. */
  readonly end: number;
}

/** For x from 1/4 to 28. */
const complementary: Tail = {
  scale: 1,
  center: 3,
  slope: 2,
  end: 28,
  coefficients: [
    1.2530080582697296, -0.13562110612458117, -0.04756229435345131, 0.1296451587027587, -0.11927366341527294,
    0.06830802734409276, -0.023770514919518145, 0.002529391813386897, 0.0018886903693830174, -0.000779832239825815,
    -0.00010515986233140686, 0.00012509912551214271, 4.9496838519262e-6, -2.0099574602554616e-5, -7.317373464000067e-7,
    3.4696212252618827e-6, 3.563072347992504e-7, -6.116014824191809e-7, -1.3922470266409539e-7, 9.62012963584768e-8,
    3.8044582861430866e-8, -9.725811026547448e-9, -5.6211078169532105e-9,
  ],
};

/** For x from 0.35 to 40. */
const normal: Tail = {
  scale: 0.5,
  center: 4,
  slope: 1,
  end: 40,
  coefficients: [
    0.47205320650984467, -0.09670347732652586, 0.013999634724424944, 0.028600364053558397, -0.03219783742806007,
    0.01793609747936933, -0.005002378591586798, -0.0002856230924273941, 0.000694897110334923, -9.443030935866611e-5,
    -8.785321895225147e-5, 2.1250384916630218e-5, 1.3627002553506352e-5, -3.433492536499704e-6, -2.6132282657349177e-6,
    4.077329008997443e-7, 5.524960047278354e-7, -3.829335410008849e-9, -1.1147605068139156e-7, -1.4504964204471239e-8,
    1.7900172759104512e-8, 3.1085344739089115e-9, -1.598560582571405e-9,
  ],
};

/**
 * The split by `round32` gives halves whose products are exact, so `error` is the rounding error of `product` (Dekker's
 * product). e^(product + error) = e^product (1 + error) as far as digits go, for it is below 1e-13.
 */
export const expProduct: FunctionDefinition = {
  arity: 2,
  doc: "e^(xy) without the rounding error of xy, for |x| and |y| up to 1e38.",
  ulps: 2,
  body: (f, x, y) => {
    const product = f.let("product", f.mul(x, y));
    const [xHigh, yHigh] = [f.let("xHigh", f.round32(x)), f.let("yHigh", f.round32(y))];
    const [xLow, yLow] = [f.let("xLow", f.sub(x, xHigh)), f.let("yLow", f.sub(y, yHigh))];
    const high = f.sub(f.mul(xHigh, yHigh), product);
    const middle = f.add(f.mul(xHigh, yLow), f.mul(xLow, yHigh));
    const error = f.add(f.add(high, middle), f.mul(xLow, yLow));
    const power = f.let("power", f.exp(product));
    const isWithin = f.and(f.greater(product, -746), f.less(product, 709));
    return f.select(isWithin, f.add(power, f.mul(power, error)), power);
  },
};

/** What rounding left out of the square of x: products of halves of its digits are exact (T. J. Dekker, 1971). */
function errorOfSquare(f: FunctionBuilder, x: ScalarExpr, square: ScalarExpr): ScalarExpr {
  const high = f.let("high", f.round32(x));
  const low = f.let("low", f.sub(x, high));
  const error = f.add(f.add(f.sub(f.mul(high, high), square), f.mul(2, f.mul(high, low))), f.mul(low, low));
  return f.let("squareError", error);
}

/** What rounding left out of a sum with 1 (D. E. Knuth's two-sum). */
function errorOfOneMore(f: FunctionBuilder, one: ScalarExpr, sum: ScalarExpr): ScalarExpr {
  const rest = f.let("rest", f.sub(sum, 1));
  return f.let("belowError", f.add(f.sub(1, f.sub(sum, rest)), f.sub(one, rest)));
}

/** e^(-scale x²) p(t)/(1 + slope x). The errors of x², of p and of 1 + slope x are those that show in the result. */
function tailOf(f: FunctionBuilder, x: ScalarExpr, { scale, center, slope, coefficients }: Tail): ScalarExpr {
  const [constant = 0, ...rest] = coefficients;
  const square = f.let("square", f.mul(x, x));
  const t = f.let("t", f.div(f.sub(x, center), f.add(x, center)));
  const part = f.let("part", f.mul(t, polynomial(f, "p", t, rest)));
  const above = f.let("above", f.add(constant, part));
  const aboveError = f.let("aboveError", f.sub(part, f.sub(above, constant)));
  const ramp = slope === 1 ? x : f.let("ramp", f.mul(slope, x));
  const below = f.let("below", f.add(1, ramp));
  const belowError = errorOfOneMore(f, ramp, below);
  const value = f.let("value", f.mul(f.exp(f.mul(-scale, square)), f.div(above, below)));
  const crosswise = f.sub(f.mul(aboveError, below), f.mul(belowError, above));
  const quotientError = f.let("quotientError", f.div(crosswise, f.mul(above, below)));
  return f.add(value, f.mul(value, f.sub(quotientError, f.mul(scale, errorOfSquare(f, x, square)))));
}

export const erfcTail: FunctionDefinition = {
  arity: 1,
  doc: "erfc(x) for 1/4 ≤ x ≤ 28: e^(-x²) p(t)/(1 + 2x), t = (x - 3)/(x + 3), with rounding errors as a last factor.",
  ulps: 3,
  body: (f, x) => tailOf(f, x, complementary),
};

export const normalTail: FunctionDefinition = {
  arity: 1,
  doc: "Φ(-x) for 0.35 ≤ x ≤ 40: e^(-x²/2) p(t)/(1 + x), t = (x - 4)/(x + 4), with rounding errors as a last factor.",
  ulps: 3,
  body: (f, x) => tailOf(f, x, normal),
};

export const erf: FunctionDefinition = {
  arity: 1,
  doc: "Error function, 2/√π ∫₀ˣ e^(-t²) dt: a polynomial near 0, else 1 - erfc.",
  ulps: 1.5,
  body: (f, x) => {
    const size = f.let("size", f.abs(x));
    const z = f.let("z", f.mul(x, x));
    const inside = f.add(x, f.mul(x, polynomial(f, "q", z, near)));
    // erfc(6) is less than half a unit in the last place of 1.
    const outside = f.sub(1, f.erfcTail(size));
    return f.select(f.less(size, 1), inside, f.select(f.greater(size, 6), f.sign(x), f.mul(f.sign(x), outside)));
  },
};

export const erfc: FunctionDefinition = {
  arity: 1,
  doc: "Complementary error function, 1 - erf(x), with all its digits where it is small.",
  ulps: 3,
  body: (f, x) =>
    f.select(f.greater(x, complementary.end), 0, f.select(f.less(x, 0.35), f.sub(1, f.erf(x)), f.erfcTail(x))),
};

export const normalCdf: FunctionDefinition = {
  arity: 1,
  doc: "Distribution function of the normal distribution, erfc(-x/√2)/2, with all its digits where it is small.",
  ulps: 3,
  body: (f, x) => {
    const middle = f.add(0.5, f.mul(0.5, f.erf(f.mul(x, Math.SQRT1_2))));
    return f.select(f.less(x, -normal.end), 0, f.select(f.less(x, -0.5), f.normalTail(f.neg(x)), middle));
  },
};
