/** Dimensions that no input has: the caller of a generated function says them, and whatever depends on them follows. */
import { add, arange, cast, dimension, div, f64, fn, grad, mul, scan, sum } from "@tapeless/types";
import { expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { compileModule } from "./compile-module.js";

/** x¹ + … + xⁿ by Horner's rule, and the mean of 0 … m - 1 times x. */
const series = fn({ x: f64([]) }, ({ x }) => {
  const [powers] = scan((p) => [mul(x, add(p, 1)), null] as const, mul(0, x), null, { length: "n" });
  const mean = div(sum(cast(arange("m"), "f64")), dimension("m", "f64"));
  return add(powers, mul(mean, x));
});

const exported = (name: string, f: unknown) => ({ name, fn: f as never }); // a function of the language
const model = {
  file: "m.model.ts",
  localNames: [],
  exports: [exported("series", series), exported("slope", grad(series, "x"))],
};

test("are part of the input's type, and arrive in loops, values and derivatives", async () => {
  const { text } = compileModule(model);
  expect(text).toMatch(/SeriesInput = \{[^}]*readonly sizes: \{ readonly [nm]: number; readonly [nm]: number \}/);
  const { series: value, slope } = await importText(text);
  expect(value?.({ x: 2, sizes: { n: 3, m: 5 } })).toBe(2 + 4 + 8 + 2 * 2);
  expect(slope?.({ x: 2, sizes: { n: 3, m: 5 } })).toBe(1 + 2 * 2 + 3 * 4 + 2);
  expect(slope?.({ x: 2, sizes: { n: 0, m: 1 } })).toBe(0);
  expect(() => value?.({ x: 2, sizes: { n: 3 } })).toThrow(
    "series: input sizes.m must be a whole number, 0 or more, got nothing",
  );
});
