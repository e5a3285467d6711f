/** Programs that were once compiled wrongly, as small as they were shrunk; each with what went wrong. */
import { evalFunc, exactTensor, isFloat, parseFunc, verifyFunc } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expand } from "../autodiff/expand.js";
import { vjpFunc } from "../autodiff/vjp.js";
import { runs, timeout } from "./testing/checks/budget.js";
import { blame } from "./testing/checks/compare.js";
import { checkLevels } from "./testing/checks/levels.js";
import { makeGraph, type RandomGraph } from "./testing/generator/random-graph.js";
import { recipes } from "./testing/generator/recipe.js";

function graphOf(text: string, args: RandomGraph["args"]): RandomGraph {
  return { func: verifyFunc(parseFunc(text)), params: [], sizes: {}, args, text };
}

describe("programs that were wrong", () => {
  it("a frame around a tiny tensor: straight-line code read before its beginning", () => {
    const text = `func random(x0: f64[3]) {
  v0: f64[4] = pad(x0) {after=[0], before=[1], value=0}
  v1: f64[4] = add(v0, 1:f64)
} -> (v1)`;
    checkLevels(graphOf(text, [exactTensor([3], "f64", [1, 2, 3])]));
  });

  it("a loop none of whose results depends on a captured tensor: its tangent was left over in reverse mode", () => {
    const func = parseFunc(`func random(x0: f64[3]) {
  h0: f64[3] = broadcastTo(1:f64) {axes=[], dtype="f64", shape=[3]}
  h1: f64[3] = scan(x0, h0) {carries=1, consts=1, length=0, reverse=false} with func body(w: f64[3], carry: f64[3]) {
  } -> (carry)
} -> (h1)`);
    const backward = verifyFunc(vjpFunc(func, [0], [0]));
    const args = [exactTensor([3], "f64", [1, 2, 3]), exactTensor([3], "f64", [4, 5, 6])];
    expect(evalFunc(backward, args).map(({ value }) => [...value])).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
  });
});

describe("reverse mode", () => {
  it(
    "of any smooth program is a program",
    () => {
      const check = (graph: RandomGraph): void => {
        const func = expand(graph.func);
        const of = func.outs.flatMap((out, k) => (isFloat(out) && out.kind === "Var" ? [k] : []));
        const wrt = func.params.flatMap((param, k) => (isFloat(param) ? [k] : []));
        blame(graph, "vjp", () => verifyFunc(vjpFunc(func, wrt, of)));
      };
      const style = { smooth: true, float: "f64" } as const;
      fc.assert(
        fc.property(recipes({ maxSteps: 10 }), (recipe) => check(makeGraph(recipe, style))),
        runs(200),
      );
    },
    timeout,
  );
});
