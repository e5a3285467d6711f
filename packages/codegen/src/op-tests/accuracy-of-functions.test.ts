/**
 * The accuracy that the scalar functions state, at random points, against closed forms in exact arithmetic.
 *
 * What functions are made of is the host's: if its `exp` is worse than a unit in the last place, so are they.
 */
import { builtin, evaluateBuiltin } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { exact, type Fixed, ulpsApart } from "./testing/exact/fixed.js";
import { type Draw, probabilities, quantileFrom, references } from "./testing/exact/functions.js";
import { randomFrom } from "./testing/random.js";

const points = 200;

/** The same numbers each time, with 53 random digits: 32 would be too round to be rounded. */
function draws(draw: readonly Draw[], seed: number): readonly (readonly number[])[] {
  const random = randomFrom(seed);
  const uniform = (): number => random() + random() * 2 ** -32;
  return Array.from({ length: points }, () => draw.map((each) => each(uniform(), uniform())));
}

interface Judged {
  readonly name: keyof typeof references | "normalQuantile";
  readonly draw: readonly Draw[];
  readonly want: (args: readonly number[], got: number) => Fixed;
}

const judged: readonly Judged[] = [
  ...Object.entries(references).map(
    ([name, { of, draws: draw }]): Judged => ({
      name: name as keyof typeof references, // the keys of a literal
      draw,
      want: ([x = 0, y = 0]) => of(exact(x), exact(y)),
    }),
  ),
  { name: "normalQuantile", draw: [probabilities], want: ([p = 0], got) => quantileFrom(got, p) },
];

test.each(judged)("$name", ({ name, draw, want }) => {
  for (const args of draws(draw, 11)) {
    const got = evaluateBuiltin(name, "f64", args);
    const apart = Math.abs(ulpsApart(got, want(args, got)));
    expect(apart, `${name}(${args}) = ${got}`).toBeLessThanOrEqual(builtin(name).ulps);
  }
});
