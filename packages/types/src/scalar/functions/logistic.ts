/**
 * The logistic function of a difference, and derivatives around it. Those of silu and mish have a zero on the left where
 * their terms cancel. There they are written around the
 * zero t: with d = x - t, which a double for t and its rest give to the last digit, e^x - e^t is e^t (e^d - 1).
 */
import type { ScalarExpr } from "../expr.js";
import type { FunctionBuilder, FunctionDefinition } from "../vocabulary.js";

const logistic = (f: FunctionBuilder, x: ScalarExpr): ScalarExpr => f.div(1, f.add(1, f.exp(f.neg(x))));

/**
 * With y = σ(x) it is y (1 - y). Where y is near 1 that cancels; there 1 - y is e^-x y, of the power that y is made of, so
 * where both are wanted one power and one division give both.
 */
export const sigmoidSlope: FunctionDefinition = {
  arity: 1,
  doc: "Derivative of the logistic function, σ(x) σ(-x); σ(-x) as e^-x σ(x) where 1 - σ(x) would cancel.",
  ulps: 4,
  body: (f, x) => {
    const power = f.let("power", f.exp(f.neg(x)));
    const y = f.let("logistic", f.div(1, f.add(1, power)));
    return f.mul(y, f.select(f.greater(y, 0.5), f.mul(power, y), f.sub(1, y)));
  },
};

/** With y = tanh x it is 1 - y², which cancels near ±1. */
export const tanhSlope: FunctionDefinition = {
  arity: 1,
  doc: "Derivative of tanh, 1 - tanh²x; 4 σ(2x) σ(-2x) where that would cancel.",
  ulps: 4,
  body: (f, x) => {
    const y = f.let("height", f.tanh(x));
    const far = f.mul(4, f.sigmoidSlope(f.mul(2, x)));
    return f.select(f.less(f.abs(y), 0.75), f.sub(1, f.mul(y, y)), far);
  },
};

/**
 * A rounding of x - y = 40 would be an error of 16 units in the last place of its exponential, so what it left out goes on
 * as a factor (D. E. Knuth's two-sum); it is nothing where the difference is infinite, and then no number.
 */
export const sigmoidDifference: FunctionDefinition = {
  arity: 2,
  doc: "1 / (1 + e^(y - x)) without the rounding error of y - x; equal operands, also infinite ones, give 1/2.",
  ulps: 3,
  body: (f, x, y) => {
    const apart = f.let("apart", f.sub(y, x));
    const back = f.let("back", f.add(apart, x));
    const error = f.let("error", f.sub(f.sub(y, back), f.add(x, f.sub(apart, back))));
    const power = f.let("power", f.exp(apart));
    const exact = f.let("exact", f.add(power, f.mul(power, error)));
    const isPlain = f.and(f.greater(apart, -700), f.less(apart, 700));
    return f.select(f.equal(x, y), 0.5, f.select(isPlain, f.div(1, f.add(1, exact)), f.div(1, f.add(1, power))));
  },
};

/** t = -1 - W(1/e), the zero of 1 + x + e^x, and e^t = -1 - t. */
const siluTurn = { head: -1.2784645427610737, rest: -1.0946994183093437e-16, power: 0.2784645427610738 };

/** σ(x)(1 + x σ(-x)); on the left 1 + x σ(-x) = σ(-x)(1 + x + e^x) = σ(-x)(d + e^t (e^d - 1)). */
export const siluSlope: FunctionDefinition = {
  arity: 1,
  doc: "Derivative of silu, σ(x)(1 + x σ(-x)).",
  ulps: 8,
  body: (f, x) => {
    const down = f.let("down", logistic(f, f.neg(x)));
    const apart = f.let("apart", f.sub(f.sub(x, siluTurn.head), siluTurn.rest));
    const left = f.mul(down, f.add(apart, f.mul(siluTurn.power, f.expm1(apart))));
    return f.mul(logistic(f, x), f.select(f.greater(x, 0), f.add(1, f.mul(x, down)), left));
  },
};

/** t, the zero of w(x) = (x + 1) + (x + 3/2) e + e² + e³/4, where e = e^x, and e^t. */
const mishTurn = { head: -1.1924312145154952, rest: -4.8484829848031044e-17, power: 0.3034825352815289 };

/**
 * w(t + d) less w(t), which is 0. With m = e^d - 1 and E = e^t it is
 * d (1 + E (1 + m)) + m E ((t + 3/2) + E (m + 2) + E² (m² + 3m + 3)/4), and all its terms have the sign of d.
 */
function aroundTurn(f: FunctionBuilder, x: ScalarExpr): ScalarExpr {
  const { head, rest, power } = mishTurn;
  const apart = f.let("apart", f.sub(f.sub(x, head), rest));
  const grown = f.let("grown", f.expm1(apart));
  const cubes = f.mul((power * power) / 4, f.add(f.mul(grown, f.add(grown, 3)), 3));
  const powers = f.mul(power, f.add(f.add(head + 1.5, f.mul(power, f.add(grown, 2))), cubes));
  return f.add(f.mul(apart, f.add(1, f.mul(power, f.add(1, grown)))), f.mul(grown, powers));
}

/**
 * With e = e^x, mish' is 4 e w(x) / (e² + 2e + 2)²; that is for the left. On the right, where e may overflow, it is
 * σ(x)((1 + s)(1 + s²) + 4 x s²) / (1 + s²)² with s = σ(-x).
 */
export const mishSlope: FunctionDefinition = {
  arity: 1,
  doc: "Derivative of mish, x tanh(ln(1 + e^x)).",
  ulps: 5,
  body: (f, x) => {
    const power = f.let("power", f.exp(x));
    const below = f.let("below", f.add(f.mul(power, f.add(power, 2)), 2));
    const left = f.mul(f.mul(4, power), f.div(aroundTurn(f, x), f.mul(below, below)));
    const down = f.let("down", logistic(f, f.neg(x)));
    const square = f.let("square", f.mul(down, down));
    const width = f.let("width", f.add(1, square));
    const sum = f.add(f.mul(f.add(1, down), width), f.mul(f.mul(4, square), x));
    const right = f.mul(f.div(logistic(f, x), f.mul(width, width)), sum);
    return f.select(f.greater(x, -0.5), right, left);
  },
};
