/**
 * A fresh process that imports W4 and calls it once: `first-call.js generated FILE` or `first-call.js hand`. Prints the
 * milliseconds of both together; the data are there before.
 */
import { pathToFileURL } from "node:url";
import type { Implementation } from "../workloads/contender.js";
import { workloadOf } from "../workloads/data.js";
import type { LossAndGrad } from "../workloads/generated.js";

const [contender, file = ""] = process.argv.slice(2);
const data = workloadOf("W4").data();

const start = performance.now();
if (contender === "generated") {
  // Cast: the module of the model.
  const { lossAndGrad } = (await import(pathToFileURL(file).href)) as { lossAndGrad: LossAndGrad };
  lossAndGrad(data);
} else {
  const { hand } = (await import("../hand/index.js")) as { hand: Readonly<Record<string, Implementation>> };
  hand.W4?.(data).run();
}
console.log(performance.now() - start);
