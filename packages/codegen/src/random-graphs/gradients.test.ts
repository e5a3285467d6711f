/**
 * Derivatives of random smooth programs, through generated code: against central differences (P1), forward against
 * reverse mode (P4, P5), and second derivatives (P10). See P22 of the property oracles.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs, timeout } from "./testing/checks/budget.js";
import { checkDifferences, checkDuality, checkHessian, type Tally } from "./testing/checks/derivatives.js";
import { makeGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

const smooth = { smooth: true, float: "f64" } as const;

describe("derivatives of random smooth programs", () => {
  it(
    "are what central differences give",
    async () => {
      const tally: Tally = { compared: 0, unclear: 0 };
      await fc.assert(
        fc.asyncProperty(recipes({ maxSteps: 18 }), (recipe) => checkDifferences(makeGraph(recipe, smooth), tally)),
        runs(50),
      );
      expect(tally.compared).toBeGreaterThan(100);
      expect(tally.unclear / tally.compared).toBeLessThan(0.05);
    },
    timeout,
  );

  it(
    "agree between forward and reverse mode",
    () =>
      fc.assert(
        fc.asyncProperty(recipes({ maxSteps: 18 }), (recipe) => checkDuality(makeGraph(recipe, smooth))),
        runs(30),
      ),
    timeout,
  );

  it(
    "have symmetric second derivatives",
    () =>
      fc.assert(
        fc.asyncProperty(recipes({ maxSteps: 10 }), (recipe) => checkHessian(makeGraph(recipe, smooth))),
        runs(20),
      ),
    timeout,
  );
});
