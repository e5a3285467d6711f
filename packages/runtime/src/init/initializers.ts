/**
 * Initialisers: how the elements of a parameter are first set.
 *
 * Invariant: an initialiser is a pure function of key and shape; it fills every element of the array it is given.
 */
import { fillNormal, fillUniform } from "../random/draw.js";
import type { Key } from "../random/key.js";
import { fansOf, type Layout } from "./fan.js";

export type FloatArray = Float32Array | Float64Array;

/** Sets a parameter. One of your own is an object with these three. */
export interface Initializer {
  readonly kind: "initializer";
  readonly name: string;
  /** Fills `out`, which holds `shape` in row-major order. */
  readonly fill: (out: FloatArray, shape: readonly number[], key: Key) => void;
}

export interface FanOptions {
  /** Which axes are in and out; default `"io"` for matrices, `"oi"` from three axes on. */
  readonly layout?: Layout;
}

export interface HeOptions extends FanOptions {
  /** The fan that is kept: `"in"` (default) for the forward pass, `"out"` for the backward pass. */
  readonly mode?: "in" | "out";
}

const make = (name: string, fill: Initializer["fill"]): Initializer => ({ kind: "initializer", name, fill });

/** Every element `value`. */
export const constant = (value: number): Initializer => make("constant", (out) => void out.fill(value));

/** Every element 0. */
export const zeros: Initializer = make("zeros", (out) => void out.fill(0));

/** Every element 1. */
export const ones: Initializer = make("ones", (out) => void out.fill(1));

/** Uniform in [min, max), default [-0.05, 0.05). */
export const uniform = (min = -0.05, max = 0.05): Initializer =>
  make("uniform", (out, _shape, key) => fillUniform(out, key, min, max));

/** Normal with the given standard deviation (default 0.01) and mean (default 0). */
export const normal = (std = 0.01, mean = 0): Initializer =>
  make("normal", (out, _shape, key) => fillNormal(out, key, mean, std));

// A uniform number in [-a, a) has the variance a²/3, so that the bound of a wanted variance v is sqrt(3v).
const uniformOf = (name: string, variance: (shape: readonly number[]) => number): Initializer =>
  make(name, (out, shape, key) => {
    const bound = Math.sqrt(3 * variance(shape));
    fillUniform(out, key, -bound, bound);
  });

const normalOf = (name: string, variance: (shape: readonly number[]) => number): Initializer =>
  make(name, (out, shape, key) => fillNormal(out, key, 0, Math.sqrt(variance(shape))));

function glorotVariance(options: FanOptions): (shape: readonly number[]) => number {
  return (shape) => {
    const { fanIn, fanOut } = fansOf(shape, options.layout);
    return 2 / Math.max(1, fanIn + fanOut);
  };
}

function heVariance({ layout, mode = "in" }: HeOptions): (shape: readonly number[]) => number {
  return (shape) => {
    const { fanIn, fanOut } = fansOf(shape, layout);
    return 2 / Math.max(1, mode === "in" ? fanIn : fanOut);
  };
}

/**
 * Uniform in ±sqrt(6 / (fanIn + fanOut)): variance 2 / (fanIn + fanOut), for tanh, sigmoid and linear layers.
 * Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010, eq. 16.
 */
export const glorotUniform = (options: FanOptions = {}): Initializer =>
  uniformOf("glorotUniform", glorotVariance(options));

/** Normal (not truncated) with variance 2 / (fanIn + fanOut): Glorot and Bengio 2010, eq. 12. */
export const glorotNormal = (options: FanOptions = {}): Initializer =>
  normalOf("glorotNormal", glorotVariance(options));

/**
 * Uniform in ±sqrt(6 / fan): variance 2 / fan, for relu layers. He, Zhang, Ren, Sun, "Delving deep into rectifiers",
 * ICCV 2015, section 2.2, eq. 10 (fan in) and 14 (fan out).
 */
export const heUniform = (options: HeOptions = {}): Initializer => uniformOf("heUniform", heVariance(options));

/** Normal (not truncated) with variance 2 / fan: He et al. 2015, section 2.2. */
export const heNormal = (options: HeOptions = {}): Initializer => normalOf("heNormal", heVariance(options));
