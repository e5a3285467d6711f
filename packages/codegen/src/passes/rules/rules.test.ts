/**
 * Every rewrite rule on its own, on random graphs: it is met, keeps the types, and means the same: bit for bit where it
 * says so, within the error bound of evaluation otherwise.
 */
import { type Eqn, type Func, opNamed, opNames, parseFunc, printFunc, verifyFunc } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decompose } from "../../autodiff/decompose.js";
import { expand } from "../../autodiff/expand.js";
import { drawArgs } from "../../op-tests/testing/whole-programs.js";
import { runs, timeout } from "../../random-graphs/testing/checks/budget.js";
import {
  approxOf,
  blame,
  evaluate,
  expectNone,
  firstDifferentBit,
  firstDisagreement,
} from "../../random-graphs/testing/checks/compare.js";
import {
  type GraphStyle,
  makeGraph,
  type RandomGraph,
  stepNumber,
} from "../../random-graphs/testing/generator/random-graph.js";
import { recipes } from "../../random-graphs/testing/generator/recipe.js";
import { cse } from "../cse.js";
import { allRules, applyRules } from "../simplify.js";
import type { Rule } from "./rule.js";

const rules = allRules();

/** The ops of a program, those of nested functions too. */
const opsOf = (func: Func): ReadonlySet<string> =>
  new Set(func.eqns.flatMap((eqn: Eqn) => [eqn.op, ...eqn.funcs.flatMap((nested) => [...opsOf(nested)])]));

/** The rule, with a note of whether it applied. */
function noticed(rule: Rule, note: () => void): Rule {
  const apply: Rule["apply"] = (...parts) => {
    const atom = rule.apply(...parts);
    if (atom !== undefined) note();
    return atom;
  };
  return { ...rule, apply };
}

/** Tries each rule on a graph; gives the names of those that applied. */
function checkRules(graph: RandomGraph, exactOnly: boolean): readonly string[] {
  const func = cse(decompose(expand(graph.func)));
  const ops = opsOf(func);
  const wanted = evaluate(func, graph);
  return rules
    .filter(({ op, exact }) => ops.has(op) && (exact || !exactOnly))
    .flatMap((rule) => {
      let fired = false;
      const after = (): Func =>
        applyRules(func, [
          noticed(rule, () => {
            fired = true;
          }),
        ]);
      const result = blame(
        graph,
        rule.name,
        () => verifyFunc(after()),
        () => printFunc(func),
      );
      if (!fired) return [];
      const got = evaluate(result, graph);
      const difference = rule.exact
        ? firstDifferentBit(got, wanted)
        : firstDisagreement(got.map(approxOf), wanted.map(approxOf));
      blame(
        graph,
        rule.name,
        () => expectNone(difference),
        () => `before\n${printFunc(func)}\nafter\n${printFunc(result)}`,
      );
      return [rule.name];
    });
}

/** A program of one pattern step, on values of every kind. */
function pattern(name: string, a: number, b: number, c: number): RandomGraph {
  const everyDType = [0, 1, 6, 7].map((dtype) => [1, dtype] as const);
  const params = [...everyDType, [10, 0] as const, [0, 0] as const, [0, 0] as const];
  return makeGraph({
    params,
    choices: [{ step: stepNumber(name), a, b, c, body: [] }],
    outs: 0,
    sizes: [2, 3],
    seed: 1,
  });
}

const count = (n: number): readonly number[] => Array.from({ length: n }, (_, k) => k);

const elementwiseCount = opNames().filter((name) => opNamed(name).elementwise).length;

/** Each fragment of each pattern step; more than there are start again from the first. */
const everyPattern = (): readonly RandomGraph[] => [
  ...count(32).map((b) => pattern("pattern-arithmetic", 3, b, 0)),
  ...count(20).flatMap((b) => count(2).map((a) => pattern("pattern-shape", a, b, 0))),
  ...count(elementwiseCount).flatMap((a) =>
    count(2).flatMap((c) => [0, 1, 3].map((b) => pattern("pattern-splat", a, b, c))),
  ),
  ...count(elementwiseCount).flatMap((a) => count(2).map((c) => pattern("pattern-broadcast-last", a, 0, c))),
  written("x: f64[2, 3], y: f64[1, 3]", [
    "v0: f64[3, 3] = pad(x) {after=[1, 0], before=[0, 0], value=0}",
    "v1: f64[3, 3] = pad(y) {after=[0, 0], before=[2, 0], value=0}",
    "v2: f64[3, 3] = add(v1, v0)",
  ]),
];

/** A program that is written down, of which the last value is the result. */
function written(params: string, lines: readonly string[]): RandomGraph {
  const text = `func f(${params}) {\n${lines.join("\n")}\n} -> (v${lines.length - 1})`;
  const func = verifyFunc(parseFunc(text));
  return { func, params: [], sizes: {}, args: drawArgs(func, 3), text };
}

function firedOn(count: number, style: GraphStyle, exactOnly: boolean): ReadonlySet<string> {
  const fired = new Set<string>();
  fc.assert(
    fc.property(recipes({ maxSteps: 40 }), (recipe) => {
      for (const name of checkRules(makeGraph(recipe, style), exactOnly)) fired.add(name);
    }),
    runs(count),
  );
  return fired;
}

describe("rewrite rules", () => {
  it("have names of their own", () => expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length));

  it(
    "each apply somewhere and mean the same",
    () => {
      const fired = new Set([
        ...everyPattern().flatMap((graph) => checkRules(graph, false)),
        ...firedOn(60, { transformations: false }, false),
      ]);
      expect(rules.map(({ name }) => name).filter((name) => !fired.has(name))).toEqual([]);
    },
    timeout,
  );

  it(
    "that are exact keep NaN and Infinity bit for bit",
    () => {
      firedOn(40, { wild: true }, true);
    },
    timeout,
  );
});
