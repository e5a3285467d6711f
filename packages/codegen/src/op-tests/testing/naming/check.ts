/** Named axes of a composition, checked at many sizes. Invariant: what is refused is refused for a reason that is known. */
import { expect } from "vitest";
import { type Composition, titleOf } from "../compositions/composition.js";
import { disagreements, type Part, type Plan, type Sizes } from "./agreement.js";
import { least, literalAxes, reasons, starts } from "./literal-axes.js";
import { namingOf } from "./namings.js";

/** Few sizes for what has few of its own: each op alone. */
function shortPlan(names: Sizes): readonly Plan[] {
  const all = Object.keys(names);
  const sizes = (of: (k: number) => number): Sizes => Object.fromEntries(all.map((name, k) => [name, of(k)]));
  return [
    { parts: ["value", "first", "second"], sizes: names },
    { parts: ["value", "first"], sizes: sizes((k) => [5, 3, 4][k % 3] ?? 1) },
    { parts: ["value", "first"], sizes: sizes(() => 1) },
    { parts: ["value", "first"], sizes: sizes(() => 0) },
  ];
}

/** An op on its own: how many of its axes have names, and what is wrong with it then. */
export async function checkNamedOp(given: Composition): Promise<{ named: number; wrong: readonly string[] }> {
  const { shapes, names } = namingOf(given);
  const wrong = await disagreements(given, shapes, shortPlan(names));
  return {
    named: Object.values(shapes)
      .flat()
      .filter((dim) => typeof dim === "string").length,
    wrong,
  };
}

/** Growing, then shrinking: as in the samples, larger and odd, 1, and 0 one name after the other. */
function planOf(names: Sizes, from: Sizes): readonly Plan[] {
  const all = Object.keys(names);
  const sizes = (of: (name: string, k: number) => number): Sizes =>
    Object.fromEntries(all.map((name, k) => [name, Math.max(of(name, k), from[name] ?? 0)]));
  const at = (parts: readonly Part[], of: (name: string, k: number) => number): Plan => ({ parts, sizes: sizes(of) });
  return [
    at(["value", "first", "second"], (name) => names[name] ?? 1),
    at(["value", "first"], (_, k) => [5, 3, 4, 2, 3][k % 5] ?? 1),
    at(["value", "first", "second"], (_, k) => [2, 3, 1, 2, 3][k % 5] ?? 1),
    at(["value", "first"], () => 1),
    ...all.map((zero) => at(["value", "first"], (name) => (name === zero ? 0 : 2))),
  ];
}

/** All that is wrong with a composition whose axes have names. */
export async function checkNamed(given: Composition): Promise<void> {
  const title = titleOf(given);
  const { shapes, names, refused } = namingOf(given, starts[title]);
  const unexplained = Object.values(refused).filter((words) => !reasons.some((reason) => reason.test(words)));
  expect(unexplained, "axes without a name, and no reason").toEqual([]);
  expect(Object.keys(refused).join(" "), "axes without a name").toBe(literalAxes[title] ?? "");
  expect(await disagreements(given, shapes, planOf(names, least[title] ?? {}))).toEqual([]);
}
