/**
 * What gelu, its approximation by tanh and their derivatives are made of.
 *
 * Both derivatives have a zero on the left, where their terms cancel. There they are written around the zero, which is
 * had as a double and the rest, so that the distance from it has all its digits.
 */
import type { ScalarExpr } from "../expr.js";
import type { FunctionBuilder, FunctionDefinition } from "../vocabulary.js";
import { polynomial } from "./polynomial.js";

/** Where everything has become 0 or 1: x is kept within, so that no power overflows. */
const within = (f: FunctionBuilder, x: ScalarExpr, bound: number): ScalarExpr => f.max(f.min(x, bound), -bound);

/**
 * The zero of Φ(x) + x φ(x), and (Φ(x) + x φ(x)) / (x - zero) within 1/2 of it: the polynomial that is right at the 18
 * Chebyshev nodes, computed with 60 digits; it is within 2^-53 of what it stands for.
 */
const turn = { head: -0.7517915246935645, rest: 1.4956759177009883e-17 };
const nearTurn: readonly number[] = [
  0.4314939923140469, 0.388284982990552, -0.018199676398671122, -0.1140082332972217, -0.014771522148240705,
  0.019421679838189335, 0.004539228378976112, -0.002239538068084608, -0.0007448268355997574, 0.0001863397464612858,
  8.61594430148815e-5, -1.1214382841075225e-5, -7.748218987643053e-6, 4.3286314480083847e-7, 5.693130757983502e-7,
  -1.676487479625356e-9, -3.3383485395431794e-8, -1.2408918683387954e-9,
];

export const geluSlope: FunctionDefinition = {
  arity: 1,
  doc: "Derivative of gelu, Φ(x) + x φ(x); near its zero a polynomial times the distance from it.",
  ulps: 5,
  body: (f, x) => {
    const apart = f.let("apart", f.sub(f.sub(x, turn.head), turn.rest));
    const near = f.let("near", within(f, x, 40));
    const density = f.mul(0.3989422804014327, f.expProduct(f.mul(-0.5, near), near)); // 1/√(2π)
    const sum = f.add(f.normalCdf(x), f.mul(near, density));
    return f.select(f.less(f.abs(apart), 0.5), f.mul(apart, polynomial(f, "p", apart, nearTurn)), sum);
  },
};

// ---- the approximation by tanh: 1/2 (1 + tanh u) = σ(2u) with 2u = k x + c x³

// k = √(8/π) and c = 0.044715 k (Hendrycks and Gimpel, Gaussian Error Linear Units), each as few digits and the rest:
// products of the few with powers of `head`, and sums of those, are exact.
const linear = { head: 1.595768928527832, rest: 1.930778986805098e-7, whole: 1.5957691216057308 };
const cubic = { head: 0.07135480642318726, rest: 9.849412992916964e-9, whole: 0.07135481627260025 };

const millionth = 2 ** -20;

/**
 * e^(2u). Far on the left an exponent that is wrong in its last digit is an error of hundreds of units in the last place of
 * the power. So the exponent is had in two parts: `head` is x in multiples of 2^-10, few enough digits that `high` is exact,
 * and `low`, what the rest adds, is small.
 */
export const geluTanhPower: FunctionDefinition = {
  arity: 1,
  doc: "e^v, where v = √(8/π)(x + 0.044715 x³).",
  ulps: 4,
  body: (f, x) => {
    const near = f.let("near", within(f, x, 32));
    const head = f.let("head", f.div(f.trunc(f.mul(near, 1024)), 1024));
    const rest = f.let("rest", f.sub(near, head));
    const square = f.let("square", f.mul(head, head));
    const exact = f.let("exact", f.mul(cubic.head, square));
    const short = f.let("short", f.mul(f.trunc(f.div(exact, millionth)), millionth));
    const high = f.mul(head, f.add(short, linear.head));
    const ofHead = f.add(f.sub(exact, short), f.add(f.mul(cubic.rest, square), linear.rest));
    const steps = f.add(f.mul(3, square), f.mul(rest, f.add(f.mul(3, head), rest))); // (x³ - head³) / rest
    const low = f.add(f.mul(head, ofHead), f.mul(rest, f.add(linear.whole, f.mul(cubic.whole, steps))));
    return f.mul(f.exp(high), f.add(1, f.expm1(low))); // rounds less than e^low
  },
};

/** σ(2u), where e^(-2u) is that power of -x. */
export const normalCdfTanh: FunctionDefinition = {
  arity: 1,
  doc: "Approximate distribution function of the normal distribution, (1 + tanh(√(2/π)(x + 0.044715 x³))) / 2.",
  ulps: 4,
  body: (f, x) => f.div(1, f.add(1, f.geluTanhPower(f.neg(x)))),
};

/** The zero of 1 + e^v + x v' with v = k x + c x³, as a double and the rest, and e^v there. */
const tanhTurn = { head: -0.7524614220710163, rest: 3.635560509207687e-17, power: 0.29195521191476714 };

/**
 * The derivative σ(v)(1 + x v' σ(-v)) is σ(v) σ(-v)(1 + e^v + x v'), and cancels at the zero t of the last factor. That
 * factor is e^v(t) (e^(v - v(t)) - 1) + (x v' - t v'(t)), where all differences are multiples of the distance from the zero.
 */
export const geluTanhSlope: FunctionDefinition = {
  arity: 1,
  doc: "Derivative of gelu's approximation by tanh.",
  ulps: 5,
  body: (f, x) => {
    const near = f.let("near", within(f, x, 32));
    const apart = f.let("apart", f.sub(f.sub(near, tanhTurn.head), tanhTurn.rest));
    const steps = f.let(
      "steps",
      f.mul(cubic.whole, f.add(f.mul(near, f.add(near, tanhTurn.head)), tanhTurn.head * tanhTurn.head)),
    );
    const growth = f.mul(tanhTurn.power, f.expm1(f.mul(apart, f.add(linear.whole, steps))));
    const factor = f.add(growth, f.mul(apart, f.add(linear.whole, f.mul(3, steps))));
    const power = f.let("power", f.geluTanhPower(near));
    const left = f.div(f.mul(power, factor), f.mul(f.add(1, power), f.add(1, power)));
    const other = f.let("other", f.geluTanhPower(f.neg(near)));
    const slope = f.mul(near, f.add(linear.whole, f.mul(3 * cubic.whole, f.mul(near, near)))); // x v'
    const right = f.div(f.add(1, f.mul(slope, f.div(other, f.add(1, other)))), f.add(1, other));
    return f.select(f.greater(x, 0), right, left);
  },
};
