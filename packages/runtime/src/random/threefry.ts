/**
 * Threefry-2x32 with 20 rounds: the block function under all random numbers here.
 *
 * Invariant: a pure function of key and counter, in 32-bit integer arithmetic only, so the same bits on every engine.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11, section 3.3; the rotations
 * are those of Random123, the parity constant that of Skein 1.3.
 */

/** Two words that hold one block; callers make one and use it again. */
export type Block = Uint32Array;

const parity = 0x1bd11bda;

/** Four rounds with the rotations r0 … r3, then the key words a and b and the round group's number are added. */
function fourRounds(x: Block, r0: number, r1: number, r2: number, r3: number, a: number, b: number): void {
  let x0 = x[0] ?? 0;
  let x1 = x[1] ?? 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << r0) | (x1 >>> (32 - r0))) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << r1) | (x1 >>> (32 - r1))) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << r2) | (x1 >>> (32 - r2))) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << r3) | (x1 >>> (32 - r3))) ^ x0;
  x[0] = x0 + a;
  x[1] = x1 + b;
}

/** Writes the block of a counter (two words) under a key (two words) to `out`. */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number, out: Block): void {
  const key2 = parity ^ key0 ^ key1;
  out[0] = counter0 + key0;
  out[1] = counter1 + key1;
  fourRounds(out, 13, 15, 26, 6, key1, key2 + 1);
  fourRounds(out, 17, 29, 16, 24, key2, key0 + 2);
  fourRounds(out, 13, 15, 26, 6, key0, key1 + 3);
  fourRounds(out, 17, 29, 16, 24, key1, key2 + 4);
  fourRounds(out, 13, 15, 26, 6, key2, key0 + 5);
}
