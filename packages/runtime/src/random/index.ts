/**
 * Random numbers without hidden state: a draw is a function of a key. Make a key from a seed, split it, and use each
 * key once.
 *
 * ```ts
 * const [initKey, shuffleKey] = random.split(random.key(42));
 * ```
 */
export { bits, normal, permutation, uniform } from "./draw.js";
export { foldIn, type Key, type Keys, key, split } from "./key.js";
