/**
 * Draws: arrays of random numbers from a key.
 *
 * Invariant: element i is a function of key and i alone. So a longer draw begins with the shorter one, draws of one key
 * are the same draw, and nothing depends on the order in which elements are made.
 */
import type { I32 } from "../brand.js";
import { elementCount } from "../size.js";
import { type ArrayOf, showShape } from "../spec.js";
import { storageOf } from "../storage.js";
import type { Key } from "./key.js";
import { normalQuantile } from "./normal-quantile.js";
import { threefry2x32 } from "./threefry.js";

export type FloatDType = "f32" | "f64";

/** Makes a number from the two words of a block. */
type FromWords = (high: number, low: number) => number;

/** 24 bits, multiples of 2⁻²⁴ in [0, 1): every one is an f32. The words are folded as JAX folds them for 32 bits. */
const unit24: FromWords = (high, low) => ((high ^ low) >>> 8) * 2 ** -24;

/** 53 bits, multiples of 2⁻⁵³ in [0, 1). */
export const unit53: FromWords = (high, low) => ((high >>> 0) * 2 ** 21 + (low >>> 11)) * 2 ** -53;

/** 52 bits and a half: in (0, 1), symmetric about 1/2, never 0 or 1, and exact in f64. */
const open52: FromWords = (high, low) => ((high >>> 0) * 2 ** 20 + (low >>> 12) + 0.5) * 2 ** -52;

const block = new Uint32Array(2);

/** Element `i` of the stream of a key. */
export function element(key: Key, i: number, fromWords: FromWords): number {
  threefry2x32(key[0], key[1], Math.floor(i / 2 ** 32), i >>> 0, block);
  return fromWords(block[0] ?? 0, block[1] ?? 0);
}

/** Fills an array with uniform numbers of the array's own precision. */
export function fillUniform(out: Float32Array | Float64Array, key: Key, min: number, max: number): void {
  const fromWords = out instanceof Float32Array ? unit24 : unit53;
  for (let i = 0; i < out.length; i++) out[i] = min + element(key, i, fromWords) * (max - min);
}

/** Fills an array with normal numbers, computed in f64 and rounded to the array's precision. */
export function fillNormal(out: Float32Array | Float64Array, key: Key, mean: number, std: number): void {
  for (let i = 0; i < out.length; i++) out[i] = mean + std * normalQuantile(element(key, i, open52));
}

type Fill = (out: Float32Array | Float64Array) => void;

function draw<D extends FloatDType, S extends readonly number[]>(dtype: D, shape: S, fill: Fill): ArrayOf<D, S> {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new RangeError(`random: expected a shape of whole sizes ≥ 0, got ${showShape(shape)}`);
  }
  const array = storageOf(dtype, elementCount(shape));
  fill(array as Float32Array | Float64Array); // cast: FloatDType has no other storage
  return (shape.length === 0 ? array[0] : array) as ArrayOf<D, S>; // cast: made with this dtype and shape
}

/**
 * Uniform numbers in [min, max), default [0, 1): all 24 bits of an f32 mantissa, all 53 of an f64. Scaling to other
 * bounds rounds, and may round up to `max` itself. The leading bits are those of `jax.random.uniform`, which uses 23
 * and 52.
 */
export function uniform<const S extends readonly number[], D extends FloatDType = "f32">(
  key: Key,
  shape: S,
  options: { readonly dtype?: D; readonly min?: number; readonly max?: number } = {},
): ArrayOf<D, S> {
  const { min = 0, max = 1 } = options;
  if (!(min <= max)) throw new RangeError(`random.uniform: expected min ≤ max, got ${min} and ${max}`);
  // Cast: D is "f32" where no dtype is passed.
  return draw(options.dtype ?? ("f32" as D), shape, (out) => fillUniform(out, key, min, max));
}

/**
 * Normal numbers with the given mean (default 0) and standard deviation (default 1), by the inverse distribution
 * function at 52-bit uniform numbers: relative error 1e-16 before rounding to the dtype, values within ±8.21
 * deviations.
 */
export function normal<const S extends readonly number[], D extends FloatDType = "f32">(
  key: Key,
  shape: S,
  options: { readonly dtype?: D; readonly mean?: number; readonly std?: number } = {},
): ArrayOf<D, S> {
  const { mean = 0, std = 1 } = options;
  if (!(std >= 0)) throw new RangeError(`random.normal: expected std ≥ 0, got ${std}`);
  // Cast: D is "f32" where no dtype is passed.
  return draw(options.dtype ?? ("f32" as D), shape, (out) => fillNormal(out, key, mean, std));
}

/** `n` words of 32 random bits. */
export function bits(key: Key, n: number): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(n);
  for (let i = 0; i < n; i++) out[i] = element(key, i, (high, low) => high ^ low);
  return out;
}

/**
 * The numbers 0 … n-1 in random order (Fisher-Yates). Each swap takes its own 53-bit number, so that a choice among m
 * is uneven by less than m · 2⁻⁵³.
 */
export function permutation<const N extends number>(key: Key, n: N): I32<[N]> {
  if (!Number.isSafeInteger(n) || n < 0 || n > 2 ** 31) {
    throw new RangeError(`random.permutation: expected a whole number in 0 … 2^31, got ${n}`);
  }
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let last = n - 1; last > 0; last--) {
    const other = Math.floor(element(key, last, unit53) * (last + 1));
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
  return order;
}
