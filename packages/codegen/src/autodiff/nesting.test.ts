/**
 * Every transformation inside every other one, on several bodies, against dual numbers. Named from the outside in.
 */
import { describe, expect, test } from "vitest";
import { resultsOf } from "../op-tests/testing/programs-of-users.js";
import { plain } from "./testing/dual-numbers.js";
import { bodies, type Nested, steps } from "./testing/nested.js";

const at = [0.7, -0.4];

function check(names: readonly string[], body: Nested): void {
  const { f, numbers, size } = names.reduceRight(
    (nested, name) => (steps[name] as (typeof steps)[string])(nested),
    body,
  );
  const got = resultsOf(f, [at])[0] ?? [];
  const want = numbers(at).map(plain);
  expect(want.length).toBe(size);
  expect(got.length).toBe(size);
  got.forEach((value, k) => {
    const expected = want[k] ?? Number.NaN;
    expect(Math.abs(value - expected) / Math.max(1, Math.abs(expected)), `${k}: ${value}, ${expected}`).toBeLessThan(
      1e-11,
    );
  });
}

const names = Object.keys(steps);

describe.each(Object.entries(bodies))("of %s", (_title, body) => {
  test.each(names)("%s", (name) => check([name], body));
  describe.each(names)("%s", (outer) => {
    test.each(names)("%s", (inner) => check([outer, inner], body));
  });
});

const outermost = ["grad", "hvp", "jacobian reverse", "jvp", "vmap"];
const between = ["checkpoint", "customVjp", "customJvp", "cond", "scan", "vmap", "jvp", "hvp"];
const innermost = ["grad", "vjp", "checkpoint", "customVjp", "customJvp", "cond", "scan"];

describe.each(outermost)("%s", (outer) => {
  describe.each(between)("%s", (middle) => {
    test.each(innermost)("%s", (inner) => check([outer, middle, inner], bodies["sines and sums"] as Nested));
  });
});
