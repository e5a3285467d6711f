/** TensorIR passes on random graphs: the meaning stays, the text reads back, a second time changes nothing. */
import { type Func, parseFunc, printFunc, verifyFunc } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decompose } from "../autodiff/decompose.js";
import { expand } from "../autodiff/expand.js";
import { cse } from "../passes/cse.js";
import { dce } from "../passes/dce.js";
import { simplify } from "../passes/simplify.js";
import { tensorPasses } from "../pipeline/compile-function.js";
import { runs, timeout } from "./testing/checks/budget.js";
import {
  approxOf,
  blame,
  evaluate,
  expectNone,
  firstDifferentBit,
  firstDisagreement,
} from "./testing/checks/compare.js";
import { makeGraph, type RandomGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

/** Only merging, moving and dropping equations keeps every bit; the others round otherwise. */
const exactPasses = new Set(["trustIndices", "decompose", "hoistLoops", "cse", "dce"]);

function checkPasses(graph: RandomGraph): void {
  let before = expand(graph.func);
  let wanted = evaluate(before, graph);
  tensorPasses.run(graph.func, (pass, result) => {
    const func = result as Func; // the passes up to here are all TensorIR to TensorIR
    blame(graph, pass, () => checkText(verifyFunc(func)));
    if (printFunc(func) === printFunc(before)) return;
    const got = blame(
      graph,
      pass,
      () => evaluate(func, graph),
      () => printFunc(func),
    );
    const difference = exactPasses.has(pass)
      ? firstDifferentBit(got, wanted)
      : firstDisagreement(got.map(approxOf), wanted.map(approxOf));
    blame(
      graph,
      pass,
      () => expectNone(difference),
      () => `before\n${printFunc(before)}\nafter\n${printFunc(func)}`,
    );
    [before, wanted] = [func, got];
  });
}

function checkText(func: Func): void {
  const text = printFunc(func);
  expect(printFunc(verifyFunc(parseFunc(text)))).toBe(text);
}

const plain = (func: Func): string => printFunc(func, { spans: false });

const settled: readonly (readonly [name: string, pass: (func: Func) => Func])[] = [
  ["expand", expand],
  ["decompose", decompose],
  ["simplify", simplify],
  ["cse", cse],
  ["dce", dce],
];

describe("TensorIR passes", () => {
  it(
    "keep the meaning, and their results verify, print and parse",
    () => {
      fc.assert(
        fc.property(recipes({ maxSteps: 40 }), (recipe) => checkPasses(makeGraph(recipe))),
        runs(120),
      );
    },
    timeout,
  );

  it(
    "keep the meaning of programs with NaN and Infinity",
    () => {
      const style = { wild: true, transformations: false };
      fc.assert(
        fc.property(recipes(), (recipe) => checkPasses(makeGraph(recipe, style))),
        runs(50),
      );
    },
    timeout,
  );

  it(
    "change nothing the second time",
    () => {
      const check = (graph: RandomGraph): void => {
        let func = graph.func;
        for (const [name, pass] of settled) {
          func = pass(func);
          blame(graph, `${name} twice`, () => expect(plain(pass(func))).toBe(plain(func)));
        }
      };
      fc.assert(
        fc.property(recipes({ maxSteps: 40 }), (recipe) => check(makeGraph(recipe))),
        runs(80),
      );
    },
    timeout,
  );
});
