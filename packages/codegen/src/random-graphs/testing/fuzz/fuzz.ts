/**
 * `npm run fuzz -- --seed N --cases M`: random programs of 5 to 40 equations over all ops of the table, each through the
 * whole compiler, held against the properties that need no stored numbers (P1, P4, P5, P10, P17, P18). What fails is made
 * smaller and printed as a model file.
 *
 * Invariant: everything follows from the seed, which is printed; the same seed and count find the same.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import fc from "fast-check";
import { checkGenerated } from "../checks/agreement.js";
import { checkDifferences, checkDuality, checkHessian, type Tally } from "../checks/derivatives.js";
import { type GraphStyle, makeGraph, type RandomGraph } from "../generator/random-graph.js";
import { type Recipe, recipes } from "../generator/recipe.js";
import { modelText } from "./model-text.js";

interface Property {
  readonly name: string;
  readonly style: GraphStyle;
  readonly steps: { readonly minSteps: number; readonly maxSteps: number };
  readonly check: (graph: RandomGraph, tally: Tally) => Promise<void>;
}

const smooth: GraphStyle = { smooth: true, float: "f64" };
const long = { minSteps: 5, maxSteps: 24 } as const;
const short = { minSteps: 3, maxSteps: 10 } as const;

const properties: readonly Property[] = [
  { name: "P17, P18: generated as evaluated, same bits", style: {}, steps: long, check: checkGenerated },
  { name: "P1: gradient against differences", style: smooth, steps: long, check: checkDifferences },
  { name: "P4, P5: forward against reverse mode", style: smooth, steps: long, check: checkDuality },
  {
    name: "P17, P18 of smooth programs in f32",
    style: { smooth: true, float: "f32" },
    steps: long,
    check: checkGenerated,
  },
  { name: "P10: second derivatives are symmetric", style: smooth, steps: short, check: checkHessian },
];

interface Share {
  readonly seed: number;
  readonly cases: number;
  readonly worker: number;
  readonly workers: number;
}

interface Failure {
  readonly seed: number;
  readonly property: string;
  readonly shrunk: number;
  readonly message: string;
  readonly model: string;
}

interface Found {
  readonly cases: number;
  readonly equations: number;
  readonly tally: Tally;
  readonly ops: readonly string[];
  readonly failures: readonly Failure[];
}

/** Cases that are drawn from one seed; a failure ends its batch, not the run. A short run still meets every property. */
const batchSizeOf = (cases: number): number => Math.min(20, Math.ceil(cases / properties.length));
/** How long a failure is made smaller. */
const shrinkFor = 60_000;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function runBatch(seed: number, cases: number, property: Property, found: Counter): Promise<Failure | undefined> {
  const build = (recipe: Recipe): RandomGraph => makeGraph(recipe, property.style);
  const details = await fc.check(
    fc.asyncProperty(recipes(property.steps), async (recipe) => {
      const graph = build(recipe);
      found.see(graph);
      await property.check(graph, found.tally);
    }),
    { seed, numRuns: cases, interruptAfterTimeLimit: shrinkFor + 5_000 * cases, markInterruptAsFailure: false },
  );
  if (!details.failed || details.counterexample === null) return undefined;
  const [recipe] = details.counterexample;
  const message = messageOf(details.errorInstance);
  const model = modelTextOf(build, recipe, message);
  return { seed, property: property.name, shrunk: details.numShrinks, message, model };
}

function modelTextOf(build: (recipe: Recipe) => RandomGraph, recipe: Recipe, message: string): string {
  try {
    return modelText(build(recipe), message);
  } catch (error) {
    return `// the program itself cannot be made: ${messageOf(error)}`;
  }
}

class Counter {
  cases = 0;
  equations = 0;
  readonly ops = new Set<string>();
  readonly tally: Tally = { compared: 0, unclear: 0 };

  see({ func }: RandomGraph): void {
    this.cases++;
    this.equations += func.eqns.length;
    for (const { op } of func.eqns) this.ops.add(op);
  }
}

async function runShare({ seed, cases, worker, workers }: Share): Promise<Found> {
  const counter = new Counter();
  const failures: Failure[] = [];
  const batchSize = batchSizeOf(cases);
  const batches = Math.ceil(cases / batchSize);
  for (let batch = worker; batch < batches; batch += workers) {
    const property = properties[batch % properties.length];
    if (property === undefined) continue;
    const failure = await runBatch(seed + batch, Math.min(batchSize, cases - batch * batchSize), property, counter);
    if (failure !== undefined) failures.push(failure);
  }
  return { cases: counter.cases, equations: counter.equations, tally: counter.tally, ops: [...counter.ops], failures };
}

const inWorker = (share: Share): Promise<Found> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.once("message", resolve);
    worker.once("error", reject);
  });

function readArguments(): { readonly seed: number; readonly cases: number } {
  const { values } = parseArgs({ options: { seed: { type: "string" }, cases: { type: "string" } } });
  const [seed, cases] = [Number(values.seed ?? Date.now() % 2 ** 31), Number(values.cases ?? 1000)];
  if (Number.isInteger(seed) && Number.isInteger(cases) && cases > 0) return { seed, cases };
  throw new Error("fuzz: --seed and --cases are whole numbers");
}

function show({ seed, property, shrunk, message, model }: Failure): string {
  const [first, ...more] = message.split("\n");
  return [
    `\n== FAILED ${property} (seed ${seed}, made smaller ${shrunk} times)`,
    first,
    ...more.slice(0, 12),
    "",
    model,
  ].join("\n");
}

async function main(): Promise<void> {
  const { seed, cases } = readArguments();
  const start = performance.now();
  console.log(`fuzz: seed ${seed}, ${cases} cases`);
  const workers = Math.min(4, availableParallelism());
  const shares = Array.from({ length: workers }, (_, worker) => ({ seed, cases, worker, workers }));
  const results = await Promise.all(shares.map(inWorker));
  const failures = results.flatMap((result) => result.failures);
  for (const failure of failures) console.log(show(failure));
  const sum = (of: (found: Found) => number): number => results.reduce((total, found) => total + of(found), 0);
  const [ran, compared] = [sum((found) => found.cases), sum(({ tally }) => tally.compared)];
  const ops = new Set(results.flatMap((found) => found.ops));
  console.log(`${(sum((found) => found.equations) / ran).toFixed(1)} equations a program, ${ops.size} ops`);
  console.log(
    `${compared} partial derivatives against differences, ${sum(({ tally }) => tally.unclear)} too coarse to tell`,
  );
  console.log(`${((performance.now() - start) / 1000).toFixed(1)} s`);
  console.log(`fuzz: seed ${seed}: ${ran} programs, ${failures.length} failures`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

if (isMainThread) await main();
else parentPort?.postMessage(await runShare(workerData as Share)); // what main handed over
