/** The generator itself: its programs are well typed, varied, mostly finite, and use every step there is. */
import { type Func, opNamed, opNames, parseFunc, printFunc, verifyFunc } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expand } from "../autodiff/expand.js";
import { runs, timeout } from "./testing/checks/budget.js";
import { evaluate } from "./testing/checks/compare.js";
import { allSteps, makeGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

describe("random graphs", () => {
  it(
    "make every op of the table",
    () => {
      const made = new Set<string>();
      const names = opNames().filter((name) => opNamed(name).lowering.form !== "structural");
      const see = (func: Func): void => {
        for (const { op, funcs } of func.eqns) {
          made.add(op);
          funcs.forEach(see);
        }
      };
      for (const recipe of fc.sample(recipes(), { numRuns: 600, seed: 3 })) see(makeGraph(recipe).func);
      expect(names.filter((name) => !made.has(name))).toEqual([]);
    },
    timeout,
  );

  it(
    "take every step, are mostly finite, and read back as they print",
    () => {
      const ops = new Set<string>();
      const counts = { graphs: 0, equations: 0, elements: 0, finite: 0 };
      fc.assert(
        fc.property(recipes(), (recipe) => {
          const graph = makeGraph(recipe);
          counts.graphs++;
          counts.equations += graph.func.eqns.length;
          for (const eqn of graph.func.eqns) ops.add(eqn.op);
          const text = printFunc(graph.func);
          expect(printFunc(verifyFunc(parseFunc(text)))).toBe(text);
          for (const { value } of evaluate(expand(graph.func), graph)) {
            counts.elements += value.length;
            counts.finite += value.filter(Number.isFinite).length;
          }
        }),
        runs(150),
      );
      if (process.env.SHOW) console.log(counts, [...ops].sort().join(" "));
      expect(counts.finite / counts.elements).toBeGreaterThan(0.95);
      expect(counts.equations / counts.graphs).toBeGreaterThan(8);
      expect(allSteps.length).toBeGreaterThan(40);
      for (const op of [
        "scan",
        "switch",
        "while",
        "vmap",
        "jvp",
        "vjp",
        "contract",
        "gather",
        "scatterAdd",
        "logSumExp",
        "argmax",
      ])
        expect(ops).toContain(op);
    },
    timeout,
  );
});
