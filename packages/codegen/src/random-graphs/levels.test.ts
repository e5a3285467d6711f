/** KernelIR and LoopIR, before and after unrolling, mean what TensorIR means; on random graphs. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { runs, timeout } from "./testing/checks/budget.js";
import { checkLevels } from "./testing/checks/levels.js";
import { makeGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

describe("every level", () => {
  it(
    "means the same",
    () => {
      fc.assert(
        fc.property(recipes(), (recipe) => checkLevels(makeGraph(recipe))),
        runs(70),
      );
    },
    timeout,
  );

  it(
    "means the same of floats alone, smooth, with loops and derivatives",
    () => {
      const style = { smooth: true, float: "f32" } as const;
      fc.assert(
        fc.property(recipes(), (recipe) => checkLevels(makeGraph(recipe, style))),
        runs(40),
      );
    },
    timeout,
  );
});
