/** Generated TypeScript computes what `eval` says, the same bits every time, and leaves its inputs alone. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { checkGenerated } from "./testing/checks/agreement.js";
import { runs, timeout } from "./testing/checks/budget.js";
import { type GraphStyle, makeGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

const check = (count: number, style: GraphStyle) =>
  fc.assert(
    fc.asyncProperty(recipes(), (recipe) => checkGenerated(makeGraph(recipe, style))),
    runs(count),
  );

describe("generated TypeScript", () => {
  it("computes what eval says, with the same bits in every call", () => check(80, {}), timeout);

  it(
    "computes smooth f32 programs with loops and derivatives",
    () => check(40, { smooth: true, float: "f32" }),
    timeout,
  );
});
