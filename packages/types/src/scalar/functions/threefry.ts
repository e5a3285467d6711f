/**
 * Threefry-2x32 with 20 rounds: random words from a key of two words and the number of the element.
 *
 * Invariant: bit for bit what the runtime's random numbers are made of, so a key gives the same numbers in a model and
 * beside it. The counter's first word is 0, its second the number of the element.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11, section 3.3; the rotations
 * are those of Random123, the parity constant that of Skein 1.3.
 */
import type { ScalarExpr } from "../expr.js";
import type { FunctionBuilder, FunctionDefinition } from "../vocabulary.js";

const parity = 0x1bd11bda;

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;

type Words = readonly [ScalarExpr, ScalarExpr];

/** One round: the words are added, and the second is rotated and mixed with the sum. */
function round(f: FunctionBuilder, [first, second]: Words, rotation: number, at: number): Words {
  const sum = f.let(`a${at}`, f.add(first, second));
  const rotated = f.bitOr(f.shiftLeft(second, rotation), f.shiftRightLogical(second, 32 - rotation));
  return [sum, f.let(`b${at}`, f.bitXor(rotated, sum))];
}

/** The block of a counter under a key: four rounds five times, and words of the key added after each four. */
function block(f: FunctionBuilder, key0: ScalarExpr, key1: ScalarExpr, counter: ScalarExpr): Words {
  const keys = [key0, key1, f.let("key2", f.bitXor(f.bitXor(parity, key0), key1))];
  const word = (k: number): ScalarExpr => keys[k % 3] ?? key0;
  let words: Words = [key0, f.let("start", f.add(counter, key1))];
  for (let group = 0; group < 5; group++) {
    const at = 5 * group + 1;
    (rotations[group % 2] ?? rotations[0]).forEach((rotation, k) => {
      words = round(f, words, rotation, at + k);
    });
    const [first, second] = words;
    words = [
      f.let(`a${at + 4}`, f.add(first, word(group + 1))),
      f.let(`b${at + 4}`, f.add(f.add(second, word(group + 2)), group + 1)),
    ];
  }
  return words;
}

const words = (doc: string, of: (f: FunctionBuilder, block: Words) => ScalarExpr): FunctionDefinition => ({
  arity: 3,
  operands: "i32",
  doc,
  ulps: 0,
  body: (f, x, y, z) => of(f, block(f, x, y, z)),
});

export const threefryFirst = words("The first random word of element z under the key x, y.", (_, [first]) => first);

export const threefrySecond = words(
  "The second random word of element z under the key x, y.",
  (_, [, second]) => second,
);

export const threefryFold = words(
  "The random words of element z under the key x, y, folded into one.",
  (f, [first, second]) => f.bitXor(first, second),
);

/** first · 2²¹ + ⌊second / 2¹¹⌋, both words without sign: 53 bits. The first word is cut in two so that no part has a sign. */
export const threefryUnit: FunctionDefinition = {
  ...words("A random multiple of 2⁻⁵³ in [0, 1): element z under the key x, y.", (f, [first, second]) => {
    const high = f.mul(f.toF64(f.shiftRightLogical(first, 1)), 2 ** 22);
    const middle = f.mul(f.toF64(f.bitAnd(first, 1)), 2 ** 21);
    const low = f.toF64(f.shiftRightLogical(second, 11));
    return f.mul(f.add(f.add(high, middle), low), 2 ** -53);
  }),
  result: "f64",
};
