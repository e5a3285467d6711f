/** The generated code of every transformation around those that leave something to the lower levels, against dual numbers. */
import { describe, expect, test } from "vitest";
import { importText } from "../emit/ts/testing/build-module.js";
import { moduleText } from "../random-graphs/testing/checks/models.js";
import { plain } from "./testing/dual-numbers.js";
import { bodies, type Nested, steps } from "./testing/nested.js";

const at = [0.7, -0.4];

const pairs = Object.keys(steps).flatMap((outer) =>
  ["jacobian reverse", "checkpoint", "customVjp", "cond", "scan"].map((inner) => [outer, inner] as const),
);

const nested = pairs.map(([outer, inner], k) => {
  const [body] = Object.values(bodies) as [Nested];
  const both = [outer, inner].reduceRight((map, name) => (steps[name] as (typeof steps)[string])(map), body);
  return { title: `${outer} of ${inner}`, name: `map${k}`, ...both };
});

describe("generated code", async () => {
  const module = await importText(moduleText(Object.fromEntries(nested.map(({ name, f }) => [name, f]))));
  test.each(nested)("$title", ({ name, numbers }) => {
    const want = numbers(at).map(plain);
    const got: Float64Array = module[name]?.({ x: Float64Array.from(at) }) ?? new Float64Array();
    expect(got.length).toBe(want.length);
    want.forEach((expected, k) => {
      expect(Math.abs((got[k] ?? Number.NaN) - expected)).toBeLessThan(1e-11 * Math.max(1, Math.abs(expected)));
    });
  });
});
