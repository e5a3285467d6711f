/**
 * A process that counts what calls of a generated function leave behind: `allocation.js WORKLOAD`, with `--expose-gc` and
 * room enough that nothing is collected meanwhile. Prints bytes per call, with the last result given back and without.
 */
import { pathToFileURL } from "node:url";
import { workloadOf } from "../workloads/data.js";
import { asJavaScript, inputOf, type LossAndGrad } from "../workloads/generated.js";

const collect = (globalThis as { gc?: () => void }).gc; // with --expose-gc it is there
if (collect === undefined) throw new Error("allocation: --expose-gc is needed");

const used = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** The least of some counts: others allocate too, the compiler for one. */
function bytesPerCall(call: () => unknown, calls: number): number {
  const start = performance.now();
  for (let i = 0; i < 2000 && performance.now() - start < 500; i++) call();
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    collect?.();
    const before = used();
    for (let i = 0; i < calls; i++) call();
    least = Math.min(least, (used() - before) / calls);
  }
  return Math.max(0, least);
}

const workload = workloadOf(process.argv[2] ?? "");
// Cast: the module of the model.
const { lossAndGrad } = (await import(pathToFileURL(asJavaScript(workload.model)).href)) as {
  lossAndGrad: LossAndGrad;
};
const input = inputOf(workload);
const out = lossAndGrad(input);
const calls = 5;
console.log(
  JSON.stringify({
    given: bytesPerCall(() => lossAndGrad(input, out), calls),
    fresh: bytesPerCall(() => lossAndGrad(input), calls),
  }),
);
