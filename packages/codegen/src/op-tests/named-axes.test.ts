/**
 * Every public function with every axis named that can be: compiled once, called at many sizes, against the literal model.
 *
 * Invariant: one module is called at all sizes, so memory of one call is there in the next.
 */
import { describe, expect, test } from "vitest";
import { titleOf } from "./testing/compositions/composition.js";
import { compositions } from "./testing/compositions/index.js";
import { checkNamed } from "./testing/naming/check.js";
import { literalAxes, starts } from "./testing/naming/literal-axes.js";
import { namedCompositions } from "./testing/naming/named-compositions.js";

const rows = [...compositions, ...namedCompositions].map((given) => ({ title: titleOf(given), given }));

describe("named axes", () => {
  test.each(rows)("$title", async ({ given }) => {
    await checkNamed(given);
  });
});

test("the tables speak of compositions that are there", () => {
  const titles = new Set(rows.map(({ title }) => title));
  expect([...Object.keys(literalAxes), ...Object.keys(starts)].filter((title) => !titles.has(title))).toEqual([]);
});
