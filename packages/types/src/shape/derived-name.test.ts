/** Names of sizes that say how they follow from others: written and read, valued, substituted, printed and parsed. */
import { describe, expect, test } from "vitest";
import { derivedValue, readDerived, writeDerived } from "./derived-name.js";
import {
  addSize,
  derivationOf,
  derivedSize,
  evalSize,
  mulSize,
  namedSize,
  parseSize,
  showSize,
  subSize,
  substituteSize,
  toSize,
} from "./size.js";

const steps = { what: "steps", every: "sqrt" } as const;
const segments = { what: "segments", every: "sqrt" } as const;
const eights = { what: "segments", every: 8 } as const;

describe("names", () => {
  test.each([
    [{ ...steps, of: "n" }, "steps$n"],
    [{ ...segments, of: "2*n*m-3*k+1" }, "segments$2$tn$tm$m3$tk$p1"],
    [{ ...eights, of: "-m+n" }, "segments8$$mm$pn"],
  ] as const)("%j", (name, text) => {
    expect(writeDerived(name)).toBe(text);
    expect(readDerived(text)).toEqual(name);
  });

  test.each(["n", "steps", "$0", "$n0", "__trips1", "stepson$n", "steps$"])("%s is known by itself", (name) => {
    expect(readDerived(name)).toBeUndefined();
    expect(derivationOf(name)).toBeUndefined();
  });
});

describe("values", () => {
  test("segments of √n steps fill the loop but for less than one", () => {
    for (let n = 0; n <= 2_000; n++) {
      const [s, k] = [derivedValue(steps, n), derivedValue(segments, n)];
      expect(s >= 1 && k >= 0 && n - k * s >= 0 && n - k * s < s).toBe(true);
      expect(Math.abs(s - Math.sqrt(n))).toBeLessThanOrEqual(1);
      expect(derivedValue(eights, n)).toBe((n - (n % 8)) / 8);
    }
  });

  test("of a length that is known they are numbers", () => {
    expect([derivedSize(steps, 10), derivedSize(segments, 10), derivedSize(eights, 20)]).toEqual([4, 2, 2]);
  });
});

describe("as sizes", () => {
  const length = parseSize("2*n+1");
  const whole = mulSize(derivedSize(steps, length), derivedSize(segments, length));
  const rest = subSize(length, whole);

  test("they add, print and parse as any other", () => {
    expect(showSize(addSize(whole, rest))).toBe("2*n+1");
    expect(showSize(parseSize(showSize(rest)))).toBe(showSize(rest));
  });

  test("their values are those of what they follow from", () => {
    expect(evalSize(whole, { n: 10 })).toBe(5 * 4);
    expect(evalSize(rest, { n: 10 })).toBe(1);
    expect(() => evalSize(rest, { m: 1 })).toThrow("no value for dimension 'n'");
  });

  test("what stands for a name stands for it in them too", () => {
    expect(showSize(substituteSize(rest, { n: parseSize("m-1") }))).toBe(
      showSize(
        subSize(
          parseSize("2*m-1"),
          mulSize(derivedSize(steps, parseSize("2*m-1")), derivedSize(segments, parseSize("2*m-1"))),
        ),
      ),
    );
    expect(substituteSize(rest, { n: 10 })).toBe(1);
    expect(substituteSize(whole, { k: 3 })).toBe(whole);
    expect(
      showSize(substituteSize(derivedSize(steps, length), { [showSize(derivedSize(steps, length))]: namedSize("s0") })),
    ).toBe("s0");
  });

  test("users cannot write one", () => {
    expect(() => toSize("steps$n")).toThrow("cannot read 'steps$n'");
  });
});
