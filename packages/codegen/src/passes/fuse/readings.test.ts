/** Roots share what is computed inside them; that what is said of each stays the same, `forms.test.ts` shows. */
import { add, f64, fn, gather, i32, mul, sin, sum } from "@tapeless/types";
import type { FnValue } from "@tapeless/types/compiler";
import { expect, test } from "vitest";
import { compilable } from "../../pipeline/testing/large-models.js";
import { Readings } from "./readings.js";
import { settle } from "./settle.js";
import { type Solo, studyRoot } from "./solo.js";
import { regionOfFn } from "./testing/region-of.js";

/** The roots of a function, studied one after the other with the same readings. */
function studies(value: FnValue): readonly Solo[] {
  const region = regionOfFn(value);
  const { collected } = settle(region);
  const readings = new Readings(region);
  return [...collected.solos.values()].map(({ root }) => studyRoot(region, root, readings));
}

/** How many formulas of inlined values were made, and how many of them roots speak of. */
function formulas(value: FnValue): { readonly made: number; readonly told: number } {
  const instances = studies(value).flatMap((solo) => solo.instances);
  return { made: new Set(instances.map(({ expr }) => expr)).size, told: instances.length };
}

test("what two sums compute of the same element is one formula", () => {
  const both = fn({ x: f64(["n"]), y: f64(["n"]) }, ({ x, y }) => {
    const shared = add(x, y);
    return { one: sum(mul(shared, x)), other: sum(mul(shared, y)) };
  });
  expect(formulas(compilable(both))).toEqual({ made: 3, told: 4 });
});

test("where integers become indices, which each root names for itself, formulas are made anew", () => {
  const both = fn({ x: f64(["n"]), k: i32(["m"]) }, ({ x, k }) => {
    const shared = sin(gather(x, k));
    return { one: sum(shared), other: sum(mul(shared, 2)) };
  });
  const [one, other] = studies(compilable(both)).map(({ instances }) => instances);
  const own = new Set(one?.map(({ expr }) => expr));
  expect(other?.length).toBeGreaterThan(0);
  expect(other?.filter(({ expr }) => own.has(expr))).toEqual([]);
});
