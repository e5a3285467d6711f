/**
 * What a random program is made from: small numbers, which fast-check draws and shrinks.
 *
 * Invariant: every recipe gives a well-typed program; smaller numbers and shorter lists give simpler ones.
 */
import fc from "fast-check";

/** One step: which kind, and three numbers by which it picks operands and attributes; a body where it has one. */
export interface Choice {
  readonly step: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly body: readonly Choice[];
}

export interface Recipe {
  /** Which shapes and dtypes the parameters have. */
  readonly params: readonly (readonly [shape: number, dtype: number])[];
  readonly choices: readonly Choice[];
  readonly outs: number;
  /** Values of the named dimensions. */
  readonly sizes: readonly [n: number, m: number];
  /** Of the input values. */
  readonly seed: number;
}

const small = fc.nat(63);

const plain = { noNullPrototype: true } as const;

const choiceOf = (depth: number): fc.Arbitrary<Choice> =>
  fc.record(
    {
      step: fc.nat(9999),
      a: small,
      b: small,
      c: small,
      body: depth === 0 ? fc.constant([]) : fc.array(choiceOf(depth - 1), { maxLength: 4 }),
    },
    plain,
  );

export interface RecipeOptions {
  readonly minSteps?: number;
  readonly maxSteps?: number;
}

export const recipes = ({ minSteps = 1, maxSteps = 30 }: RecipeOptions = {}): fc.Arbitrary<Recipe> =>
  fc.record(
    {
      params: fc.array(fc.tuple(small, small), { minLength: 1, maxLength: 5 }),
      choices: fc.array(choiceOf(2), { minLength: minSteps, maxLength: maxSteps, size: "max" }),
      outs: fc.nat(63),
      sizes: fc.tuple(fc.nat(4), fc.nat(3)).map(([n, m]) => [(n + 2) % 5, (m + 1) % 4] as const),
      seed: fc.nat(2 ** 30),
    },
    plain,
  );

/** A small deterministic generator (mulberry32): numbers in 0 … 1. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
