/**
 * Keys: the only state of random numbers, handed on by the caller.
 *
 * Invariant: a key never changes and is plain data (it survives JSON); the same key gives the same draw, always. Keys,
 * `split`, `foldIn` and `bits` agree bit for bit with JAX's `threefry2x32` in its default, partitionable mode.
 */
import { threefry2x32 } from "./threefry.js";

/** Two unsigned 32-bit words. */
export type Key = readonly [number, number];

type Repeat<N extends number, Keys extends readonly Key[] = []> = Keys["length"] extends N
  ? Keys
  : Keys["length"] extends 32
    ? readonly Key[]
    : Repeat<N, readonly [...Keys, Key]>;

/** A tuple of `N` keys where `N` is a literal up to 32, else a list. */
export type Keys<N extends number> = number extends N ? readonly Key[] : Repeat<N>;

const block = new Uint32Array(2);

function derive(key: Key, counter0: number, counter1: number): Key {
  threefry2x32(key[0], key[1], counter0, counter1, block);
  return [block[0] ?? 0, block[1] ?? 0];
}

/** The key of a seed, a whole number within ±2⁵³. */
export function key(seed: number): Key {
  if (!Number.isSafeInteger(seed))
    throw new RangeError(`random.key: expected a whole number within ±2^53, got ${seed}`);
  return [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0];
}

/** `n` new keys, independent of one another. Use the old key no more: not to draw, nor with `foldIn`. */
export function split<const N extends number = 2>(from: Key, n?: N): Keys<N>;
export function split(from: Key, n = 2): readonly Key[] {
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RangeError(`random.split: expected a whole number of keys ≥ 0, got ${n}`);
  return Array.from({ length: n }, (_, i) => derive(from, 0, i));
}

/** A new key from a key and a number (a step, an epoch, an index), a whole number in 0 … 2³²-1. */
export function foldIn(from: Key, data: number): Key {
  if (data >>> 0 !== data) throw new RangeError(`random.foldIn: expected a whole number in 0 … 2^32-1, got ${data}`);
  return derive(from, 0, data);
}

/** A new key from a key and a text, folded in unit by unit, so that no two texts meet by accident. */
export function foldInText(from: Key, text: string): Key {
  let folded = from;
  for (let i = 0; i < text.length; i++) folded = foldIn(folded, text.charCodeAt(i));
  return foldIn(folded, 0x10000 + text.length); // ends the text: beyond every UTF-16 unit
}
