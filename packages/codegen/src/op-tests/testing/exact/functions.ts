/** The scalar functions in closed form, on exact numbers; and where each is asked for, its accuracy being of interest there. */
import type { functions } from "@tapeless/types/compiler";
import {
  density,
  distribution,
  errorFunction,
  exact,
  exponential,
  type Fixed,
  lengthTo,
  one,
  over,
  pi,
  rootOf,
  times,
} from "./fixed.js";

/** A number from each of two uniform ones; the second may choose a sign or a scale. */
export type Draw = (u: number, v: number) => number;

export interface Reference {
  readonly of: (x: Fixed, y: Fixed) => Fixed;
  /** One for each operand. */
  readonly draws: readonly Draw[];
}

const between =
  (low: number, high: number): Draw =>
  (u) =>
    low + u * (high - low);

const signed =
  (draw: Draw): Draw =>
  (u, v) =>
    v < 0.5 ? -draw(u, v) : draw(u, v);

/** As many numbers of each size, in powers of 2. */
const ofSizes =
  (low: number, high: number): Draw =>
  (u) =>
    2 ** (low + u * (high - low));

/** One of the two ways, as often each. */
const either =
  (one: Draw, other: Draw): Draw =>
  (u, v) =>
    v < 0.5 ? one(u, 2 * v) : other(u, 2 * v - 1);

/** On both sides of a zero of the function, down to a few units in the last place from it. */
const beside =
  (zero: number): Draw =>
  (u, v) =>
    zero + signed(ofSizes(-50, -1))(u, v);

/** Of all sizes that doubles have, half of them near 1. */
const anySize = signed(either(ofSizes(-1074, 1023), ofSizes(-3, 3)));

const logistic = (x: Fixed): Fixed => over(one, one + exponential(-x));

/** √(8/π)(x + 0.044715 x³). */
const tanhExponent = (x: Fixed): Fixed =>
  times(rootOf(over(8n * one, pi)), x + (44715n * times(x, times(x, x))) / 1_000_000n);

const tanhExponentSlope = (x: Fixed): Fixed =>
  times(rootOf(over(8n * one, pi)), one + (3n * 44715n * times(x, x)) / 1_000_000n);

/** (e²ˣ - 1)/(e²ˣ + 1). */
const hyperbolicTangent = (x: Fixed): Fixed => over(exponential(2n * x) - one, exponential(2n * x) + one);

/** 2 artanh(x / (2 + x)), of |x| first: shifting a negative number never gives 0. */
function logarithmOfOneMore(x: Fixed): Fixed {
  const s = over(x < 0n ? -x : x, 2n * one + x);
  const square = times(s, s);
  let sum = 0n;
  for (let power = s, n = 1n; power !== 0n; power = times(power, square), n += 2n) sum += power / n;
  return x < 0n ? -2n * sum : 2n * sum;
}

/** tanh(ln(1 + eˣ)). */
function mishFactor(x: Fixed): Fixed {
  const square = times(one + exponential(x), one + exponential(x));
  return over(square - one, square + one);
}

function toEven(x: Fixed): Fixed {
  const floor = x - (x & (one - 1n));
  const rest = x - floor;
  const isOdd = (floor & one) !== 0n;
  return 2n * rest > one || (2n * rest === one && isOdd) ? floor + one : floor;
}

/** With the sign of y. */
function remainder(x: Fixed, y: Fixed): Fixed {
  const rest = x % y;
  return rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest;
}

const distance = (x: Fixed, y: Fixed): Fixed => logistic(x - y);

type Judged = Exclude<keyof typeof functions, `threefry${string}` | "normalQuantile">;

const logisticReferences = {
  sigmoidSlope: { of: (x) => times(logistic(x), logistic(-x)), draws: [either(between(-40, 40), between(-700, 700))] },
  tanhSlope: {
    of: (x) => times(logistic(2n * x), 4n * logistic(-2n * x)),
    draws: [either(between(-2, 2), between(-350, 350))],
  },
  sigmoidDifference: { of: distance, draws: [signed(between(0, 350)), signed(between(0, 350))] },
  siluSlope: {
    of: (x) => times(logistic(x), one + times(x, one - logistic(x))),
    draws: [either(either(between(-700, 40), between(-8, 8)), beside(-1.2784645427610737))],
  },
  mishSlope: {
    of: (x) => {
      const factor = mishFactor(x);
      return factor + times(times(x, logistic(x)), one - times(factor, factor));
    },
    draws: [either(either(between(-700, 40), between(-8, 8)), beside(-1.1924312145154952))],
  },
} as const satisfies Readonly<Record<string, Reference>>;

