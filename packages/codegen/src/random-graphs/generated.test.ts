/** Generated TypeScript computes what `eval` says, the same bits every time, and leaves its inputs alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tensorPasses } from "../pipeline/compile-function.js";
import { runs, timeout } from "./testing/checks/budget.js";
import { approxOf, blame, evaluate, expectNone, firstDisagreement } from "./testing/checks/compare.js";
import { elementsOf, type Leaf, outLike, runnable, toLeaf } from "./testing/checks/generated.js";
import { type GraphStyle, makeGraph, type RandomGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

const bitsOf = (leaves: readonly Leaf[]): readonly (readonly number[])[] => leaves.map(elementsOf);

async function checkGenerated(graph: RandomGraph): Promise<void> {
  const module = await runnable(graph.func).catch((error: unknown) =>
    blame(graph, "compile", () => {
      throw error;
    }),
  );
  const wanted = evaluate(tensorPasses.run(graph.func), graph).map(approxOf);
  const args = graph.args.map(toLeaf);
  const before = structuredClone(args);
  blame(
    graph,
    "generated",
    () => {
      const first = module.call(args);
      expectNone(
        firstDisagreement(
          first.map((leaf) => elementsOf(leaf).map((value) => ({ value, bound: 0 }))),
          wanted,
        ),
      );
      expect(bitsOf(module.call(args)), "a second call").toEqual(bitsOf(first));
      const out = outLike(first);
      const given = module.call(args, out);
      expect(bitsOf(given), "a call with out").toEqual(bitsOf(first));
      given.forEach((leaf, k) => typeof leaf === "number" || expect(leaf).toBe(out[k]));
      expect(args, "inputs").toEqual(before);
    },
    () => module.text,
  );
}

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
