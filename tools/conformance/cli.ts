/** `npm run conformance -- [FILE or DIR …]`: runs fixtures and prints the table. The work is shared among workers. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type ReadError, readFixtures } from "./readers/index.js";
import { printReport } from "./report.js";
import { merged, runModules } from "./run.js";
import { committed, onnxPlace, placeOf, root } from "./sets.js";

interface Share {
  readonly places: readonly string[];
  readonly worker: number;
  readonly workers: number;
}

function defaultPlaces(): readonly string[] {
  const places = committed.map(placeOf);
  const onnx = join(root, onnxPlace);
  if (existsSync(onnx)) return [...places, onnx];
  console.log(`ONNX: ${onnxPlace} is absent, so its nodes are not run`);
  return places;
}

type Found = Awaited<ReturnType<typeof runModules>>;

const runShare = ({ places, worker, workers }: Share): Promise<Found> =>
  runModules(readFixtures(places), (k) => k % workers === worker);

const inWorker = (share: Share): Promise<Found> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share });
    worker.once("message", resolve);
    worker.once("error", reject);
  });

/** Every worker meets the same unreadable files; each is said once. */
const distinct = (errors: readonly ReadError[]): readonly ReadError[] => [
  ...new Map(errors.map((error) => [`${error.path} ${error.message}`, error])).values(),
];

const usage = `npm run conformance -- [FILE or DIR …]

Runs fixtures through the compiler and prints a table; directories are read recursively. Without arguments: the
committed sets, and ONNX from ${onnxPlace} where it exists. Exit code 1 where something failed or could not be read.`;

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { help: { type: "boolean", short: "h" } } });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error); // an unknown option, in words
    return undefined;
  }
}

async function main(): Promise<void> {
  const given = readArguments();
  if (given === undefined || given.values.help === true) {
    console.log(usage);
    process.exitCode = given === undefined ? 1 : 0;
    return;
  }
  await run(given.positionals);
}

async function run(given: readonly string[]): Promise<void> {
  const start = performance.now();
  const places = given.length > 0 ? given : defaultPlaces();
  const workers = Math.min(4, availableParallelism());
  const shares = Array.from({ length: workers }, (_, worker) => ({ places, worker, workers }));
  const results = await Promise.all(shares.map(inWorker));
  const errors = distinct([...readFixtures(places).errors, ...results.flatMap((result) => result.errors)]);
  const failed = printReport({
    reports: merged(results.flatMap(({ modules }) => modules)),
    errors: errors.map(({ path, message }) => ({ path: relative(process.cwd(), path) || path, message })),
    seconds: (performance.now() - start) / 1000,
  });
  process.exitCode = failed === 0 ? 0 : 1;
}

if (isMainThread) await main();
else parentPort?.postMessage(await runShare(workerData as Share)); // what main handed over
