/**
 * Derivative rules of one's own, traced: their bodies as functions, and whether what they give is what is asked for.
 *
 * Invariant: a rule's function takes what the rule is given and then every tensor that any function of the same equation
 * captures, so that the functions of one equation share their hidden operands.
 */

import { runTrace } from "../graph/emit.js";
import { type Aval, type Func, makeVar, type Var } from "../graph/ir.js";
import { showAval } from "../graph/language.js";
import { graphError } from "../graph/messages.js";
import { atomOf, type TracedTensor, tensorOf } from "../graph/tensor.js";
import { buildTree, leavesOf, mapStructure, type Structure, tensorStructure } from "../graph/trees.js";
import { equalShape } from "../shape/size.js";

/** The leaves of what a rule gave, in the order of the tree that is asked for; the twin of `RuleTree`. */
export function ruleLeaves(
  call: string,
  what: string,
  expected: Structure<Aval>,
  actual: unknown,
): readonly TracedTensor[] {
  const given = new Map(
    leavesOf(tensorStructure(actual, `${call}: ${what}`), what).map(([leaf, path]) => [path, leaf]),
  );
  return leavesOf(expected, what).map(([aval, path]) => {
    const leaf = given.get(path);
    if (leaf === undefined) throw graphError("ruleMissing", { call, path, expected: showAval(aval) });
    if (leaf.dtype === aval.dtype && equalShape(leaf.sizes, aval.shape)) return leaf;
    const got = showAval({ shape: leaf.sizes, dtype: leaf.dtype });
    throw graphError("ruleTensor", { call, path, expected: showAval(aval), actual: got });
  });
}

/** A function with the tensors of functions around it that it uses, which its last parameters stand for. */
export interface Closure {
  readonly func: Func;
  readonly captures: readonly Var[];
}

/** Traces a rule over trees of the given types. */
export function traceClosure(
  name: string,
  inputs: readonly Structure<Aval>[],
  body: (trees: readonly unknown[]) => readonly TracedTensor[],
): Closure {
  const { trace, result } = runTrace(name, (running) => {
    const hint = (path: string): string => path.split(".").at(-1) ?? "";
    const trees = inputs.map((input) =>
      buildTree(mapStructure(input, (aval, path) => tensorOf(running.param(aval, hint(path))))),
    );
    return body(trees).map((tensor) => atomOf(tensor, name));
  });
  return { func: trace.finish(result), captures: trace.captures.map(({ outer }) => outer) };
}

/** The functions, each taking everything that any of them captures after its own parameters. */
export function shareCaptures(closures: readonly Closure[]): {
  readonly funcs: readonly Func[];
  readonly captures: readonly Var[];
} {
  const captures = [...new Set(closures.flatMap((closure) => closure.captures))];
  const funcs = closures.map(({ func, captures: own }): Func => {
    const first = func.params.length - own.length;
    const hidden = captures.map((variable) => {
      const at = own.indexOf(variable);
      return func.params[first + at] !== undefined && at >= 0
        ? (func.params[first + at] as Var) // just looked at
        : makeVar(variable, variable.name);
    });
    return { ...func, params: [...func.params.slice(0, first), ...hidden] };
  });
  return { funcs, captures };
}