export const references: Readonly<Record<Judged, Reference>> = {
  expByTable: {
    of: exponential,
    draws: [either(either(between(-708, 708), between(-40, 40)), signed(ofSizes(-60, 0)))],
  },
  tanhByTable: {
    of: (x) => times(logistic(2n * x), one - exponential(-2n * x)),
    draws: [signed(either(between(0, 22), ofSizes(-60, 0)))],
  },
  erf: { of: errorFunction, draws: [signed(either(between(0, 6), ofSizes(-1022, 0)))] },
  erfc: { of: (x) => one - errorFunction(x), draws: [either(between(-6, 3), between(0, 26.5))] },
  erfcTail: { of: (x) => one - errorFunction(x), draws: [either(between(0.25, 3), between(0.25, 26.5))] },
  normalCdf: { of: distribution, draws: [either(between(-3, 8), between(-37.5, 0))] },
  normalTail: { of: (x) => distribution(-x), draws: [either(between(0.35, 3), between(0.35, 37.5))] },
  expProduct: {
    of: (x, y) => exponential(times(x, y)),
    draws: [signed(between(0, 26.4)), signed(between(0, 26.4))],
  },
  expf: { of: exponential, draws: [signed(either(between(0, 707), ofSizes(-1074, 3)))] },
  expfInside: { of: exponential, draws: [signed(either(between(0, 87.9), ofSizes(-1074, 3)))] },
  expm1f: { of: (x) => exponential(x) - one, draws: [signed(either(between(0, 707), ofSizes(-1022, 3)))] },
  tanhf: { of: hyperbolicTangent, draws: [signed(either(between(0, 21), ofSizes(-1022, 0)))] },
  expm1fInside: { of: (x) => exponential(x) - one, draws: [signed(either(between(0, 87.9), ofSizes(-1022, 3)))] },
  tanhfInside: { of: hyperbolicTangent, draws: [signed(either(between(0, 19.9), ofSizes(-1022, 0)))] },
  log1pf: { of: logarithmOfOneMore, draws: [either(between(-0.5, 1), signed(ofSizes(-1022, -1)))] },
  millsRatio: {
    of: (x) => times(distribution(-x), exponential(times(x, x) / 2n)),
    draws: [either(between(0, 14.5), ofSizes(-60, 0))],
  },
  hypot: { of: lengthTo, draws: [anySize, anySize] },
  direction: {
    of: (x, y) => over(x, lengthTo(x, y)),
    draws: [anySize, anySize],
  },
  geluSlope: {
    of: (x) => distribution(x) + times(x, density(x)),
    draws: [either(between(-37, 10), beside(-0.7517915246935645))],
  },
  geluTanhPower: { of: (x) => exponential(tanhExponent(x)), draws: [between(-20, 20)] },
  normalCdfTanh: { of: (x) => logistic(tanhExponent(x)), draws: [between(-20, 10)] },
  geluTanhSlope: {
    of: (x) => {
      const near = logistic(tanhExponent(x));
      return times(near, one + times(times(x, tanhExponentSlope(x)), one - near));
    },
    draws: [either(between(-20, 10), beside(-0.7524614220710163))],
  },
  ...logisticReferences,
  mishSlopeByTable: logisticReferences.mishSlope,
  sigmoidDifferenceByTable: logisticReferences.sigmoidDifference,
  sigmoidSlopeByTable: logisticReferences.sigmoidSlope,
  siluSlopeByTable: logisticReferences.siluSlope,
  tanhSlopeByTable: logisticReferences.tanhSlope,
  mod: { of: remainder, draws: [signed(ofSizes(-60, 60)), signed(ofSizes(-60, 60))] },
  round: { of: toEven, draws: [signed(either(ofSizes(-2, 60), (u) => Math.floor(u * 100) + 0.5))] },
};

/** The inverse of Φ, by one of Newton's steps from a number that is near: what is left then is 1e-28 of it. */
export const quantileFrom = (near: number, p: number): Fixed =>
  exact(near) - over(distribution(exact(near)) - exact(p), density(exact(near)));

export const probabilities: Draw = either(
  either(ofSizes(-1020, -1), (u) => 1 - 2 ** (-1 - 50 * u)),
  between(0, 1),
);
