/** A process that runs one workload in one way of this package: `worker.js CONTENDER WORKLOAD`. */

import { hand } from "../hand/index.js";
import { serve } from "../measure/serve.js";
import { naive } from "../naive/index.js";
import { type Computation, type Implementation, measurable } from "./contender.js";
import { type Workload, workloadOf } from "./data.js";
import { generated } from "./generated.js";

const of =
  (table: Readonly<Record<string, Implementation>>) =>
  ({ name, data }: Workload): Computation | undefined =>
    table[name]?.(data());

const contenders: Readonly<Record<string, (workload: Workload) => Computation | undefined | Promise<Computation>>> = {
  generated: (workload) => generated(workload),
  named: (workload) => (workload.named === undefined ? undefined : generated(workload, workload.named)),
  hand: of(hand),
  naive: of(naive),
};

const [contender = "", name = ""] = process.argv.slice(2);
await serve(async () => {
  const computation = await contenders[contender]?.(workloadOf(name));
  if (computation === undefined) throw new Error("n/a");
  return { it: measurable(computation) };
});
