/**
 * A function at every level and as the code that users get.
 *
 * Invariant: each level is checked against the one above, the code against the evaluation of the program.
 */
import { type Func, isFn, Trace, traceFn } from "@tapeless/types/compiler";
import { argsOf, type Data, programOf } from "../../op-tests/testing/programs-of-users.js";
import { evaluate } from "../../random-graphs/testing/checks/compare.js";
import { elementsOf, type Leaf, runnable, toLeaf } from "../../random-graphs/testing/checks/generated.js";
import { checkLevels } from "../../random-graphs/testing/checks/levels.js";
import type { RandomGraph } from "../../random-graphs/testing/generator/random-graph.js";

/** Parameters of different names, as inputs of one function have them. */
function withNames(func: Func): Func {
  const trace = new Trace(func.name);
  return trace.finish(
    trace.inline(
      func,
      func.params.map((param, k) => trace.param(param, `p${k}`)),
    ),
  );
}

/** The results of the generated code for flat inputs, after all levels have agreed; and its text. */
export async function everyLevel(
  f: unknown,
  data: readonly Data[],
  sizes: Readonly<Record<string, number>> = {},
): Promise<{ readonly results: readonly (readonly number[])[]; readonly text: string }> {
  const func = programOf(f);
  const args = argsOf(func, data, sizes);
  const graph: RandomGraph = { func, params: [], sizes, args, text: "" };
  checkLevels(graph);
  if (!isFn(f)) throw new Error("a function made by fn is expected");
  const { call, text } = await runnable(withNames(traceFn(f, "f").func));
  const leaves: readonly Leaf[] = args.map(toLeaf);
  const results = call(leaves).map(elementsOf);
  call(leaves); // memory that is kept between calls holds what this one needs
  const again = call(leaves).map(elementsOf);
  const wanted = evaluate(func, graph);
  if (JSON.stringify(results) !== JSON.stringify(again)) throw new Error("a second call gives other results");
  results.forEach((values, k) => {
    values.forEach((value, i) => {
      const { value: want, bound } = { value: wanted[k]?.value[i] ?? Number.NaN, bound: wanted[k]?.bound[i] ?? 0 };
      const allowed = Math.min(bound * 1.01, 1e-6 * Math.max(1, Math.abs(want))) + 1e-300;
      if (!(Math.abs(value - want) <= allowed) && !Object.is(value, want))
        throw new Error(`result ${k}[${i}] is ${value}, not ${want} (± ${bound})\n${text}`);
    });
  });
  return { results, text };
}
