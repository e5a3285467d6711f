/** `vmap` of a random program is that program at each position; long f32 sums keep their bound (P19). */
import { type ApproxTensor, type Func, Trace } from "@tapeless/types/compiler";
import fc from "fast-check";
import { describe, it } from "vitest";
import { expand } from "../autodiff/expand.js";
import { runs, timeout } from "./testing/checks/budget.js";
import { approxOf, blame, evaluate, expectNone, firstDisagreement } from "./testing/checks/compare.js";
import { elementsOf, runnable } from "./testing/checks/generated.js";
import { drawArgs, makeGraph, type RandomGraph } from "./testing/generator/random-graph.js";
import { random, recipes } from "./testing/generator/recipe.js";

const size = 3;

/** The program for each position of a new leading axis of the flagged parameters. */
function batched(func: Func, mapped: readonly boolean[]): Func {
  const trace = new Trace("batched");
  const params = func.params.map((param, k) =>
    trace.param(mapped[k] ? { ...param, shape: [size, ...param.shape] } : param, param.name),
  );
  return trace.finish(trace.emit({ op: "vmap", inputs: params, attrs: { size, mapped }, funcs: [func] }));
}

const stacked = (parts: readonly ApproxTensor[]): ApproxTensor => {
  const [first] = parts;
  if (first === undefined) throw new Error("bug: nothing to stack");
  const join = (list: (part: ApproxTensor) => Float64Array) =>
    Float64Array.from(parts.flatMap((part) => [...list(part)]));
  return {
    ...first,
    shape: [parts.length, ...first.shape],
    value: join(({ value }) => value),
    bound: join(({ bound }) => bound),
  };
};

function checkBatched(graph: RandomGraph, bits: number): void {
  const mapped = graph.params.map((_, k) => ((bits >> k) & 1) === 0);
  const positions = Array.from({ length: size }, (_, at) => {
    const drawn = drawArgs(graph.params, graph.sizes, bits + at);
    return graph.args.map((arg, k) => (mapped[k] ? (drawn[k] ?? arg) : arg));
  });
  const args = graph.args.map((arg, k) => (mapped[k] ? stacked(positions.flatMap((each) => each[k] ?? [])) : arg));
  const each = positions.map((at) => evaluate(expand(graph.func), { ...graph, args: at }));
  const wanted = graph.func.outs.map((_, k) => approxOf(stacked(each.flatMap((results) => results[k] ?? []))));
  const program = expand(batched(graph.func, mapped));
  blame(graph, `vmap ${mapped}`, () =>
    expectNone(firstDisagreement(evaluate(program, { ...graph, args }).map(approxOf), wanted)),
  );
}

describe("vmap", () => {
  it(
    "is the program at each position",
    () => {
      fc.assert(
        fc.property(recipes({ maxSteps: 20 }), fc.nat(63), (recipe, bits) => checkBatched(makeGraph(recipe), bits)),
        runs(60),
      );
    },
    timeout,
  );
});

/** Σ over n of a·b for a few n, in f32 storage; |error| ≤ n·2⁻²⁴·Σ|a·b|. */
async function checkSum(n: number, seed: number): Promise<void> {
  const trace = new Trace("dot");
  const [a, b] = ["a", "b"].map((name) => trace.param({ shape: [n], dtype: "f32" }, name));
  if (a === undefined || b === undefined) return;
  const attrs = { left: [0], right: [0], out: [] };
  const [products] = trace.emit({ op: "mul", inputs: [a, b] });
  const [dot] = trace.emit({ op: "contract", inputs: [a, b], attrs });
  const [sum] = trace.emit({ op: "sum", inputs: [products ?? a], attrs: { axes: [0] } });
  const module = await runnable(trace.finish([dot ?? a, sum ?? a]));
  const next = random(seed);
  const [x, y] = [0, 1].map(() => Float32Array.from({ length: n }, () => next() * 2 - 1));
  if (x === undefined || y === undefined) return;
  const terms = [...x].map((value, k) => value * (y[k] ?? 0));
  const exact = terms.reduce((total, term) => total + term, 0);
  const bound = n * 2 ** -24 * terms.reduce((total, term) => total + Math.abs(term), 0);
  for (const got of module.call([x, y]).flatMap(elementsOf))
    if (!(Math.abs(got - exact) <= bound)) throw new Error(`n = ${n}: ${got}, not ${exact} ± ${bound}`);
}

describe("f32 sums", () => {
  it(
    "stay within n·2⁻²⁴ of f64",
    () => fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 2000 }), fc.nat(), checkSum), runs(15)),
    timeout,
  );
});
