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

/** Until V8 has compiled all of it: what is interpreted boxes numbers. Gives the milliseconds that a call takes. */
function warm(call: () => unknown): number {
  const start = performance.now();
  let calls = 0;
  for (; calls < 2000 && performance.now() - start < 3000; calls++) call();
  return (performance.now() - start) / calls;
}

/** The least of some counts: others allocate too, the compiler for one, and whoever asks how much is used. */
function bytesPerCall(call: () => unknown): number {
  const calls = Math.min(200, Math.max(5, Math.round(500 / warm(call))));
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
console.log(
  JSON.stringify({
    given: bytesPerCall(() => lossAndGrad(input, out)),
    fresh: bytesPerCall(() => lossAndGrad(input)),
  }),
);
