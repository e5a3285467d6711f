/**
 * A fresh process that imports W4 and calls it once: `first-call.js generated FILE` or `first-call.js hand`. Prints the
 * milliseconds of both together; the data are there before.
 */
import { pathToFileURL } from "node:url";
import { workloadOf } from "../workloads/data.js";
import type { LossAndGrad } from "../workloads/generated.js";

const [contender, file = ""] = process.argv.slice(2);
const data = workloadOf("W4").data();
const inputs = ["X", "Y", "W1", "b1", "W2", "b2", "W3", "b3"].map((name) => data[name] ?? new Float32Array());

const start = performance.now();
if (contender === "generated") {
  // Cast: the module of the model.
  const { lossAndGrad } = (await import(pathToFileURL(file).href)) as { lossAndGrad: LossAndGrad };
  lossAndGrad(data);
} else {
  const { mlp } = await import("../hand/mlp.js");
  mlp(16, [64, 64, 64, 10]).run(...inputs);
}
console.log(performance.now() - start);
