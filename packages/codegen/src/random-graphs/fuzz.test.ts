/** What a failing fuzz case prints is a model that traces to the program that failed. */
import * as dsl from "@tapeless/types";
import * as compiler from "@tapeless/types/compiler";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { expand } from "../autodiff/expand.js";
import { timeout } from "./testing/checks/budget.js";
import { modelText } from "./testing/fuzz/model-text.js";
import { makeGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

/** Runs a model file: its imports become what they name. */
function load(text: string): Readonly<Record<string, unknown>> {
  const plain = text
    .replace(/import \{(.*)\} from "@tapeless\/types";/, "const {$1} = dsl;")
    .replace(/import \{(.*)\} from "@tapeless\/types\/compiler";/, "const {$1} = compiler;")
    .replaceAll("type TracedTensor", "")
    .replaceAll(/export const (\w+)/g, "const $1 = exported.$1");
  const { outputText } = ts.transpileModule(plain, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const exported: Record<string, unknown> = {};
  new Function("dsl", "compiler", "exported", outputText)(dsl, compiler, exported);
  return exported;
}

describe("the model of a random program", () => {
  it(
    "means what the program means",
    () => {
      for (const recipe of fc.sample(recipes({ maxSteps: 12 }), { numRuns: 60, seed: 9 })) {
        const graph = makeGraph(recipe);
        const { random } = load(modelText(graph, "a failure"));
        if (!compiler.isFn(random)) throw new Error("the model exports no function");
        const { func } = compiler.traceFn(random, "random");
        const run = (program: compiler.Func) =>
          compiler.evalFunc(expand(program), graph.args, graph.sizes).map(({ value }) => [...value]);
        expect(run(func)).toEqual(run(graph.func));
      }
    },
    timeout,
  );

  it("says of what dtype a number is where the tensors beside it have another", () => {
    const func = compiler.parseFunc(`func random(x: f64[3], u: f64[1]) {
  v0: f64[3] = dynamicAddSlice(x, u, 1:i32)
} -> (v0)`);
    const { random } = load(modelText({ func, params: [], args: [], sizes: {}, text: "" }, "a failure"));
    if (!compiler.isFn(random)) throw new Error("the model exports no function");
    const traced = compiler.traceFn(random, "random").func;
    expect(compiler.printFunc(traced, { spans: false })).toBe(compiler.printFunc(func));
  });
});
