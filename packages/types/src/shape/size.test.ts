/** A size as what it is of one of its names: a factor of it, and a rest. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addSize,
  evalSize,
  linearIn,
  mulSize,
  namedSize,
  namesOf,
  parseSize,
  productSize,
  type Size,
  showSize,
} from "./size.js";

/** `$` comes before `*`: n$1·z is before n·z, and n before n$1. */
const names = ["n", "n$1", "z"] as const;

/** Sums of a few products, of which some cancel each other. */
const sizes: fc.Arbitrary<Size> = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.array(fc.constantFrom(...names), { maxLength: 3 })), {
    maxLength: 6,
  })
  .map((terms) =>
    terms.map(([coefficient, factors]) => mulSize(coefficient, productSize(factors.map(namedSize)))).reduce(addSize, 0),
  );

/** Its value where the name is 0, 1, 2 and so on, and the other names are numbers that share no factor. */
const valuesOf = (size: Size, name: string): readonly number[] =>
  [0, 1, 2, 3].map((value) => evalSize(size, { n: 101, n$1: 1009, z: 10007, [name]: value }));

const differences = (values: readonly number[]): readonly number[] =>
  values.slice(1).map((value, k) => value - (values[k] ?? 0));

test("a size is its factor of a name times the name, and the rest, wherever it is linear in it", () => {
  fc.assert(
    fc.property(sizes, fc.constantFrom(...names), (size, name) => {
      const found = linearIn(size, name);
      const isLinear = differences(differences(valuesOf(size, name))).every((bend) => bend === 0);
      expect(found !== undefined).toBe(isLinear);
      if (found === undefined) return;
      const { factor, rest } = found;
      expect([...namesOf(factor), ...namesOf(rest)]).not.toContain(name);
      expect(showSize(addSize(mulSize(factor, namedSize(name)), rest))).toBe(showSize(size));
      for (const part of [factor, rest]) expect(showSize(parseSize(showSize(part)))).toBe(showSize(part));
    }),
    { numRuns: 1000, seed: 11 },
  );
});
