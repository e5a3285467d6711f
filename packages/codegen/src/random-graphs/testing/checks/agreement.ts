/**
 * Generated TypeScript computes what `eval` says within the bounds (P17), gives the same bits in every call, with arrays of
 * its own and with the caller's, and leaves its inputs alone (P18).
 */
import { tensorPasses } from "../../../pipeline/compile-function.js";
import type { RandomGraph } from "../generator/random-graph.js";
import { approxOf, blame, evaluate, expectNone, firstDisagreement } from "./compare.js";
import { elementsOf, type Leaf, outLike, runnable, toLeaf } from "./generated.js";

/** The first place at which two lists of results are not the same to the bit. */
function firstChange(got: readonly Leaf[], want: readonly Leaf[]): string | undefined {
  for (const [k, leaf] of want.entries()) {
    const [values, wanted] = [elementsOf(got[k] ?? 0), elementsOf(leaf)];
    if (values.length !== wanted.length) return `result ${k} has ${values.length} elements, not ${wanted.length}`;
    const at = wanted.findIndex((value, i) => !Object.is(value, values[i]));
    if (at >= 0) return `result ${k}[${at}] is ${values[at]}, not ${wanted[at]}`;
  }
  return undefined;
}

const same = (what: string, got: readonly Leaf[], want: readonly Leaf[]): void => {
  const change = firstChange(got, want);
  if (change !== undefined) throw new Error(`${what}: ${change}`);
};

export async function checkGenerated(graph: RandomGraph): Promise<void> {
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
      const exact = first.map((leaf) => elementsOf(leaf).map((value) => ({ value, bound: 0 })));
      expectNone(firstDisagreement(exact, wanted));
      same("a second call", module.call(args), first);
      const out = outLike(first);
      const given = module.call(args, out);
      same("a call with out", given, first);
      if (given.some((leaf, k) => typeof leaf !== "number" && leaf !== out[k])) throw new Error("out was not filled");
      same("inputs", args, before);
    },
    () => module.text,
  );
}
